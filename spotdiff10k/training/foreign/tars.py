"""WebDataset tars: the members of one sample share a name up to the first dot; nothing is ever unpacked."""

import json
import tarfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from spotdiff10k.errors import DataError
from spotdiff10k.photos.reading import SUFFIXES, UnusablePhotoError
from spotdiff10k.training.foreign.columns import INSIDE, NAMES, Columns
from spotdiff10k.training.foreign.pieces import TarPiece
from spotdiff10k.training.foreign.rows import Failed, as_text, listed_of
from spotdiff10k.training.foreign.tables import value_in
from spotdiff10k.training.foreign.values import Listed, Piece

TAR = ".tar"
MOST_MEMBERS = 20_000_000
MOST_RECORD = 16 * 2**20
"""Bytes of a sample's JSON."""
RECORD = "json"
PICTURES = tuple(suffix.removeprefix(".") for suffix in SUFFIXES)
DEFAULTS: Mapping[str, tuple[str, ...]] = {"mask": ("mask.png",), "plate": ("plate.png",)}
Members = dict[str, TarPiece]
"""Of one sample, by what follows the first dot of their names."""


def list_tars(paths: list[Path], root: Path, given: Columns) -> Iterator[Listed | Failed]:
    """The pictures of tars, sample by sample. Raises DataError when one is no tar."""
    for path in paths:
        label = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
        for key, members in _samples(path):
            yield from _listed(f"{label}/{key}", members, given)


def _samples(path: Path) -> Iterator[tuple[str, Members]]:
    """Neighbours with one key, in the order of the tar."""
    key, members = "", Members()
    for name, piece in _members(path):
        folder, _, base = name.rpartition("/")
        stem, _, suffix = base.partition(".")
        found = f"{folder}/{stem}" if folder else stem
        if found != key and members:
            yield key, members
            members = Members()
        key = found
        members[suffix.lower()] = piece
    if members:
        yield key, members


def _members(path: Path) -> Iterator[tuple[str, TarPiece]]:
    """Plain files only, by where their bytes lie."""
    try:
        with tarfile.open(path, "r:") as tar:
            for count, member in enumerate(tar):
                tar.members = []  # type: ignore[attr-defined]  # tarfile would keep every header
                if count >= MOST_MEMBERS:
                    raise DataError(f"{path} has more than {MOST_MEMBERS:,} members; take a part of it.")
                if member.isreg() and not member.issparse() and member.name.isprintable():
                    yield member.name, TarPiece(path, f"{path.name}/{member.name}", member.offset_data, member.size)
    except (tarfile.TarError, OSError, EOFError, ValueError, OverflowError, RecursionError) as error:
        raise DataError(f"{path} is no plain tar that can be read ({error}); unpack a compressed one first.") from error


def _listed(where: str, members: Members, given: Columns) -> Iterator[Listed | Failed]:
    if RECORD in members:
        try:
            record = _record(members[RECORD])
        except (UnusablePhotoError, ValueError, RecursionError) as error:
            yield where, f"its JSON cannot be read ({error})"
            return
    else:
        record = {}
    columns = {**_defaults(members, record), **given}
    if "picture" not in columns:
        yield where, f"it has no picture; its members are {', '.join(members)}"
        return
    yield from listed_of(where, _text_in(members, record), _piece_in(members), columns)


def _defaults(members: Members, record: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    found.update(
        {name: (f"{RECORD}{INSIDE}{name}",) for name in NAMES if name not in ("picture", "mask", "plate") and name in record}
    )
    found.update({name: suffixes for name, suffixes in DEFAULTS.items() if suffixes[0] in members})
    picture = next((suffix for suffix in PICTURES if suffix in members), "")
    return {**found, "picture": (picture,)} if picture else found


def _record(piece: TarPiece) -> Mapping[str, Any]:
    if piece.size > MOST_RECORD:
        raise ValueError(f"it has more than {MOST_RECORD // 2**20} MiB")
    found = json.loads(piece.read())
    if not isinstance(found, dict):
        raise ValueError("it should be a JSON object")
    return found


def _text_in(members: Members, record: Mapping[str, Any]) -> Callable[[str], str]:
    def text(column: str) -> str:
        member, _, field = column.partition(INSIDE)
        if member == RECORD and field:
            return as_text(value_in(record, field))
        piece = members.get(column.lower())  # such as "cls" or "txt"
        if piece is None or piece.size > MOST_RECORD:
            return ""
        return piece.read().decode("utf-8", "replace").strip()

    return text


def _piece_in(members: Members) -> Callable[[str], Piece | None]:
    return lambda column: members.get(column.lower())

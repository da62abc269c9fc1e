"""Joining committed bytes into a shard: copied without decoding, hashed in threads beside the copy."""

import hashlib
import mmap
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from spotdiff10k.errors import DataError, RunError
from spotdiff10k.run import write_atomically
from spotdiff10k.tar import END_OF_ARCHIVE, read_members

IN_FLIGHT = 8
"""Pieces that may wait for their hashes: bounds the memory that is mapped at a time."""
_MAP_FLAGS = mmap.MAP_SHARED | getattr(mmap, "MAP_POPULATE", 0)
"""All pages at once, where the system can: a third less work than a fault for each."""


@dataclass(frozen=True, slots=True)
class PieceMember:
    """A member inside a piece, and the digest it was measured with."""

    name: str
    offset: int  # bytes from the start of the piece to the data
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a committed tar that is copied as it is: whole members with headers and padding."""

    path: Path
    start: int
    end: int
    members: tuple[PieceMember, ...]


class _Hashes:
    """Digests of the whole file and of each member, each in a thread of its own; hashlib lets go of the interpreter lock."""

    def __init__(self) -> None:
        self._whole = hashlib.sha256()
        self._pools = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
        self._waiting: deque[Future[None]] = deque()

    def add(self, piece: Piece | None, data: memoryview) -> None:
        self._waiting.append(self._pools[0].submit(self._whole.update, data))
        if piece is not None:
            self._waiting.append(self._pools[1].submit(_check_members, piece, data))
        while len(self._waiting) > IN_FLIGHT:
            self._waiting.popleft().result()

    def finish(self) -> str:
        while self._waiting:
            self._waiting.popleft().result()
        return self._whole.hexdigest()

    def close(self) -> None:
        for pool in self._pools:
            pool.shutdown(cancel_futures=True)


def join(target: Path, pieces: Iterable[Piece]) -> str:
    """Write a shard of these pieces and an end-of-archive; its sha256.

    Raises RunError when a piece is not what was measured; then nothing is written.
    """
    hashes = _Hashes()
    try:
        write_atomically(target, cast("Iterable[bytes]", _chunks(pieces, hashes)))
        return hashes.finish()
    finally:
        hashes.close()


def _chunks(pieces: Iterable[Piece], hashes: _Hashes) -> Iterator[memoryview]:
    for piece in pieces:
        data = _open(piece)
        hashes.add(piece, data)
        yield data
    end = memoryview(END_OF_ARCHIVE)
    hashes.add(None, end)
    hashes.finish()  # before the file is renamed into place
    yield end


def _open(piece: Piece) -> memoryview:
    """The piece's bytes, mapped: neither the copy nor the hashes move them through the interpreter."""
    try:
        with piece.path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, flags=_MAP_FLAGS, prot=mmap.PROT_READ)
    except (OSError, ValueError) as error:
        raise RunError(f"The committed file {piece.path} cannot be read ({error}).") from error
    if len(mapped) < piece.end:
        raise RunError(_changed(piece, "it is shorter than it was"))
    return memoryview(mapped)[piece.start : piece.end]


def _check_members(piece: Piece, data: memoryview) -> None:
    for member in piece.members:
        if hashlib.sha256(data[member.offset : member.offset + member.size]).hexdigest() != member.sha256:
            raise RunError(_changed(piece, f"the bytes of {member.name} differ"))


def _changed(piece: Piece, what: str) -> str:
    return f"{piece.path.name} changed after it was validated: {what}. Run generate and validate again, then shard."


def intact_digest(path: Path, members: Sequence[PieceMember], size: int) -> str | None:
    """The sha256 of a shard that is there already, if it holds exactly these members at these offsets; None otherwise."""
    try:
        if path.stat().st_size != size:
            return None
        expected = [(member.name, member.offset, member.size) for member in members]
        if [tuple(member) for member in read_members(path)] != expected:
            return None
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as mapped:
            return _digest_if_same(memoryview(mapped), path, members)
    except (OSError, DataError):
        return None


def _digest_if_same(data: memoryview, path: Path, members: Sequence[PieceMember]) -> str | None:
    whole = Piece(path, 0, len(data), tuple(members))
    with data, ThreadPoolExecutor(1) as pool:
        digest = pool.submit(hashlib.sha256, data)
        try:
            _check_members(whole, data)
        except RunError:
            return None
        return digest.result().hexdigest()


def piece_size(pieces: Iterable[Piece]) -> int:
    """The size in bytes of the shard that `join` makes of them."""
    return sum(piece.end - piece.start for piece in pieces) + len(END_OF_ARCHIVE)

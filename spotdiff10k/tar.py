"""Deterministic tar: the same samples are the same bytes, and the bytes of groups joined together are a shard.

A group's bytes are POSIX USTAR members without end-of-archive blocks, so that a shard is the bytes of its groups one
after the other, then `END_OF_ARCHIVE`; nothing is decoded or rewritten on the way. The reader accepts exactly what the
writer makes and nothing else: every byte that is not a member's data is compared with what it has to be.
"""

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from spotdiff10k.errors import DataError
from spotdiff10k.types import FinishedGroup, FinishedSample

BLOCK_BYTES = 512
END_OF_ARCHIVE = bytes(2 * BLOCK_BYTES)
MAX_NAME_CHARACTERS = 99
"""What a USTAR name field holds with the NUL that old readers ask for."""
MAX_MEMBER_BYTES = 8**11 - 1
"""What eleven octal digits can say."""
READ_BYTES = 1 << 20

NAME_PATTERN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9]+)+")
"""`<key>.<suffix>`: a key has no dots, so readers find where it ends; no folders, no capitals."""

_NAME, _SIZE, _CHECKSUM, _TYPE = slice(0, 100), slice(124, 136), slice(148, 156), slice(156, 157)
_LINKS = {b"1": "a hard link", b"2": "a symbolic link"}
_KINDS = {b"3": "a device", b"4": "a device", b"5": "a folder", b"6": "a pipe", b"S": "a sparse file"}


class Member(NamedTuple):
    """Where the data of one member lies in its file."""

    name: str
    offset: int  # of the data, in bytes from the start of the file
    size: int  # bytes


def member_header(name: str, size: int) -> bytes:
    """The 512 header bytes of a regular file: mode 0644, no owner, no time. Raises DataError for a wrong name or size."""
    if len(name) > MAX_NAME_CHARACTERS or not NAME_PATTERN.fullmatch(name):
        raise DataError(
            f"'{name}' cannot be the name of a member: expected <key>.<suffix> of a-z, 0-9 and '-', "
            f"at most {MAX_NAME_CHARACTERS} characters."
        )
    if not 0 <= size <= MAX_MEMBER_BYTES:
        raise DataError(f"The member {name} has {size} bytes; a tar holds 0 to {MAX_MEMBER_BYTES} of them.")
    fields = (
        name.encode().ljust(100, b"\0"),
        b"0000644\0",  # mode
        b"0000000\0" * 2,  # uid, gid
        b"%011o\0" % size,
        b"%011o\0" % 0,  # mtime
        b" " * 8,  # the checksum counts itself as spaces
        b"0".ljust(101, b"\0"),  # a regular file, no link name
        b"ustar\00000".ljust(255, b"\0"),  # magic, version; no owner names, devices or name prefix
    )
    header = b"".join(fields)
    return b"%b%06o\0 %b" % (header[:148], sum(header), header[156:])


def padding(size: int) -> bytes:
    """The zeros that fill the last block of `size` bytes of data."""
    return bytes(-size % BLOCK_BYTES)


def sample_bytes(sample: FinishedSample) -> Iterator[bytes]:
    """A sample as tar members, sorted by name."""
    for suffix, data in sorted(sample.members.items()):
        yield member_header(f"{sample.key}.{suffix}", len(data))
        yield data
        yield padding(len(data))


def group_bytes(group: FinishedGroup) -> Iterator[bytes]:
    """A group as tar members: samples in their order, the members of one key adjacent and sorted; no end-of-archive blocks.

    Raises DataError when two samples have one key.
    """
    seen: set[str] = set()
    for sample in group.samples:
        if sample.key in seen:
            raise DataError(f"The group {group.id} has two samples with the key {sample.key}; a key names one sample.")
        seen.add(sample.key)
        yield from sample_bytes(sample)


def read_members(source: Path | BinaryIO) -> Iterator[Member]:
    """Walk a group or a shard header by header; the data is skipped, the padding and the end are compared with zeros.

    Raises DataError with the file and the member when anything is not as the writer makes it: a wrong checksum, a
    truncated file, a foreign name, a link, a second member of the same name, bytes after the end.
    """
    with contextlib.ExitStack() as stack:
        try:
            file = stack.enter_context(source.open("rb")) if isinstance(source, Path) else source
            yield from _walk(file, source.name if isinstance(source, Path) else str(getattr(source, "name", "the archive")))
        except OSError as error:
            raise DataError(f"{source} cannot be read: {error.strerror or error}.") from error


def _walk(file: BinaryIO, where: str) -> Iterator[Member]:
    length = file.seek(0, os.SEEK_END)
    offset = 0
    previous = ""
    names: set[str] = set()
    while offset < length:
        after = f"after {previous}" if previous else "at the start"
        header = _read(file, offset, BLOCK_BYTES)
        if not any(header):
            _check_end(file, offset, length, where)
            return
        name, size = _parse(header, f"{where}, {after} (byte {offset})")
        if name in names:
            raise DataError(f"{where} holds {name} twice; expected one member of each name.")
        names.add(name)
        data = offset + BLOCK_BYTES
        offset = data + size + len(padding(size))
        if offset > length:
            raise DataError(f"{where} ends in the middle of {name}: it has {length} bytes and should have {offset} or more.")
        if any(_read(file, data + size, offset - data - size)):
            raise DataError(f"{where} was altered after the data of {name}: its padding should be zeros.")
        yield Member(name, data, size)
        previous = name


def _read(file: BinaryIO, offset: int, count: int) -> bytes:
    if not count:
        return b""
    file.seek(offset)
    return file.read(count)


def _parse(header: bytes, place: str) -> tuple[str, int]:
    """Name and size of a header; it has to be, byte for byte, the one `member_header` makes for them."""
    if len(header) < BLOCK_BYTES:
        raise DataError(f"{place}: the file ends inside a header; it was cut short.")
    if _number(header[_CHECKSUM]) != sum(header) - sum(header[_CHECKSUM]) + 8 * ord(" "):
        raise DataError(f"{place}: the header's checksum does not match its bytes; the file was altered.")
    name, size = header[_NAME].rstrip(b"\0").decode("latin-1"), _number(header[_SIZE])
    kind = header[_TYPE]
    if kind != b"0":
        found = _LINKS.get(kind) or _KINDS.get(kind) or f"an entry of type {kind!r}"
        raise DataError(f"{place}: '{name}' is {found}; expected plain files only.")
    if not NAME_PATTERN.fullmatch(name) or len(name) > MAX_NAME_CHARACTERS:
        raise DataError(f"{place}: '{name}' is not a name spotdiff10k writes; expected <key>.<suffix> without folders.")
    if size is None or header != member_header(name, size):
        raise DataError(f"{place}: the header of {name} is not one spotdiff10k writes (owner, time, mode or size differ).")
    return name, size


def _number(field: bytes) -> int | None:
    digits = field.rstrip(b"\0 ")
    return int(digits, 8) if re.fullmatch(rb"[0-7]+", digits) else None


def _check_end(file: BinaryIO, offset: int, length: int, where: str) -> None:
    """All that follows the first block of zeros has to be zeros too, in whole blocks, at least two of them."""
    if length - offset < len(END_OF_ARCHIVE) or (length - offset) % BLOCK_BYTES:
        raise DataError(f"{where} ends inside its end-of-archive blocks; it was cut short.")
    while offset < length:
        chunk = _read(file, offset, min(READ_BYTES, length - offset))
        if any(chunk):
            raise DataError(f"{where} has data after its end; the file was altered.")
        offset += len(chunk)

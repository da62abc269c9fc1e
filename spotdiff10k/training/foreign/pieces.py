"""The places where picture bytes can lie: a file in a folder, a member of a tar, a cell of a Parquet file."""

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from spotdiff10k.photos.reading import MOST_BYTES, UnusablePhotoError, bounded_bytes

MOST_ROW_GROUP = 512 * 2**20
"""Bytes of one column of a Parquet file that are held in memory at once."""
KEPT_ROW_GROUPS = 2
"""Of Parquet files in memory; pictures are read one after the other."""


@dataclass(frozen=True, slots=True)
class FilePiece:
    """A file inside a folder, by its path in it."""

    root: Path
    name: str

    def read(self) -> bytes:
        """All of it; never what lies outside the folder."""
        return bounded_bytes(self.root, self.name)


@dataclass(frozen=True, slots=True)
class TarPiece:
    """A stretch of a tar."""

    tar: Path
    name: str
    offset: int
    size: int

    def read(self) -> bytes:
        """All of it."""
        refuse_large(self.size)
        try:
            with self.tar.open("rb") as file:
                if self.offset + self.size > os.fstat(file.fileno()).st_size:
                    raise UnusablePhotoError("its tar ends before it does; the tar was cut short")
                file.seek(self.offset)
                return file.read(self.size)
        except OSError as error:
            raise UnusablePhotoError(f"its tar cannot be read ({error.strerror or error})") from error


@dataclass(frozen=True, slots=True)
class CellPiece:
    """A cell of a Parquet file: bytes, or an object with a field `bytes`, as Hugging Face keeps pictures."""

    path: Path
    name: str
    row_group: int
    row: int
    column: str

    def read(self) -> bytes:
        """The bytes in the cell."""
        value = _cells(self.path, self.row_group, self.column)[self.row].as_py()
        data = value.get("bytes") if isinstance(value, dict) else value
        if not isinstance(data, bytes):
            raise UnusablePhotoError(f"its cell in the column {self.column} holds no bytes of a picture")
        refuse_large(len(data))
        return data


@lru_cache(KEPT_ROW_GROUPS)
def _cells(path: Path, row_group: int, column: str) -> Any:
    import pyarrow
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            size = _bytes_of(file.metadata.row_group(row_group), column)
            if size > MOST_ROW_GROUP:
                raise UnusablePhotoError(
                    f"its row group has {size / 2**20:,.0f} MiB in the column {column}, and at most {MOST_ROW_GROUP // 2**20} "
                    "are held in memory; write the file with smaller row groups"
                )
            return file.read_row_group(row_group, columns=[column]).column(column)
    except (OSError, ValueError, KeyError, pyarrow.ArrowException) as error:
        raise UnusablePhotoError(f"its Parquet file cannot be read ({error})") from error


def _bytes_of(row_group: Any, column: str) -> int:
    """Unpacked, of a column and all its fields."""
    chunks = (row_group.column(number) for number in range(row_group.num_columns))
    return sum(one.total_uncompressed_size for one in chunks if one.path_in_schema.split(".")[0] == column)


def refuse_large(size: int) -> None:
    """Raise UnusablePhotoError for more bytes than a picture may have."""
    if size > MOST_BYTES:
        raise UnusablePhotoError(f"it has more than {MOST_BYTES // 2**20} MiB; make it smaller")

"""Parquet as the same bytes every time, and read back only when it has the columns it should have."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spotdiff10k.errors import DataError

if TYPE_CHECKING:
    import pyarrow

ROWS_PER_ROW_GROUP = 50_000


def table_bytes(table: "pyarrow.Table", rows_per_group: int = ROWS_PER_ROW_GROUP) -> bytes:
    """A table as a Parquet file: the same table, written by the same version of pyarrow, is the same bytes."""
    import pyarrow
    import pyarrow.parquet

    buffer = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(
        table, buffer, compression="zstd", row_group_size=rows_per_group, write_page_index=True, write_page_checksum=True
    )
    data: bytes = buffer.getvalue().to_pybytes()
    return data


def from_rows(rows: Iterable[dict[str, Any]], schema: "pyarrow.Schema") -> "pyarrow.Table":
    """A table of the schema's columns from one dict a row."""
    import pyarrow

    columns: dict[str, list[Any]] = {name: [] for name in schema.names}
    for row in rows:
        for name, values in columns.items():
            values.append(row[name])
    return pyarrow.table(columns, schema=schema)


def read_table(path: Path, schema: "pyarrow.Schema") -> "pyarrow.Table":
    """Read a Parquet file. Raises DataError when it is missing, is damaged, or has other columns than `schema`."""
    import pyarrow
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path, page_checksum_verification=True) as file:
            if not file.schema_arrow.equals(schema):
                found = ", ".join(file.schema_arrow.names)
                raise DataError(f"{path.name} should have the columns {', '.join(schema.names)} of their types; it has {found}.")
            return file.read()
    except FileNotFoundError as error:
        raise DataError(f"{path.name} is missing.") from error
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise DataError(f"{path.name} is damaged and cannot be read as Parquet ({error}).") from error

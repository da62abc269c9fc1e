"""A CSV, JSONL or Parquet table with a row for every picture, or for every subject and a column for each picture."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from spotdiff10k.errors import DataError
from spotdiff10k.training.foreign.columns import INSIDE, Columns, with_defaults
from spotdiff10k.training.foreign.pieces import CellPiece, FilePiece
from spotdiff10k.training.foreign.rows import Failed, UnlistedError, as_text, listed_of
from spotdiff10k.training.foreign.values import Listed, Piece

SUFFIXES = (".csv", ".jsonl", ".parquet")
MOST_BYTES = 256 * 2**20
"""Of a text table."""
Row = Mapping[str, Any]


def list_table(path: Path, given: Columns) -> Iterator[Listed | Failed]:
    """The pictures of a table, row by row; raises DataError when it cannot be read or lacks a column."""
    if path.suffix.lower() == ".parquet":
        yield from _parquet(path, given, path.name)
        return
    names, rows = (_csv if path.suffix.lower() == ".csv" else _jsonl)(path, _text(path))
    columns = known_columns(names, given, path)
    for number, row in rows:
        where = f"{path.name}:{number}"
        if isinstance(row, str):
            yield where, row
        else:
            yield from listed_of(where, _text_in(row), _file_in(row, path.parent), columns)


def list_parquets(paths: Sequence[Path], root: Path, given: Columns) -> Iterator[Listed | Failed]:
    """The pictures of several Parquet files with the same columns."""
    for path in paths:
        yield from _parquet(path, given, path.relative_to(root).as_posix())


def known_columns(names: Sequence[str], given: Columns, where: Path) -> dict[str, tuple[str, ...]]:
    """The map over the columns that are there. Raises DataError when one is not."""
    columns = with_defaults(given, names)
    for name, wanted in columns.items():
        for column in wanted:
            if column not in names and column.partition(INSIDE)[0] not in names:
                raise DataError(f"{where} has no column '{column}' for {name}; its columns are {', '.join(map(str, names))}.")
    if "picture" not in columns:
        raise DataError(
            f"{where} does not say where its pictures are: name the column with --columns picture=...; "
            f"its columns are {', '.join(map(str, names))}."
        )
    return columns


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise DataError(f"The table {path} is larger than {MOST_BYTES // 2**20} MiB; save it as Parquet.")
        return data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"The table {path} cannot be read ({error}); save it as UTF-8 text.") from error


def _csv(path: Path, text: str) -> tuple[Sequence[str], Iterator[tuple[int, Row | str]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        names = [name for name in reader.fieldnames or () if name is not None]
    except csv.Error as error:
        raise DataError(f"The table {path} is no CSV ({error}).") from error

    def rows() -> Iterator[tuple[int, Row | str]]:
        try:
            for row in reader:
                yield reader.line_num, "it has more cells than columns" if None in row else row
        except csv.Error as error:
            raise DataError(f"The table {path} is no CSV ({error}, line {reader.line_num}).") from error

    return names, rows()


def _jsonl(path: Path, text: str) -> tuple[Sequence[str], Iterator[tuple[int, Row | str]]]:
    found: list[tuple[int, Row | str]] = []
    names: dict[str, None] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            found.append((number, f"it is no JSON ({error})"))
            continue
        if isinstance(row, dict):
            names.update(dict.fromkeys(row))
        found.append((number, row if isinstance(row, dict) else "it should be a JSON object"))
    return list(names), iter(found)


def _text_in(row: Row) -> Callable[[str], str]:
    return lambda column: as_text(value_in(row, column))


def value_in(row: Row, column: str) -> Any:
    """The value of `column`, or of the field in it that `column.field` names; None where there is none."""
    if column in row:
        return row[column]
    value: Any = row
    for name in column.split(INSIDE):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _file_in(row: Row, root: Path) -> Callable[[str], Piece | None]:
    def piece(column: str) -> Piece | None:
        name = value_in(row, column)
        if name is None or name == "":
            return None
        if not isinstance(name, str):
            raise UnlistedError(f"its {column} is no path")
        refuse_outside(name)
        return FilePiece(root, str(PurePosixPath(name)))

    return piece


def refuse_outside(name: str) -> None:
    """Raise UnlistedError for a path that could lead out of its folder."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or not name.isprintable():
        raise UnlistedError("it lies outside the set's folder" if name.isprintable() else "its path cannot be printed")


def _parquet(path: Path, given: Columns, label: str) -> Iterator[Listed | Failed]:
    import pyarrow
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            names = file.schema_arrow.names
            columns = known_columns(names, given, path)
            told = sorted({column.partition(INSIDE)[0] for name, wanted in columns.items() for column in wanted} - _held(columns))
            kinds = {name: str(file.schema_arrow.field(name).type) for name in names}
            for row_group in range(file.num_row_groups):
                rows = file.read_row_group(row_group, columns=told).to_pylist() if told else []
                count = file.metadata.row_group(row_group).num_rows
                for number in range(count):
                    row = rows[number] if rows else {}
                    where = f"{label}:{row_group}.{number}"
                    piece = _cell_in(path, where, row_group, number, kinds)
                    yield from listed_of(where, _text_in(row), piece, columns)
    except (OSError, ValueError, pyarrow.ArrowException) as error:
        raise DataError(f"The table {path} cannot be read ({error}).") from error


def _held(columns: Columns) -> set[str]:
    """Columns that hold the pictures themselves: not read before they are wanted."""
    return {column for name in ("picture", "mask", "plate") for column in columns.get(name, ())}


def _cell_in(path: Path, where: str, row_group: int, row: int, kinds: Mapping[str, str]) -> Callable[[str], Piece | None]:
    def piece(column: str) -> Piece | None:
        if "binary" not in kinds.get(column, ""):
            raise UnlistedError(f"its column {column} holds {kinds.get(column, 'nothing')}, expected the bytes of a picture")
        return CellPiece(path, where, row_group, row, column)

    return piece

"""A CSV or JSONL table of photographs: every row becomes an entry, or is told why it does not."""

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from spotdiff10k.errors import DataError
from spotdiff10k.photos.catalogue import HIGHEST_CAMERA, LOWEST_CAMERA, Failed
from spotdiff10k.photos.entries import Entry, slug
from spotdiff10k.plan.captions import spoken
from spotdiff10k.plan.own import noun_of

TABLE_SUFFIXES = (".csv", ".jsonl")
COLUMNS = ("file", "subject", "class_noun", "description", "licence", "source", "pose", "elevation_degrees")
REQUIRED = ("file", "subject")
MOST_BYTES = 256 * 2**20
MOST_TEXT = 500
"""Characters of a cell."""


def read_table(path: Path) -> Iterator[Entry | Failed]:
    """The rows of a table in its order. Raises DataError when it cannot be read, or its columns are not known."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"The table {path} cannot be read ({error}); save it as UTF-8 text.") from error
    if len(data) > MOST_BYTES:
        raise DataError(f"The table {path} is larger than {MOST_BYTES // 2**20} MiB; import it in parts.")
    rows = _csv_rows(text, path) if path.suffix.lower() == ".csv" else _jsonl_rows(text)
    spelt: dict[str, str] = {}
    for number, row in rows:
        yield row if isinstance(row, Failed) else _entry(number, row, spelt)


def _of_one_subject(entry: Entry, subject: str, spelt: dict[str, str]) -> Entry | Failed:
    """Names that differ in case or punctuation alone would become one subject without anybody having said so."""
    first = spelt.setdefault(entry.subject, subject)
    if first == subject:
        return entry
    return Failed(
        entry.file, f"its subject '{subject}' would be called '{entry.subject}' as '{first}' is; spell one as the other"
    )


def _degrees(text: str) -> float | None:
    """A number of degrees; none where nothing is said, and one that is none of the horizon's for what is no number."""
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        return math.nan


def _csv_rows(text: str, path: Path) -> Iterator[tuple[int, Mapping[str, Any] | Failed]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        names = reader.fieldnames or ()
        unknown = [name for name in names if name not in COLUMNS]
        missing = [name for name in REQUIRED if name not in names]
        if twice := [name for place, name in enumerate(names) if name in names[:place]]:
            raise DataError(f"The table {path} has the column '{twice[0]}' twice; a column stands once.")
        if unknown or missing:
            told = f"has an unknown column '{unknown[0]}'" if unknown else f"lacks the column '{missing[0]}'"
            raise DataError(f"The table {path} {told}; columns are {', '.join(COLUMNS)}.")
        for row in reader:
            extra = None in row
            yield reader.line_num, Failed(f"line {reader.line_num}", "it has more cells than columns") if extra else row
    except csv.Error as error:
        raise DataError(f"The table {path} is no CSV ({error}, line {reader.line_num}).") from error


def _jsonl_rows(text: str) -> Iterator[tuple[int, Mapping[str, Any] | Failed]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield number, Failed(f"line {number}", f"it is no JSON ({error})")
            continue
        if not isinstance(row, dict) or not all(type(value) in (str, int, float) for value in row.values()):
            yield number, Failed(f"line {number}", "it should be an object of texts and numbers")
        elif unknown := [name for name in row if name not in COLUMNS]:
            yield (
                number,
                Failed(f"line {number}", f"it has an unknown field '{unknown[0][:60]}'; fields are {', '.join(COLUMNS)}"),
            )
        else:
            yield number, row


def _entry(number: int, row: Mapping[str, Any], spelt: dict[str, str]) -> Entry | Failed:
    cells = {name: " ".join(str("" if row.get(name) is None else row[name]).split()) for name in COLUMNS}
    file = cells["file"] = str(row.get("file") or "").strip()  # spaces inside a file's name are part of it
    where = file[:MOST_TEXT] or f"line {number}"
    if lacking := [name for name in REQUIRED if not cells[name]]:
        return Failed(where, f"line {number} names no {lacking[0]}")
    if longest := [name for name in COLUMNS if len(cells[name]) > MOST_TEXT]:
        return Failed(where, f"its {longest[0]} has more than {MOST_TEXT} characters")
    if odd := [name for name in COLUMNS if not cells[name].isprintable()]:
        return Failed(f"line {number}", f"its {odd[0]} has characters that cannot be printed")
    path = PurePosixPath(file)
    if path.is_absolute() or ".." in path.parts or "\\" in file or "\0" in file:
        return Failed(where, "it lies outside the table's folder")
    subject = slug(cells["subject"])
    if not subject:
        return Failed(where, f"its subject '{cells['subject']}' has no letters or digits")
    noun = cells["class_noun"] or noun_of(cells["subject"]) or "object"
    described = cells["description"] or spoken(f"a {noun}")
    elevation = _degrees(cells["elevation_degrees"])
    if elevation is not None and not LOWEST_CAMERA <= elevation <= HIGHEST_CAMERA:
        told = f"expected degrees above the horizon, {LOWEST_CAMERA:.0f} to {HIGHEST_CAMERA:.0f}"
        return Failed(where, f"its elevation_degrees is '{cells['elevation_degrees'][:60]}'; {told}")
    entry = Entry(str(path), subject, noun, described, cells["licence"], cells["source"], slug(cells["pose"]), elevation)
    return _of_one_subject(entry, cells["subject"], spelt)

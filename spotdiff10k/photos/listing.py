"""Which photographs there are: a folder of folders, or a table; every file is listed, or told why it is not."""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from spotdiff10k.errors import DataError
from spotdiff10k.photos.catalogue import Failed
from spotdiff10k.photos.reading import MASK_SUFFIX, SUFFIXES
from spotdiff10k.plan.captions import spoken
from spotdiff10k.plan.own import noun_of

TABLE_SUFFIXES = (".csv", ".jsonl")
COLUMNS = ("file", "subject", "class_noun", "description", "licence", "source", "pose")
REQUIRED = ("file", "subject")
MOST_BYTES = 256 * 2**20
MOST_PHOTOS = 200_000
MOST_TEXT = 500
"""Characters of a cell of a table."""
LICENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,63}")
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Entry:
    """A photograph to import, with what is said of it."""

    file: str  # path inside the folder, with forward slashes
    subject: str  # an id
    class_noun: str
    description: str
    licence: str
    source: str
    pose: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is said of all photographs that say nothing themselves."""

    licence: str = ""
    source: str = ""
    waived: str = ""  # why none is asked for


@dataclass(frozen=True, slots=True)
class Listing:
    """The photographs under one folder, sorted by subject and file, and what was left out."""

    root: Path
    entries: tuple[Entry, ...]
    failed: tuple[Failed, ...]


def list_photos(where: Path, terms: Terms) -> Listing:
    """List a folder (one folder a subject) or a CSV or JSONL table. Raises DataError when there is nothing to list."""
    if where.is_dir():
        root, found = where, _in_folder(where)
    elif where.suffix.lower() in TABLE_SUFFIXES and where.is_file():
        root, found = where.parent, _in_table(where)
    else:
        what = "is no folder and no .csv or .jsonl table" if where.exists() else "does not exist"
        raise DataError(f"{where} {what}; expected a folder with one folder of photographs a subject, or a table.")
    entries: list[Entry] = []
    failed: list[Failed] = []
    for one in found:
        if len(entries) + len(failed) >= MOST_PHOTOS:
            raise DataError(f"{where} lists more than {MOST_PHOTOS:,} photographs; import it in parts.")
        checked = _with_terms(one, terms) if isinstance(one, Entry) else one
        (entries if isinstance(checked, Entry) else failed).append(checked)  # type: ignore[arg-type]
    kept, differing = _agreeing(sorted(entries, key=lambda entry: (entry.subject, entry.file)))
    return Listing(root, kept, (*failed, *differing))


def slug(text: str) -> str:
    """A name as an id: lower-case letters and digits, words joined by dashes; "" for what has none."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:60].strip("-")


def _in_folder(root: Path) -> Iterator[Entry | Failed]:
    names = sorted(path.name for path in root.iterdir())
    seen: dict[str, str] = {}
    for name in names:
        folder = root / name
        if folder.is_symlink() or not folder.is_dir():
            yield Failed(name, "it is in no subject's folder; make one folder a subject")
            continue
        subject = slug(name)
        if not subject or subject in seen:
            clash = (
                f"its folder would be called '{subject}' as that of {seen[subject]}" if subject else "its folder has no letters"
            )
            yield Failed(name, f"{clash}; rename it")
            continue
        seen[subject] = name
        noun = noun_of(name) or "object"
        files = sorted(path.name for path in folder.iterdir())
        for file in files:
            path = f"{name}/{file}"
            if file.lower().endswith(MASK_SUFFIX):
                if not _has_photo(file, files):
                    yield Failed(path, "it is a mask without its photograph")
            elif Path(file).suffix.lower() not in SUFFIXES:
                yield Failed(path, f"it is no photograph; expected names that end in {', '.join(SUFFIXES)}")
            else:
                yield Entry(path, subject, noun, spoken(f"a {noun}"), "", "")


def _has_photo(mask: str, files: Iterable[str]) -> bool:
    stem = mask[: -len(MASK_SUFFIX)]
    return any(Path(file).stem == stem and not file.lower().endswith(MASK_SUFFIX) for file in files)


def _in_table(path: Path) -> Iterator[Entry | Failed]:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"The table {path} cannot be read ({error}); save it as UTF-8 text.") from error
    if len(data) > MOST_BYTES:
        raise DataError(f"The table {path} is larger than {MOST_BYTES // 2**20} MiB; import it in parts.")
    rows = _csv_rows(text, path) if path.suffix.lower() == ".csv" else _jsonl_rows(text)
    for number, row in rows:
        yield row if isinstance(row, Failed) else _entry(number, row)


def _csv_rows(text: str, path: Path) -> Iterator[tuple[int, Mapping[str, Any] | Failed]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        names = reader.fieldnames or ()
        unknown = [name for name in names if name not in COLUMNS]
        missing = [name for name in REQUIRED if name not in names]
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
        if not isinstance(row, dict) or not all(isinstance(value, str) for value in row.values()):
            yield number, Failed(f"line {number}", "it should be an object of texts")
        elif unknown := [name for name in row if name not in COLUMNS]:
            yield (
                number,
                Failed(f"line {number}", f"it has an unknown field '{unknown[0][:60]}'; fields are {', '.join(COLUMNS)}"),
            )
        else:
            yield number, row


def _entry(number: int, row: Mapping[str, Any]) -> Entry | Failed:
    cells = {name: " ".join(str(row.get(name) or "").split()) for name in COLUMNS}
    file = cells["file"]
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
    return Entry(str(path), subject, noun, described, cells["licence"], cells["source"], slug(cells["pose"]))


def _with_terms(entry: Entry, terms: Terms) -> Entry | Failed:
    """With a licence and a source, or why not."""
    licence, source = entry.licence or terms.licence, entry.source or terms.source
    if licence and not LICENCE.fullmatch(licence):
        return Failed(entry.file, f"its licence '{licence[:60]}' is no SPDX identifier, such as CC-BY-4.0")
    if not terms.waived and not (licence and source):
        lacking = " and no ".join(name for name, value in (("licence", licence), ("source", source)) if not value)
        return Failed(entry.file, f"it has no {lacking}; say it in a table or with --licence and --source, or waive it")
    return replace(entry, licence=licence or UNKNOWN, source=source)


def _agreeing(entries: list[Entry]) -> tuple[tuple[Entry, ...], list[Failed]]:
    """Entries that say the same of their subject as its first one does; a subject has one noun, description and licence."""
    first: dict[str, Entry] = {}
    kept: list[Entry] = []
    failed: list[Failed] = []
    for entry in entries:
        before = first.setdefault(entry.subject, entry)
        differing = [n for n in ("class_noun", "description", "licence") if getattr(entry, n) != getattr(before, n)]
        if any(one.subject == entry.subject and one.file == entry.file for one in kept[-1:]):
            failed.append(Failed(entry.file, "it is listed twice"))
        elif differing:
            name = differing[0]
            told = f"its {name} is '{getattr(entry, name)}', that of {before.file} is '{getattr(before, name)}'"
            failed.append(Failed(entry.file, f"{told}; a subject has one"))
        else:
            kept.append(entry)
    return tuple(kept), failed

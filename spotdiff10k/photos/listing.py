"""Which photographs there are: a folder of folders, or a table; every file is listed, or told why it is not."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from spotdiff10k.errors import DataError
from spotdiff10k.licences.table import canonical
from spotdiff10k.photos.catalogue import Failed
from spotdiff10k.photos.entries import Entry, slug
from spotdiff10k.photos.reading import MASK_SUFFIX, SUFFIXES
from spotdiff10k.photos.table import TABLE_SUFFIXES, read_table
from spotdiff10k.plan.captions import spoken
from spotdiff10k.plan.own import noun_of

MOST_PHOTOS = 200_000
LICENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,63}")
UNKNOWN = "unknown"
NOT_MEANT = ("thumbs.db", "desktop.ini")
"""What systems leave in folders beside hidden files; nobody meant it as a photograph."""
OTHER_KINDS = (".heic", ".heif", ".avif", ".tif", ".tiff", ".bmp", ".gif", ".dng", ".cr2", ".nef", ".arw", ".raw")


@dataclass(frozen=True, slots=True)
class Terms:
    """What is said of all photographs that say nothing themselves."""

    licence: str = ""
    source: str = ""
    waived: str = ""  # why none is asked for
    elevation_degrees: float | None = None  # of the camera above the horizon


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
        root, found = where.parent, read_table(where)
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


def _in_folder(root: Path) -> Iterator[Entry | Failed]:
    names = _names(root)
    seen: dict[str, str] = {}
    for name in names:
        folder = root / name
        if folder.is_symlink() or not folder.is_dir():
            yield Failed(name, "it is in no subject's folder; make one folder a subject")
            continue
        subject = slug(name)
        if not subject or subject in seen:
            clash = (
                f"its folder would be called '{subject}' as that of {seen[subject]}"
                if subject
                else "its folder's name has no letters or digits"
            )
            yield Failed(name, f"{clash}; rename it")
            continue
        seen[subject] = name
        noun = noun_of(name) or "object"
        try:
            files = _names(folder)
        except DataError:
            yield Failed(name, "its folder cannot be read")
            continue
        for file in files:
            path = f"{name}/{file}"
            if file.lower().endswith(MASK_SUFFIX):
                if not _has_photo(file, files):
                    yield Failed(path, "it is a mask without its photograph")
            elif Path(file).suffix.lower() not in SUFFIXES:
                yield Failed(path, _no_photograph(folder / file))
            else:
                yield Entry(path, subject, noun, spoken(f"a {noun}"), "", "")


def _names(folder: Path) -> list[str]:
    """What lies in a folder, without hidden files. Raises DataError."""
    try:
        return sorted(path.name for path in folder.iterdir() if path.name[0] != "." and path.name.lower() not in NOT_MEANT)
    except OSError as error:
        raise DataError(f"The folder {folder} cannot be read: {error.strerror}.") from error


def _no_photograph(path: Path) -> str:
    if path.suffix.lower() in OTHER_KINDS:
        return f"its kind is not read; save it as one of {', '.join(SUFFIXES)}"
    if path.is_dir():
        return "it is a folder in a subject's folder; photographs of a subject lie side by side"
    return f"it is no photograph; expected names that end in {', '.join(SUFFIXES)}"


def _has_photo(mask: str, files: Iterable[str]) -> bool:
    stem = mask[: -len(MASK_SUFFIX)]
    return any(Path(file).stem == stem and not file.lower().endswith(MASK_SUFFIX) for file in files)


def _with_terms(entry: Entry, terms: Terms) -> Entry | Failed:
    """With a licence and a source, or why not."""
    licence, source = entry.licence or terms.licence, entry.source or terms.source
    if licence and not LICENCE.fullmatch(licence):
        return Failed(entry.file, f"its licence '{licence[:60]}' is no SPDX identifier, such as CC-BY-4.0")
    if not terms.waived and not (licence and source):
        lacking = " and no ".join(name for name, value in (("licence", licence), ("source", source)) if not value)
        return Failed(entry.file, f"it has no {lacking}; say it in a table or with --licence and --source, or waive it")
    elevation = terms.elevation_degrees if entry.elevation_degrees is None else entry.elevation_degrees
    return replace(entry, licence=canonical(licence) or UNKNOWN, source=source, elevation_degrees=elevation)


def _agreeing(entries: list[Entry]) -> tuple[tuple[Entry, ...], list[Failed]]:
    """Entries that say the same of their subject as its first one does; a subject has one noun, description and licence."""
    first: dict[str, Entry] = {}
    posed: dict[tuple[str, str], Entry] = {}
    kept: list[Entry] = []
    failed: list[Failed] = []
    for entry in entries:
        before = first.setdefault(entry.subject, entry)
        differing = [n for n in ("class_noun", "description", "licence") if getattr(entry, n) != getattr(before, n)]
        same_pose = posed.get((entry.subject, entry.pose))
        if any(one.subject == entry.subject and one.file == entry.file for one in kept[-1:]):
            failed.append(Failed(entry.file, "it is listed twice"))
        elif differing:
            name = differing[0]
            told = f"its {name} is '{getattr(entry, name)}', that of {before.file} is '{getattr(before, name)}'"
            failed.append(Failed(entry.file, f"{told}; a subject has one"))
        elif entry.pose and same_pose:
            failed.append(
                Failed(entry.file, f"its pose '{entry.pose}' is that of {same_pose.file} too; a subject has a pose once")
            )
        else:
            posed[entry.subject, entry.pose] = entry
            kept.append(entry)
    return tuple(kept), failed

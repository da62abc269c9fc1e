"""Import: every photograph is read, cut out, measured and listed, or listed with the reason why not; again is quick."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from spotdiff10k.duplicates import phash
from spotdiff10k.duplicates.bits import nearest
from spotdiff10k.duplicates.cutting import cells_of, on_grey
from spotdiff10k.photos.catalogue import CATALOGUE, Catalogue, Failed, PhotoSubject, View
from spotdiff10k.photos.cut_out import CutOut, to_png
from spotdiff10k.photos.cutting import Raw, cut, read_raw
from spotdiff10k.photos.entries import Entry, slug
from spotdiff10k.photos.listing import Listing
from spotdiff10k.photos.matting import HALF
from spotdiff10k.photos.reading import UnusablePhotoError
from spotdiff10k.run import write_atomically

if TYPE_CHECKING:
    from spotdiff10k.segmenters import Segmenter

VERSION = 2
"""Bump it when the same photograph and mask give another cut-out."""
KEPT = ".kept"
"""Folder of notes on what was cut out already."""
NEAR_BITS = 12
"""Cut-outs whose hashes differ in fewer of 256 bits are the same picture twice: six photographs, coded as JPEG of quality 60 or
made smaller by 40 %, came back with 0 to 10 bits, but for one whose mask was poor (18, 22); mugs of one form but
another pattern differ in 14 and more."""
DIGITS = 10
"""Of a photograph's digest in the name of its cut-out."""
MOST_NOTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Options:
    """How photographs are cut out."""

    segmenter: "Segmenter | None" = None
    setup: str = "none"  # what decides the segmenter's masks
    keep_cut: bool = False
    trimmed: bool = False  # pictures with alpha or a mask are cropped to their subject, which is whole

    def key(self, raw: Raw) -> str:
        """Names what these options make of a photograph."""
        text = json.dumps([VERSION, raw.digest, self.setup, self.keep_cut, self.trimmed])
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Taken:
    """A photograph that was cut out."""

    entry: Entry
    view: View
    hash: str  # of the cut-out, to find it twice


def take_photos(
    listing: Listing, into: Path, options: Options, waived: str = "", show: Callable[[int], None] = lambda done: None
) -> Catalogue:
    """Cut out every listed photograph and write the catalogue last. Raises RunError when the folder cannot be written."""
    taken: list[Taken] = []
    failed = list(listing.failed)
    for done, entry in enumerate(listing.entries, start=1):
        try:
            taken.append(_taken(listing.root, into, entry, options))
        except UnusablePhotoError as error:
            failed.append(Failed(entry.file, str(error)))
        show(done)
    kept, twice = _without_copies(taken)
    subjects = tuple(_subject(list(members)) for _, members in groupby(kept, key=lambda one: one.entry.subject))
    found = Catalogue(subjects, tuple(sorted((*failed, *twice), key=lambda one: (one.file, one.why))), waived)
    write_atomically(into / CATALOGUE, found.to_bytes())
    return found


def _taken(root: Path, into: Path, entry: Entry, options: Options) -> Taken:
    raw = read_raw(root, entry.file)
    note_path = into / KEPT / f"{options.key(raw)}-{entry.subject}.json"
    note = _note(note_path, into)
    if note is None:
        note = _cut_anew(raw, into, entry, options)
        write_atomically(note_path, json.dumps(note, sort_keys=True).encode())
    if "why" in note:
        raise UnusablePhotoError(note["why"])
    values = {**note["view"], "cut": tuple(note["view"]["cut"])}
    view = View(**values)
    said = replace(view, pose=entry.pose, original=entry.file, source=entry.source, elevation_degrees=entry.elevation_degrees)
    return Taken(entry, said, note["hash"])


def _note(path: Path, into: Path) -> dict[str, Any] | None:
    """What was noted of a photograph, if its cut-out is still there as it was."""
    try:
        with path.open("rb") as file:
            note = json.loads(file.read(MOST_NOTE))
        if "why" in note:
            return {"why": str(note["why"])}
        data = (into / note["view"]["file"]).read_bytes()
        return note if hashlib.sha256(data).hexdigest() == note["view"]["sha256"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _cut_anew(raw: Raw, into: Path, entry: Entry, options: Options) -> dict[str, Any]:
    try:
        made = cut(raw, options.segmenter, options.setup, options.keep_cut, options.trimmed)
    except UnusablePhotoError as error:
        return {"why": str(error)}
    data = to_png(made.cut_out)
    digest = hashlib.sha256(raw.photo).hexdigest()
    stem = slug(Path(entry.file).stem) or "photo"
    file = f"{entry.subject}/{stem}-{raw.digest[:DIGITS]}.png"
    write_atomically(into / file, data)
    view = View("", file, hashlib.sha256(data).hexdigest(), "", digest, "", made.mask, made.cut_out.cut, made.quality)
    return {"view": asdict(view), "hash": phash.to_text(_hash(made.cut_out))}


def _hash(cut_out: CutOut) -> npt.NDArray[np.uint64]:
    cells = cells_of(cut_out.colours, cut_out.alpha, cut_out.alpha >= HALF)
    return phash.bits_of(phash.frequencies(on_grey(cells)))


def _without_copies(taken: Sequence[Taken]) -> tuple[list[Taken], list[Failed]]:
    """The first of those that look alike stays, whichever subject it is of."""
    kept: list[Taken] = []
    failed: list[Failed] = []
    hashes = np.zeros((len(taken), phash.WORDS), np.uint64)
    for one in taken:
        own = phash.from_text(one.hash)
        near = nearest(own[None], hashes[: len(kept)])
        if int(near.bits[0]) < NEAR_BITS:
            before = kept[int(near.index[0])].entry
            of = "" if before.subject == one.entry.subject else f", of the subject {before.subject}"
            failed.append(
                Failed(one.entry.file, f"it shows the same as {before.file}{of} ({int(near.bits[0])} of 256 bits differ)")
            )
        else:
            hashes[len(kept)] = own
            kept.append(one)
    return kept, failed


def _subject(members: Sequence[Taken]) -> PhotoSubject:
    first = members[0].entry
    return PhotoSubject(first.subject, first.class_noun, first.description, first.licence, tuple(one.view for one in members))

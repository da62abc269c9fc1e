"""The contact sheet of an import: every view as it was photographed, and cut out, so that a person can say yes or no."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from spotdiff10k.contact_sheet import Labels, compose
from spotdiff10k.photos.catalogue import Catalogue, PhotoSubject, View
from spotdiff10k.photos.cut_out import CutOut, read_cut_out
from spotdiff10k.photos.reading import UnusablePhotoError, bounded_bytes, read_photo

U8 = npt.NDArray[np.uint8]
TITLE = "Is every subject whole, and nothing but the subject?"
TILE = 224
"""Pixels; a view takes two tiles."""
MOST_ROWS, MOST_VIEWS = 12, 6
"""Subjects a sheet, and views of each; larger imports get more sheets."""
SQUARE = 14
LIGHT, DARK = (214, 214, 216), (186, 186, 190)
"""Of the chequered paper behind cut-outs: neither hides a light nor a dark fringe."""
PAPER = (38, 40, 46)
"""Behind photographs that are not square."""


def sheets(root: Path, into: Path, catalogue: Catalogue) -> Iterator[tuple[str, U8]]:
    """Names and pictures of the sheets, in the catalogue's order; `root` holds the photographs, `into` the cut-outs."""
    pages = [catalogue.subjects[start : start + MOST_ROWS] for start in range(0, len(catalogue.subjects), MOST_ROWS)]
    for number, subjects in enumerate(pages):
        yield f"sheet-{number:03d}.png", _sheet(root, into, subjects, f"{number + 1} of {len(pages)}")


def _sheet(root: Path, into: Path, subjects: Sequence[PhotoSubject], page: str) -> U8:
    shown = max(min(MOST_VIEWS, len(subject.views)) for subject in subjects)
    rows: list[list[U8 | None]] = []
    for subject in subjects:
        tiles: list[U8 | None] = []
        for view in subject.views[:shown]:
            tiles += [_photo_tile(root, view), _cut_tile(read_cut_out(into, view))]
        rows.append([*tiles, *[None] * (2 * shown - len(tiles))])
    columns = [text for number in range(shown) for text in (f"view {number}: photograph", f"view {number}: cut out")]
    labels = Labels(TITLE, [_told(one) for one in subjects], columns, f"sheet {page}")
    return compose(rows, labels, tile=TILE)


def _told(subject: PhotoSubject) -> str:
    more = len(subject.views) - MOST_VIEWS
    also = f", {more} more views" if more > 0 else ""
    return f"{subject.id}: {subject.description}{also}, {subject.licence}"


def _photo_tile(root: Path, view: View) -> U8 | None:
    try:
        read = read_photo(bounded_bytes(root, view.original))
    except UnusablePhotoError:
        return None
    photo = Image.fromarray(read.colours)
    if read.alpha is not None:  # what lies under clear pixels is nobody's picture
        photo = Image.composite(photo, Image.new("RGB", photo.size, PAPER), Image.fromarray(read.alpha))
    photo.thumbnail((TILE, TILE), Image.Resampling.LANCZOS)
    return _centred(photo, Image.new("RGB", (TILE, TILE), PAPER))


def _cut_tile(cut_out: CutOut) -> U8:
    y, x = np.mgrid[0:TILE, 0:TILE] // SQUARE
    paper = Image.fromarray(np.where(((x + y) % 2)[..., None], DARK, LIGHT).astype(np.uint8))
    subject = Image.fromarray(np.dstack([cut_out.colours, cut_out.alpha])).convert("RGBa")
    subject.thumbnail((TILE - 8, TILE - 8), Image.Resampling.LANCZOS)
    return _centred(subject.convert("RGBA"), paper)


def _centred(picture: Image.Image, paper: Image.Image) -> U8:
    place = ((paper.width - picture.width) // 2, (paper.height - picture.height) // 2)
    paper.paste(picture, place, picture if picture.mode == "RGBA" else None)
    return np.asarray(paper)

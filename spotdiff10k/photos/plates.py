"""The own backgrounds of imported photographs, without their subjects: background levels for `backgrounds.source.images`."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from spotdiff10k.errors import EngineError
from spotdiff10k.inpainting import remove_subject
from spotdiff10k.photos.catalogue import Catalogue, Failed, View
from spotdiff10k.photos.cutting import ALPHA, Raw, alpha_of, read_raw
from spotdiff10k.photos.importing import KEPT
from spotdiff10k.photos.reading import UnusablePhotoError, read_photo
from spotdiff10k.run import write_atomically

if TYPE_CHECKING:
    from spotdiff10k.segmenters import Segmenter

FOLDER = "plates"
MADE = f"{KEPT}/{FOLDER}"
"""Folder of empty notes on the plates that were made, so that one which somebody deleted is not made again."""


def write_plates(
    root: Path, into: Path, found: Catalogue, segmenter: "Segmenter | None", show: Callable[[int], None] = lambda done: None
) -> tuple[int, list[Failed]]:
    """Write `plates/<name of the cut-out>.png` for every photograph with a background; what is there stays, what was deleted too.

    Returns how many there are now, and which photographs have none and why. Raises ModelError without the inpainter's weights,
    RunError when the folder cannot be written.
    """
    failed = []
    written = 0
    for done, (view, path) in enumerate(_wanted(into, found), start=1):
        try:
            _make(path, into / MADE / path.name, root, view, segmenter)
            written += 1
        except (UnusablePhotoError, EngineError) as error:
            failed.append(Failed(view.original, f"no plate: {error}"))
        show(done)
    return written, failed


def strangers(into: Path, found: Catalogue) -> list[str]:
    """Files in the folder of plates that belong to no photograph of the catalogue: of earlier imports, or put there by people."""
    own = {path.name for _, path in _wanted(into, found)}
    folder = into / FOLDER
    return sorted(path.name for path in folder.iterdir() if path.name not in own) if folder.is_dir() else []


def _make(path: Path, note: Path, root: Path, view: View, segmenter: "Segmenter | None") -> None:
    """Raises UnusablePhotoError where there is no plate, or where it was made before and deleted since."""
    if path.exists():
        return
    if note.exists():
        raise UnusablePhotoError(f"it was made and deleted; delete {MADE}/{note.name} too to have it made again")
    write_atomically(path, _plate(read_raw(root, view.original), segmenter))
    write_atomically(note, b"")


def _wanted(into: Path, found: Catalogue) -> Iterator[tuple[View, Path]]:
    for subject in found.subjects:
        for view in subject.views:
            yield view, into / FOLDER / view.file.replace("/", "-")


def _plate(raw: Raw, segmenter: "Segmenter | None") -> bytes:
    photo = read_photo(raw.photo)
    alpha, made_by = alpha_of(photo, raw.mask, segmenter, "")
    if made_by == ALPHA:
        raise UnusablePhotoError("it has an alpha channel, and so no background of its own")
    stream = io.BytesIO()
    Image.fromarray(remove_subject(photo.colours, np.ascontiguousarray(alpha))).save(stream, "PNG")
    return stream.getvalue()

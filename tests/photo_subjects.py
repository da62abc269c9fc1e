"""Photographs made on the spot, and folders of subjects imported from them, for tests of import and of the engine composite."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from spotdiff10k.photos.catalogue import Catalogue
from spotdiff10k.photos.importing import Options, take_photos
from spotdiff10k.photos.listing import Terms, list_photos

U8 = npt.NDArray[np.uint8]
TERMS = Terms("CC0-1.0", "made by the test")


def mug(number: int, view: int, size: tuple[int, int] = (220, 180)) -> tuple[U8, U8]:
    """A mug with a pattern of its own before a wall, as (colours, soft alpha); views differ in where the handle is."""
    height, width = size
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    body = _soft(np.maximum(np.abs(x - width / 2) - width * 0.25, np.abs(y - height * 0.5) - height * 0.3))
    side = -1 if view % 2 else 1
    around = np.hypot(x - width / 2 - side * width * 0.27, y - height * (0.45 + 0.05 * (view // 2)))
    handle = _soft(np.abs(around - width * 0.11) - width * 0.035)
    alpha = np.maximum(body, handle)
    rng = np.random.default_rng(number)
    base, stripe = rng.integers(40, 220, (2, 3))
    waves = np.sin(x * (0.08 + 0.03 * (number % 5)) + side * y * 0.05 * (1 + number % 3) + view)
    own = np.where(waves[..., None] > 0, base, stripe) + 12 * np.cos(y * 0.2)[..., None]
    wall = np.stack([90 + x * 0.3, 140 - y * 0.2, 60 + 0 * x], axis=2)
    colours = own * alpha[..., None] + wall * (1 - alpha[..., None])
    return np.clip(np.rint(colours), 0, 255).astype(np.uint8), np.rint(alpha * 255).astype(np.uint8)


def _soft(distance: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.clip(0.5 - distance / 2.0, 0.0, 1.0)


def write_photos(folder: Path, subjects: int, views: int = 1) -> Path:
    """One folder a mug, each photograph with its mask beside it."""
    for number in range(subjects):
        where = folder / f"mug {chr(97 + number)}"
        where.mkdir(parents=True)
        for view in range(views):
            colours, alpha = mug(number, view)
            Image.fromarray(colours).save(where / f"IMG_{view}.png")
            Image.fromarray(alpha).save(where / f"IMG_{view}.mask.png")
    return folder


def imported(folder: Path, subjects: int = 2, views: int = 2) -> Path:
    """A folder of imported mugs."""
    take(write_photos(folder / "photos", subjects, views), folder / "subjects")
    return folder / "subjects"


def take(photos: Path, into: Path, options: Options | None = None, terms: Terms = TERMS) -> Catalogue:
    """Import a folder or table."""
    return take_photos(list_photos(photos, terms), into, options or Options(), terms.waived)

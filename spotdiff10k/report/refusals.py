"""The pictures of what was refused: the very attempt that was refused, not the one that took its place."""

from collections.abc import Iterable
from itertools import islice

from spotdiff10k.errors import DataError
from spotdiff10k.report import layers, scripts
from spotdiff10k.report.pages import PICTURE_QUALITY, Reader
from spotdiff10k.report.values import Library, Refusal

SIDE = 208
"""Pixels."""
MAX_SHOWN = 120
"""Refusals that are shown with their pictures; all of them are in verdicts.parquet."""


def name(refusal: Refusal) -> str:
    """The name of a refused sample's picture."""
    return f"{refusal.key}@{refusal.attempt}" if refusal.key else ""


def pictures(refusals: Iterable[Refusal], library: Library) -> dict[str, str]:
    """Base64 WebP by name; what cannot be read any more is left out."""
    found: dict[str, str] = {}
    for refusal in islice((one for one in refusals if one.key), MAX_SHOWN):
        try:
            reader = Reader(refusal.key, library.attempt(refusal.group, refusal.key, refusal.attempt))
            image = layers.picture(reader.read(reader.picture()), refusal.key, SIDE)
        except DataError:
            continue
        found[name(refusal)] = scripts.webp(image, PICTURE_QUALITY)
    return found

"""The contact sheet of segmenter_accuracy.py: each case as picture and as difference of two masks."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from spotdiff10k.contact_sheet import FAINT, INK, PAPER

TILE = 128
GAP = 4
BETWEEN = 18
MARGIN = 20
HEAD = 46
LINE = 34
LEFT = 62
COLOURS = 256
"""Of the palette that keeps the file small."""
BOTH, MISSED, ADDED = (58, 94, 140), (226, 96, 62), (240, 192, 72)
NEITHER = (233, 232, 227)


@dataclass(frozen=True)
class Shown:
    """One case."""

    picture: npt.NDArray[np.uint8]
    inside: npt.NDArray[np.bool_]
    found: npt.NDArray[np.bool_]
    what: str
    overlap: float


def differences(case: Shown) -> Image.Image:
    """Exact and found mask in four colours."""
    colours = np.full((*case.inside.shape, 3), NEITHER, np.uint8)
    colours[case.inside & case.found] = BOTH
    colours[case.inside & ~case.found] = MISSED
    colours[~case.inside & case.found] = ADDED
    return Image.fromarray(colours)


def draw(rows: Sequence[tuple[str, Sequence[Shown]]], file: Path) -> None:
    """Write the sheet as a PNG with a palette."""
    columns = max(len(cases) for _, cases in rows)
    width = LEFT + columns * (2 * TILE + GAP) + (columns - 1) * BETWEEN + MARGIN
    height = HEAD + len(rows) * (TILE + LINE) + MARGIN // 2
    sheet = Image.new("RGB", (width, height), PAPER)
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(14)
    x = LEFT
    for colour, text in ((BOTH, "in both masks"), (MISSED, "missed"), (ADDED, "not of the subject")):
        pen.rounded_rectangle((x, MARGIN - 4, x + 14, MARGIN + 10), 3, fill=colour)
        pen.text((x + 22, MARGIN - 6), text, INK, font)
        x += 50 + int(pen.textlength(text, font))
    for line, (name, cases) in enumerate(rows):
        top = HEAD + line * (TILE + LINE)
        pen.text((MARGIN // 2, top + TILE // 2 - 8), name, INK, font)
        for column, case in enumerate(cases):
            left = LEFT + column * (2 * TILE + GAP + BETWEEN)
            for offset, tile in ((0, Image.fromarray(case.picture)), (TILE + GAP, differences(case))):
                sheet.paste(tile.resize((TILE, TILE), Image.Resampling.LANCZOS), (left + offset, top))
            pen.text((left, top + TILE + 5), f"{case.what}: {case.overlap:.2f}", FAINT, font)
    file.parent.mkdir(parents=True, exist_ok=True)
    sheet.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG).save(file, optimize=True)

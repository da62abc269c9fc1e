"""Contact sheets: one group as a picture, pose rows × background columns, with its layers below if wanted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image as Pictures
from PIL import ImageDraw, ImageFont

from spotdiff10k.types import Image

PAPER = (250, 250, 248)
INK = (28, 29, 33)
FAINT = (118, 120, 128)
MISSING = (229, 229, 226)
ELLIPSIS = "…"

GAP = 0.03
"""Space between tiles, as a share of a tile's side; the other lengths likewise."""
MARGIN = 0.13
TITLE_SIZE = 0.105
LABEL_SIZE = 0.068
ROW_LABEL_WIDTH = 0.62
MIN_FONT = 10
MIN_TILE = 24

Grid = Sequence[Sequence[Image | None]]
"""Rows of tiles; None where there is no picture."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What is written on a sheet; long labels are wrapped, then cut."""

    title: str
    rows: Sequence[str]  # pose levels
    columns: Sequence[str]  # background levels
    subtitle: str = ""


@dataclass(frozen=True, slots=True)
class _Measures:
    """Lengths of a sheet in pixels."""

    tile: int
    gap: int
    margin: int
    title: int
    label: int
    row_label: int

    @property
    def line(self) -> int:
        return round(self.label * 1.32)

    @property
    def step(self) -> int:
        return self.tile + self.gap


def _measures(tile: int) -> _Measures:
    return _Measures(
        tile=tile,
        gap=max(2, round(GAP * tile)),
        margin=max(8, round(MARGIN * tile)),
        title=max(MIN_FONT + 4, round(TITLE_SIZE * tile)),
        label=max(MIN_FONT, round(LABEL_SIZE * tile)),
        row_label=max(76, round(ROW_LABEL_WIDTH * tile)),
    )


def compose(tiles: Grid, labels: Labels, strips: Mapping[str, Sequence[Image | None]] | None = None, tile: int = 0) -> Image:
    """Draw a contact sheet, (H, W, 3).

    `strips` are extra rows below the grid, by name, one tile a column. `tile` is the side of a tile in pixels;
    0 takes it from the first picture. Raises ValueError when a row and the column labels differ in length.
    """
    strips = strips or {}
    rows = [*zip(labels.rows, tiles, strict=True), *strips.items()]
    if wrong := [name for name, row in rows if len(row) != len(labels.columns)]:
        raise ValueError(f"the row '{wrong[0]}' should have {len(labels.columns)} tiles, as there are column labels")
    side = max(MIN_TILE, tile or next((one.shape[0] for _, row in rows for one in row if one is not None), MIN_TILE))
    sizes = _measures(side)
    top = sizes.margin + round(sizes.title * 1.5) + (sizes.line if labels.subtitle else 0) + 2 * sizes.line + sizes.gap
    gulf = sizes.margin // 2 if strips else 0
    sheet = Pictures.new(
        "RGB",
        (
            2 * sizes.margin + sizes.row_label + len(labels.columns) * sizes.step - sizes.gap,
            top + len(rows) * sizes.step - sizes.gap + gulf + sizes.margin,
        ),
        PAPER,
    )
    draw = ImageDraw.Draw(sheet)
    _write_head(draw, labels, sizes, top, sheet.width - 2 * sizes.margin)
    for index, (name, row) in enumerate(rows):
        y = top + index * sizes.step + (gulf if index >= len(labels.rows) else 0)
        _place_row(sheet, draw, name, row, y, sizes)
    return np.asarray(sheet)


def _write_head(draw: ImageDraw.ImageDraw, labels: Labels, sizes: _Measures, top: int, width: int) -> None:
    title, small = ImageFont.load_default(sizes.title), ImageFont.load_default(sizes.label)
    draw.text((sizes.margin, sizes.margin), _cut(labels.title, title, width), INK, title)
    if labels.subtitle:
        draw.text((sizes.margin, sizes.margin + round(sizes.title * 1.45)), _cut(labels.subtitle, small, width), FAINT, small)
    for column, label in enumerate(labels.columns):
        x = sizes.margin + sizes.row_label + column * sizes.step
        lines = _wrapped(label, small, sizes.tile, 2)
        for number, line in enumerate(lines):
            draw.text((x, top - sizes.gap - (len(lines) - number) * sizes.line), line, FAINT, small)


def _place_row(
    sheet: Pictures.Image, draw: ImageDraw.ImageDraw, name: str, row: Sequence[Image | None], y: int, sizes: _Measures
) -> None:
    font = ImageFont.load_default(sizes.label)
    for number, line in enumerate(_wrapped(name, font, sizes.row_label - 2 * sizes.gap, 4)):
        draw.text((sizes.margin, y + number * sizes.line), line, FAINT, font)
    for column, tile in enumerate(row):
        corner = (sizes.margin + sizes.row_label + column * sizes.step, y)
        if tile is None:
            draw.rectangle((*corner, corner[0] + sizes.tile - 1, y + sizes.tile - 1), MISSING)
        else:
            sheet.paste(_fitted(tile, sizes.tile), corner)


def _fitted(tile: Image, side: int) -> Pictures.Image:
    image = Pictures.fromarray(tile).convert("RGB")
    return image if image.size == (side, side) else image.resize((side, side), Pictures.Resampling.LANCZOS)


def _cut(text: str, font: ImageFont.ImageFont | ImageFont.FreeTypeFont, width: int) -> str:
    text = " ".join(text.split())
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + ELLIPSIS) > width:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS


def _wrapped(text: str, font: ImageFont.ImageFont | ImageFont.FreeTypeFont, width: int, most: int) -> list[str]:
    """At most `most` lines of `text`, each `width` pixels at most; the last one is cut."""
    lines: list[str] = []
    words = text.split()
    while words and len(lines) < most - 1:
        count = 1
        while count < len(words) and font.getlength(" ".join(words[: count + 1])) <= width:
            count += 1
        lines.append(_cut(" ".join(words[:count]), font, width))
        words = words[count:]
    if words:
        lines.append(_cut(" ".join(words), font, width))
    return lines

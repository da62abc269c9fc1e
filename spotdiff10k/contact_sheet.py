"""Contact sheets: one group as a picture, pose rows × background columns, with its layers beside them if wanted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image as Pictures
from PIL import ImageDraw, ImageFont

from spotdiff10k.types import Image

PAPER = (250, 250, 248)
INK = (28, 29, 33)
FAINT = (104, 106, 116)
MISSING = (229, 229, 226)
ELLIPSIS = "…"

GAP = 0.03
"""Space between tiles, as a share of a tile's side; the other lengths likewise."""
GULF = 0.12
MARGIN = 0.14
TITLE_SIZE = 0.1
LABEL_SIZE = 0.066
ROW_LABEL_WIDTH = 0.6
LINE_HEIGHT = 1.32
"""As a share of the letters' size."""
TITLE_LINES, COLUMN_LABEL_LINES, ROW_LABEL_LINES = 2, 3, 5
MIN_FONT = 10
MIN_TILE = 24
MIN_ROW_LABEL = 76

Row = Sequence[Image | None]
"""Tiles side by side; None where there is no picture."""
Font = ImageFont.ImageFont | ImageFont.FreeTypeFont


@dataclass(frozen=True, slots=True)
class Labels:
    """What is written on a sheet; long labels are wrapped, then cut."""

    title: str
    rows: Sequence[str]  # pose levels
    columns: Sequence[str]  # background levels
    subtitle: str = ""


class _Sheet:
    """Lengths in pixels, fonts, and the picture being drawn."""

    def __init__(self, labels: Labels, rows: Sequence[tuple[str, Row]], extra: Sequence[str], tile: int) -> None:
        self.labels, self.rows, self.extra = labels, rows, extra
        self.tile = tile
        self.gap = max(2, round(GAP * tile))
        self.gulf = round(GULF * tile) if extra else 0
        self.margin = max(8, round(MARGIN * tile))
        self.row_label = max(MIN_ROW_LABEL, round(ROW_LABEL_WIDTH * tile))
        self.title: Font = ImageFont.load_default(max(MIN_FONT + 4, round(TITLE_SIZE * tile)))
        self.small: Font = ImageFont.load_default(max(MIN_FONT, round(LABEL_SIZE * tile)))
        self.line = round(LINE_HEIGHT * max(MIN_FONT, round(LABEL_SIZE * tile)))
        self.title_line = round(LINE_HEIGHT * max(MIN_FONT + 4, round(TITLE_SIZE * tile)))
        self.width = self.x(len(labels.columns) + len(extra)) - self.gap - (0 if extra else self.gulf) + self.margin
        self.heads = [wrapped(text, self.small, tile, COLUMN_LABEL_LINES) for text in (*labels.columns, *extra)]
        self.titles = wrapped(labels.title, self.title, self.width - 2 * self.margin, TITLE_LINES)
        self.top = self._top()
        height = self.top + len(rows) * (tile + self.gap) - self.gap + self.margin
        self.picture = Pictures.new("RGB", (self.width, height), PAPER)
        self.draw = ImageDraw.Draw(self.picture)

    def _top(self) -> int:
        """Where the tiles begin."""
        head = len(self.titles) * self.title_line + (self.line if self.labels.subtitle else 0)
        return self.margin + head + self.line // 2 + max(map(len, self.heads), default=0) * self.line + self.gap

    def x(self, column: int) -> int:
        """Where a column begins; the layers stand a little apart."""
        beyond = self.gulf if column >= len(self.labels.columns) else 0
        return self.margin + self.row_label + column * (self.tile + self.gap) + beyond

    def write_head(self) -> None:
        """Title, subtitle, and the names of the columns just above them."""
        y = self.margin
        for text in self.titles:
            self.draw.text((self.margin, y), text, INK, self.title)
            y += self.title_line
        self.draw.text((self.margin, y), cut(self.labels.subtitle, self.small, self.width - 2 * self.margin), FAINT, self.small)
        for column, lines in enumerate(self.heads):
            for number, text in enumerate(lines):
                place = (self.x(column), self.top - self.gap - (len(lines) - number) * self.line)
                self.draw.text(place, text, FAINT, self.small)

    def write_row(self, index: int) -> None:
        """A row's name and its tiles."""
        name, tiles = self.rows[index]
        y = self.top + index * (self.tile + self.gap)
        for number, text in enumerate(wrapped(name, self.small, self.row_label - 2 * self.gap, ROW_LABEL_LINES)):
            self.draw.text((self.margin, y + number * self.line), text, FAINT, self.small)
        for column, tile in enumerate(tiles):
            corner = (self.x(column), y)
            edge = (corner[0] - 1, y - 1, corner[0] + self.tile, y + self.tile)
            self.draw.rectangle(edge, MISSING)  # also keeps a white tile apart from the paper
            if tile is not None:
                self.picture.paste(_fitted(tile, self.tile), corner)


def compose(tiles: Sequence[Row], labels: Labels, strips: Mapping[str, Row] | None = None, tile: int = 0) -> Image:
    """Draw a contact sheet, (H, W, 3).

    `strips` are more columns on the right, by name, with one tile a row. `tile` is the side of a tile in pixels;
    0 takes it from the first picture. Raises ValueError when the numbers of tiles and labels differ.
    """
    strips = strips or {}
    if any(len(strip) != len(tiles) for strip in strips.values()):
        raise ValueError(f"each strip should have {len(tiles)} tiles, as there are rows")
    if any(len(row) != len(labels.columns) for row in tiles):
        raise ValueError(f"each row should have {len(labels.columns)} tiles, as there are column labels")
    rows = [
        (name, [*row, *(strip[index] for strip in strips.values())])
        for index, (name, row) in enumerate(zip(labels.rows, tiles, strict=True))
    ]
    side = tile or next((one.shape[0] for _, row in rows for one in row if one is not None), MIN_TILE)
    sheet = _Sheet(labels, rows, list(strips), max(MIN_TILE, side))
    sheet.write_head()
    for index in range(len(rows)):
        sheet.write_row(index)
    return np.asarray(sheet.picture)


def _fitted(tile: Image, side: int) -> Pictures.Image:
    image = Pictures.fromarray(tile).convert("RGB")
    return image if image.size == (side, side) else image.resize((side, side), Pictures.Resampling.LANCZOS)


def cut(text: str, font: Font, width: int) -> str:
    """One line of `text`, `width` pixels at most."""
    text = " ".join(text.split())
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + ELLIPSIS) > width:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS


def wrapped(text: str, font: Font, width: int, most: int) -> list[str]:
    """At most `most` lines of `text`, each `width` pixels at most; the last one is cut."""
    lines: list[str] = []
    words = text.split()
    while words and len(lines) < most - 1:
        count = 1
        while count < len(words) and font.getlength(" ".join(words[: count + 1])) <= width:
            count += 1
        lines.append(cut(" ".join(words[:count]), font, width))
        words = words[count:]
    return [*lines, cut(" ".join(words), font, width)] if words else lines

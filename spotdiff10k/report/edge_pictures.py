"""The pictures at the edge of a check: of samples as they are, of groups as a grid of poses and backgrounds."""

from collections.abc import Sequence

from PIL import Image as Pictures

from spotdiff10k.errors import DataError
from spotdiff10k.report import layers, scripts
from spotdiff10k.report.margins import Edge
from spotdiff10k.report.pages import PICTURE_QUALITY, Reader
from spotdiff10k.report.values import Library

SIDE = 208
"""Pixels of a sample's picture."""
GRID_SIDE, GAP = 416, 4
"""Pixels of a group's grid, and of the lines between its pictures."""
BETWEEN = (128, 128, 128)


def name(edge: Edge) -> str:
    """What the picture of a sample's attempt, or of a group, is called."""
    return f"{edge.key}@{edge.attempt}"


def pictures(shown: Sequence[Edge], library: Library) -> dict[str, str]:
    """Base64 WebP by name; what cannot be read any more is left out."""
    found: dict[str, str] = {}
    for edge in shown:
        if name(edge) not in found:
            try:
                image = _grid(edge.group, library) if edge.whole else _sample(edge, library)
                found[name(edge)] = scripts.webp(image, PICTURE_QUALITY)
            except DataError:
                continue
    return found


def _sample(edge: Edge, library: Library) -> Pictures.Image:
    reader = Reader(edge.key, library.attempt(edge.group, edge.key, edge.attempt))
    return layers.picture(reader.read(reader.picture()), edge.key, SIDE)


def _grid(group: str, library: Library) -> Pictures.Image:
    """A group's pictures, a row a pose and a column a background. Raises DataError."""
    members = library.members(group)
    places = {key: tuple(key.removeprefix(f"{group}-").split("-")) for key in members}
    rows, columns = (sorted({place[axis] for place in places.values()}) for axis in (0, 1))
    if not places:
        raise DataError(f"The group {group} has no pictures to show.")
    most = max(len(rows), len(columns))
    tile = (GRID_SIDE - GAP * (most - 1)) // most
    size = (len(columns) * (tile + GAP) - GAP, len(rows) * (tile + GAP) - GAP)
    grid = Pictures.new("RGB", size, BETWEEN)
    for key, (pose, background) in places.items():
        reader = Reader(key, members[key])
        image = layers.picture(reader.read(reader.picture()), key, tile).resize((tile, tile), Pictures.Resampling.BILINEAR)
        grid.paste(image, (columns.index(background) * (tile + GAP), rows.index(pose) * (tile + GAP)))
    return grid

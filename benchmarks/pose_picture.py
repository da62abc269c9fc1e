"""The picture of docs/pose-and-background.md: what one camera sees, laid under another.

    python benchmarks/pose_picture.py docs/pictures/pose-surfaces.png

Each row: a subject before one background, the same pose before another, and the points of the first in the second's camera:
pale where they may be, red where the second camera looks through free space. The lower row is turned too far by 20 degrees.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from _planted import Members, Studio, planned
from PIL import Image, ImageDraw, ImageFont

from spotdiff10k.checks._surface import GRID, LOOSE, Surface, astray, surfaces_of_all
from spotdiff10k.types import PlannedGroup

SIZE, SUBJECTS, SEED = 384, 12, 5
FAMILY = "quadruped"
TOO_FAR = 20.0
"""Degrees."""
GAP, HEADER = 10, 40
COLOURS = 256
PAPER, INK, FAINT = (255, 255, 255), (30, 32, 36), (110, 114, 120)
SEEN, STRAY, EMPTY = (176, 188, 204), (214, 40, 57), (244, 245, 247)


def laid_under(first: Surface, second: Surface) -> Image.Image:
    """The first surface's points as the second camera sees them."""
    camera = second.eye
    local = (first.points - camera.position) @ camera.rotation.T
    places = camera.focal * local[:, :2] / local[:, 2:] + camera.size / 2
    picture = Image.new("RGB", (SIZE, SIZE), EMPTY)
    draw = ImageDraw.Draw(picture)
    radius = 0.5 * SIZE / GRID
    strays = [astray(point[None], second) > 0 for point in first.points]
    for colour, wanted in ((SEEN, False), (STRAY, True)):
        for (x, y), stray in zip((places * SIZE / camera.size).tolist(), strays, strict=True):
            if stray == wanted:
                draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
    return picture


def row(studio: Studio, group: PlannedGroup, samples: Mapping[str, Members], too_far: float) -> tuple[list[Image.Image], float]:
    """Three pictures, and the share of points that are astray; the first sample is turned too far."""
    pose = replace(group.poses[0], turn_degrees=group.poses[0].turn_degrees + too_far)
    turned = replace(group, poses=(pose, *group.poses[1:]), cells=group.cells[:1])
    shown = {**samples, **studio.good(turned)}
    both = studio.view(group, shown).samples[:2]
    surfaces = surfaces_of_all(both)
    if isinstance(surfaces, str):
        raise SystemExit(surfaces)
    pictures = [Image.fromarray(np.asarray(sample.picture, np.uint8)).resize((SIZE, SIZE)) for sample in both]
    return [*pictures, laid_under(*surfaces)], astray(surfaces[0].points, surfaces[1])


def sheet(rows: Sequence[tuple[list[Image.Image], float]]) -> Image.Image:
    """The rows under each other, with what they show."""
    width = 3 * SIZE + 4 * GAP
    paper = Image.new("RGB", (width, len(rows) * (SIZE + HEADER + GAP) + GAP), PAPER)
    draw = ImageDraw.Draw(paper)
    font = ImageFont.load_default(18)
    titles = ("as planned", f"turned {TOO_FAR:g}° too far")
    for place, ((pictures, share), title) in enumerate(zip(rows, titles, strict=True)):
        top = GAP + place * (SIZE + HEADER + GAP)
        words = (title, "the same pose, another camera", f"the first seen by the second: {100 * share:.1f} % astray")
        for column, (picture, text) in enumerate(zip(pictures, words, strict=True)):
            left = GAP + column * (SIZE + GAP)
            draw.text((left, top + 10), text, INK if column != 1 else FAINT, font)
            paper.paste(picture, (left, top + HEADER))
    return paper


def main() -> None:
    """Draw it."""
    groups, backgrounds = planned(SUBJECTS, SEED, SIZE)
    studio = Studio(SIZE, backgrounds)
    group = next(one for one in groups if one.subject.family == FAMILY)
    samples = studio.good(group)
    rows = [row(studio, group, samples, too_far) for too_far in (0.0, TOO_FAR)]
    sheet(rows).quantize(COLOURS).save(Path(sys.argv[1]), optimize=True)
    print(json.dumps({"astray": [round(share, 4) for _, share in rows], "loose": LOOSE}))


if __name__ == "__main__":
    main()

"""The memory of the worker processes over a build, from its event log: a table, and a picture of the curve.

    spotdiff10k build spotdiff10k --run RUN
    python benchmarks/memory_curve.py RUN --picture memory.png

Each worker notes its resident memory when it has committed a group.
"""

import argparse
from collections import defaultdict
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from spotdiff10k.events import read_events

MEGABYTE = 2**20
POINTS = 10
WIDTH, HEIGHT, MARGIN = 900, 340, 56
INK, GRID, PAPER = (40, 40, 46), (226, 226, 230), (255, 255, 255)
COLOURS = ((33, 102, 172), (214, 96, 77), (27, 120, 55), (118, 42, 131))
CEILING = 500
"""Megabytes at the top of the picture."""


def curves(run: Path) -> dict[int, list[tuple[int, float]]]:
    """For each worker, (pictures made by all so far, megabytes)."""
    found: dict[int, list[tuple[int, float]]] = defaultdict(list)
    pictures = 0
    for event in read_events(run / "events.jsonl"):
        if event.get("event") == "group made" and "resident_bytes" in event:
            pictures += int(event["pictures"])
            found[int(event["worker"])].append((pictures, int(event["resident_bytes"]) / MEGABYTE))
    return found


def draw(found: dict[int, list[tuple[int, float]]], file: Path) -> None:
    """A line a worker."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(13)
    most = max(point[0] for points in found.values() for point in points)

    def at(pictures: float, megabytes: float) -> tuple[float, float]:
        x = MARGIN + (WIDTH - 2 * MARGIN) * pictures / most
        return x, HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * megabytes / CEILING

    for level in range(0, CEILING + 1, 100):
        pen.line([at(0, level), at(most, level)], fill=GRID)
        pen.text((8, at(0, level)[1] - 8), f"{level} MB", fill=INK, font=font)
    for share in range(5):
        x, y = at(most * share / 4, 0)
        pen.text((x - 16, y + 8), f"{round(most * share / 4):,}", fill=INK, font=font)
    pen.text((WIDTH / 2 - 60, HEIGHT - 24), "pictures made", fill=INK, font=font)
    pen.text((MARGIN, 16), "Resident memory of each worker process", fill=INK, font=ImageFont.load_default(16))
    for colour, points in zip(COLOURS * len(found), found.values(), strict=False):
        pen.line([at(*point) for point in points], fill=colour, width=2, joint="curve")
    image.save(file)


def main() -> None:
    """Print and draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--picture", type=Path)
    arguments = parser.parse_args()
    found = curves(arguments.run)
    for worker, points in found.items():
        step = max(1, len(points) // POINTS)
        cells = "  ".join(f"{pictures:,}: {megabytes:.0f}" for pictures, megabytes in points[::step])
        print(f"worker {worker}: peak {max(m for _, m in points):.0f} MB | pictures: MB  {cells}")
    if arguments.picture:
        draw(found, arguments.picture)


if __name__ == "__main__":
    main()

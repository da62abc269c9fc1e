"""How good are a segmenter's masks? Compared with the exact masks of rendered pictures, by family and by background.

    spotdiff10k models fetch u2netp
    python benchmarks/segmenter_accuracy.py --segmenter rembg --out docs/segmenters.md --sheet docs/pictures/segmenter.png

Subjects are rendered in two poses on two backgrounds each, all families and all kinds of background, at the side U2-Net-p
works at. Segmenters that need boxes are told the exact ones. With --out, what is measured is written into that file between
the markers `<!-- measured: NAME -->` and `<!-- end -->`; with --sheet, the best, middle and worst cases are drawn.
"""

import argparse
import io
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import numpy.typing as npt
from _segmenter_sheet import Shown, draw
from PIL import Image

from spotdiff10k import plan, recipe
from spotdiff10k.checks._agreement import boundary_f, intersection_over_union
from spotdiff10k.checks._extent import extent_of
from spotdiff10k.committed import INSIDE
from spotdiff10k.engines.rendered import Rendered
from spotdiff10k.segmenters import Segmenter, load_segmenter
from spotdiff10k.types import EngineSettings, FinishedSample, PlannedGroup

POOR = 0.5
"""An intersection over union below it is another thing found, or nothing."""
LOW = 5
"""Per cent: the quantile that says how bad the bad ones are."""
BINS = 10
COLUMNS = 5
SHARE = 20
"""The best and the worst cases that are shown come from this part of all, a twentieth."""


@dataclass(frozen=True)
class Case:
    """One picture: what it shows, and how well the segmenter's mask agrees with the exact one."""

    group: PlannedGroup
    number: int  # of the sample in its group
    family: str
    kind: str
    overlap: float  # intersection over union
    boundary: float  # F


def planned(subjects: int, seed: int) -> list[PlannedGroup]:
    """The groups of a recipe with two poses and two backgrounds a subject."""
    changes = [f"subjects.count={subjects}", f"seed={seed}", "backgrounds.levels=84", "backgrounds.count=2"]
    chosen = recipe.load("quickstart", [*changes, "poses.levels=12", "poses.count=2"])
    return list(plan.make(chosen).groups(reserve=False))


def seen(sample: FinishedSample) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_]]:
    """A sample's picture (H, W, 3) and the inside of its exact mask."""
    picture, mask = (np.asarray(Image.open(io.BytesIO(sample.members[name]))) for name in ("png", "mask.png"))
    return picture, mask >= INSIDE


Seen = tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_], npt.NDArray[np.bool_]]


def segmented(segmenter: Segmenter, group: PlannedGroup, size: int) -> Iterator[Seen]:
    """Picture, exact inside and found inside of every sample of a group."""
    finished = next(iter(Rendered(EngineSettings(size=size, outputs=())).generate([group])))
    pairs = [seen(sample) for sample in finished.samples]
    boxes = np.array([extent_of(np.where(inside, np.uint8(255), np.uint8(0))).box for _, inside in pairs], np.int64)
    found = segmenter.segment(np.stack([picture for picture, _ in pairs]), boxes) >= INSIDE
    for (picture, inside), mask in zip(pairs, found, strict=True):
        yield picture, inside, mask


def measured(segmenter: Segmenter, groups: Iterable[PlannedGroup], size: int) -> Iterator[Case]:
    """Every sample of the groups."""
    for group in groups:
        for number, (_, inside, found) in enumerate(segmented(segmenter, group, size)):
            kind = group.backgrounds[group.cells[number].background_index].kind
            overlap, boundary = intersection_over_union(inside, found), boundary_f(inside, found)
            yield Case(group, number, group.subject.family, kind, overlap, boundary)


def row(name: str, cases: Sequence[Case]) -> str:
    """One line of a table."""
    overlaps = np.array([case.overlap for case in cases])
    numbers = [overlaps.mean(), np.median(overlaps), np.percentile(overlaps, LOW), (overlaps < POOR).mean()]
    boundary = float(np.mean([case.boundary for case in cases]))
    return f"| {name} | {len(cases)} | " + " | ".join(f"{value:.3f}" for value in (*numbers, boundary)) + " |"


def table(title: str, cases: Sequence[Case], name_of: Callable[[Case], str]) -> list[str]:
    """A Markdown table, the worst first."""
    head = [
        f"| {title} | pictures | IoU mean | median | 5th percentile | share below {POOR} | boundary F mean |",
        "|---" * 7 + "|",
    ]
    names = sorted({name_of(case) for case in cases})
    parts = {name: [case for case in cases if name_of(case) == name] for name in names}
    order = sorted(names, key=lambda name: float(np.mean([case.overlap for case in parts[name]])))
    return [*head, *(row(name, parts[name]) for name in order), row("**all**", cases), ""]


def report(cases: Sequence[Case]) -> str:
    """Both tables and the distribution."""
    overlaps = np.array([case.overlap for case in cases])
    counts, edges = np.histogram(overlaps, BINS, (0.0, 1.0))
    names = [f"{low:.1f} to {high:.1f}" for low, high in pairwise(edges)]
    shares = [f"{count / len(cases):.3f}" for count in counts]
    spread = [f"| IoU | {' | '.join(names)} |", "|---" * (BINS + 1) + "|", f"| share of pictures | {' | '.join(shares)} |", ""]
    families = table("family", cases, lambda case: case.family)
    return "\n".join([*spread, *families, *table("background", cases, lambda case: case.kind.replace("_", " "))])


def shown(segmenter: Segmenter, cases: Sequence[Case], size: int) -> list[tuple[str, list[Shown]]]:
    """The best, middle and worst cases, of different families, made again."""
    order = sorted(cases, key=lambda case: case.overlap)
    part = len(order) // SHARE
    middle = len(order) // 2
    ranges = {"best": order[: -part - 1 : -1], "middle": order[middle - part // 2 : middle + part], "worst": order[:part]}
    rows = []
    for name, candidates in ranges.items():
        chosen: dict[str, Case] = {}
        for case in candidates:
            chosen.setdefault(case.family, case)
        pictures = []
        for case in list(chosen.values())[:COLUMNS]:
            picture, inside, found = list(segmented(segmenter, case.group, size))[case.number]
            pictures.append(Shown(picture, inside, found, f"{case.family}, {case.kind.replace('_', ' ')}", case.overlap))
        rows.append((name, pictures))
    return rows


def write_between(file: Path, name: str, text: str) -> None:
    """Put text between a document's markers. Raises SystemExit where it has none."""
    start, end = f"<!-- measured: {name} -->\n", "<!-- end -->"
    before, found, rest = file.read_text().partition(start)
    if not found:
        raise SystemExit(f"{file} has no line {start.strip()!r}")
    file.write_text(before + start + text + end + rest.partition(end)[2])


def main() -> None:
    """Measure, print, and write what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--segmenter", default="rembg")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--subjects", type=int, default=250, help="four pictures of each")
    parser.add_argument("--size", type=int, default=320, help="pixels")
    parser.add_argument("--seed", type=int, default=7000)
    parser.add_argument("--out", type=Path, help="a Markdown file with markers")
    parser.add_argument("--sheet", type=Path, help="a PNG to draw")
    arguments = parser.parse_args()
    segmenter = load_segmenter(arguments.segmenter, arguments.device)
    cases = list(measured(segmenter, planned(arguments.subjects, arguments.seed), arguments.size))
    text = report(cases)
    print(text)
    if arguments.out:
        write_between(arguments.out, arguments.segmenter, text)
    if arguments.sheet:
        draw(shown(segmenter, cases, arguments.size), arguments.sheet)


if __name__ == "__main__":
    main()

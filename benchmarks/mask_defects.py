"""Counts which wrong masks the check `mask` refuses, by the layers it may look at, and how many right ones.

    python benchmarks/mask_defects.py --subjects 96 --out docs/segmenters.md

Plants the mask defects of `spotdiff10k calibrate`, at every grade, and some without grades, in rendered subjects that no limit
was chosen on, and judges them by the check's default limits. Prints one row a defect and grade; with --out, writes them
between the markers `<!-- measured: defects -->` and `<!-- end -->` of that file.
"""

import argparse
import io
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from PIL import Image
from segmenter_accuracy import planned, write_between

from spotdiff10k.calibration.defects.mask import DEFECTS
from spotdiff10k.calibration.edits import OPAQUE, mask_of, with_mask
from spotdiff10k.calibration.planting import Group, Workshop
from spotdiff10k.checks.mask import OF_THE_DEPTH, OF_THE_PLATE, measure_mask
from spotdiff10k.committed import INSIDE, SampleView
from spotdiff10k.decoded import Decoded
from spotdiff10k.engines.rendered import Rendered
from spotdiff10k.limits import read_rules
from spotdiff10k.types import EngineSettings, FinishedGroup

RULES = {rule.measure: rule for rule in read_rules({"mask": {}}) if rule.check == "mask"}
WITHOUT: Mapping[str, tuple[str, ...]] = {
    "plate and shadow": OF_THE_DEPTH,
    "depth": OF_THE_PLATE,
    "picture only": (*OF_THE_DEPTH, *OF_THE_PLATE),
}
"""What is left out where a release keeps only these layers."""
JPEG_QUALITY = 95
GOOD = ("none: the right mask", 0.0, "")
Row = tuple[str, float, str]


def views(group: Group) -> Iterator[SampleView]:
    """The samples as the check sees them."""
    levels = group.planned
    for cell in levels.cells:
        pose, background = levels.poses[cell.pose_index], levels.backgrounds[cell.background_index]
        yield SampleView(cell, pose, background, group.members(cell), Decoded())


def refusals(sample: SampleView) -> dict[str, bool]:
    """Whether a sample is refused, by the layers that may be looked at."""
    wrong = {name for name, value in measure_mask(sample).items() if RULES[name].fault(value)}
    return {layers: bool(wrong - set(left_out)) for layers, left_out in WITHOUT.items()}


def others(group: Group) -> Iterator[tuple[Row, Group]]:
    """Defects without grades, each in the group's first sample."""
    levels = group.planned
    first = levels.cells[0]
    alpha = mask_of(group.members(first))
    buffer = io.BytesIO()
    Image.fromarray(alpha).save(buffer, "JPEG", quality=JPEG_QUALITY)
    masks = {
        "the mask is thresholded": np.where(alpha >= INSIDE, OPAQUE, 0).astype(np.uint8),
        f"the mask was kept as JPEG of quality {JPEG_QUALITY}": np.array(Image.open(buffer)),
        "the mask of another pose": mask_of(group.members(group.cell(1, 0))),
        "the mask of the same pose on another background": mask_of(group.members(group.cell(0, 1))),
    }
    for what, mask in masks.items():
        yield (what, 0.0, ""), group.with_samples({first.key: with_mask(group.members(first), mask)})


def judged(group: Group, workshop: Workshop) -> Iterator[tuple[Row, dict[str, bool]]]:
    """Every good sample of a group, and one sample with each defect at each grade."""
    for sample in views(group):
        yield GOOD, refusals(sample)
    for row, spoilt in others(group):
        yield row, refusals(next(views(spoilt)))
    for defect in DEFECTS:
        for grade in defect.grades:
            planted = defect.plant(group, grade, random.Random(group.planned.subject.identity), workshop)
            changed = planted.changed if planted else ()
            for sample in views(planted.group) if planted else ():
                if sample.key in changed:
                    yield (defect.what, grade, defect.unit), refusals(sample)


def main() -> None:
    """Measure, print, and write what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subjects", type=int, default=96)
    parser.add_argument("--sizes", type=int, nargs="+", default=[256, 512], help="pixels")
    parser.add_argument("--seed", type=int, default=7100)
    parser.add_argument("--out", type=Path, help="a Markdown file with markers")
    arguments = parser.parse_args()
    found: dict[Row, list[dict[str, bool]]] = defaultdict(list)
    for turn, planned_group in enumerate(planned(arguments.subjects, arguments.seed)):
        size = arguments.sizes[turn % len(arguments.sizes)]
        settings = EngineSettings(size=size, outputs=("plate", "shadow", "depth"))
        engine = Rendered(settings)
        finished: FinishedGroup = next(iter(engine.generate([planned_group])))
        workshop = Workshop(engine, settings, (), (), {})
        for row, refused in judged(Group(planned_group, finished), workshop):
            found[row].append(refused)
    lines = [f"| planted | masks | {' | '.join(WITHOUT)} |", "|---" * (2 + len(WITHOUT)) + "|"]
    for (what, grade, unit), cases in found.items():
        shares = [f"{sum(case[layers] for case in cases) / len(cases):.3f}" for layers in WITHOUT]
        graded = f"{what}, {grade:g} {unit}" if unit else what
        lines.append(f"| {graded} | {len(cases)} | {' | '.join(shares)} |")
    text = "\n".join([*lines, ""])
    print(text)
    if arguments.out:
        write_between(arguments.out, "defects", text)


if __name__ == "__main__":
    main()

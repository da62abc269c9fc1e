"""How well subjects are cut out with the help of a region, against exact masks.

    python benchmarks/cut_outs.py --out docs/control-maps.md

Pictures are rendered, so their masks are known. Regions are of the same subject in the same pose by the camera that its
backgrounds share, as in a picture that follows its control map; of another subject of the family, as in one that follows it
loosely; and of another pose, as in one that does not.
"""

import argparse
import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from spotdiff10k.checks._agreement import boundary_f, intersection_over_union
from spotdiff10k.engines.controlnet import regions_found
from spotdiff10k.engines.controlnet.control import control_maps
from spotdiff10k.engines.controlnet.segmenting import NONE, find_subject
from spotdiff10k.engines.rendered.pipeline import Pipeline
from spotdiff10k.photos.matting import refined
from spotdiff10k.plan.levels import background_levels, pose_levels
from spotdiff10k.segmenters import load_segmenter
from spotdiff10k.traits import catalogue
from spotdiff10k.types import EngineSettings, PlannedCell, PlannedGroup, SubjectLevel

SIZE, SEED = 384, 11
FIRST, OTHER = 5000, 9000
"""Identities; none of them was looked at when anything was chosen."""
HALF = 128
NOT_TOLD = "none"
FOUND, WHOLE = 0.5, 0.9
"""IoU from which a subject counts as found, and as found whole."""


def planned(family: str, number: int) -> PlannedGroup:
    """A subject in two poses before two backgrounds."""
    poses, backgrounds = pose_levels(24, SEED), background_levels(24, SEED)
    subject = SubjectLevel(f"s{FIRST + number:06d}", family, FIRST + number, family, family)
    id = f"g{number:06d}"
    cells = tuple(PlannedCell(f"{id}-p{p:02d}-b{b:02d}", p, b, 0, 0, family, "") for p in range(2) for b in range(2))
    shown = tuple(backgrounds[(2 * number + step) % len(backgrounds)] for step in range(2))
    taken = tuple(poses[(3 * number + 7 * step) % len(poses)] for step in range(2))
    return PlannedGroup(id, number, "train", False, subject, taken, shown, cells)


def measured(groups: Sequence[PlannedGroup]) -> dict[tuple[str, str], list[tuple[float, float]]]:
    """IoU and boundary F of each picture, by region and by way of cutting out."""
    settings = EngineSettings(SIZE, ())
    network = load_segmenter("rembg")
    found: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for group in groups:
        other = replace(group, subject=replace(group.subject, identity=group.subject.identity + OTHER))
        samples = next(iter(Pipeline(settings, 1).generate([group]))).samples
        for cell, sample in zip(group.cells, samples, strict=True):
            picture, truth = (np.array(Image.open(io.BytesIO(sample.members[name]))) for name in ("png", "mask.png"))
            level, pose = group.backgrounds[cell.background_index], group.poses[cell.pose_index]
            regions = {
                "its own": control_maps(group, pose, level, (), SIZE, settings).region,
                "another subject's": control_maps(other, pose, level, (), SIZE, settings).region,
                "another pose's": control_maps(group, group.poses[1 - cell.pose_index], level, (), SIZE, settings).region,
            }
            masks = [(NOT_TOLD, "rembg alone", refined(network.segment(picture[None])[0]))]
            for name, region in regions.items():
                for choice, told in (("rembg", "rembg and the region"), (NONE, "the region itself")):
                    asked = EngineSettings(SIZE, (), options={"segmenters": choice})
                    masks.append((name, told, find_subject(picture, region, asked).cut.alpha))
            for name, told, alpha in masks:
                pair = truth >= HALF, alpha >= HALF
                found.setdefault((name, told), []).append((intersection_over_union(*pair), boundary_f(*pair)))
    return found


def table(found: dict[tuple[str, str], list[tuple[float, float]]]) -> str:
    """Rows for the documentation."""
    lines = [
        "| region | cut out by | pictures | mean IoU | found (IoU ≥ 0.5) | whole (IoU ≥ 0.9) | boundary F |",
        "|---|---|---|---|---|---|---|",
    ]
    for (name, told), values in found.items():
        overlap, outline = np.array(values).T
        shares = f"{(overlap >= FOUND).mean():.3f} | {(overlap >= WHOLE).mean():.3f} | {outline.mean():.3f}"
        lines.append(f"| {name} | {told} | {len(values)} | {overlap.mean():.3f} | {shares} |")
    return "\n".join(lines)


def fill(path: Path, name: str, text: str) -> None:
    """Put a table between its markers in a Markdown file."""
    start, end = f"<!-- measured: {name} -->\n", "<!-- end -->"
    document = path.read_text(encoding="utf-8")
    if document.count(start) != 1:
        raise SystemExit(f"{path} should have one line {start.strip()}")
    before, after = document.split(start)
    path.write_text(f"{before}{start}{text}\n{end}{after.split(end, 1)[1]}", encoding="utf-8")


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, help="a Markdown file with a place for 'cut-outs'")
    parser.add_argument("--rounds", type=int, default=2, help="subjects of each family")
    parser.add_argument("--trust", type=float, help="another trust in the region where rembg is unsure")
    args = parser.parse_args()
    if args.trust is not None:
        regions_found.TRUST = args.trust
    families = list(catalogue("subjects"))
    text = table(measured([planned(family, number) for number, family in enumerate(families * args.rounds)]))
    print(text)
    if args.out:
        fill(args.out, "cut-outs", text)


if __name__ == "__main__":
    main()

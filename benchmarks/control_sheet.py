"""The control maps of a pose for several families, as one picture to look at, and how long they take.

    python benchmarks/control_sheet.py docs/pictures/control-maps.png

--all shows every family; --time prints milliseconds of one core a map at 512 pixels; the proxy is looked at anew for each.
"""

import argparse
import time
from pathlib import Path

from PIL import Image

from spotdiff10k.engines.controlnet.control import KINDS, control_maps
from spotdiff10k.engines.controlnet.control.cameras import reference_camera
from spotdiff10k.engines.controlnet.control.sheet import control_sheet
from spotdiff10k.engines.controlnet.control.sources import BY_PROXY
from spotdiff10k.errors import EngineError
from spotdiff10k.plan.levels import background_levels, pose_levels
from spotdiff10k.traits import catalogue, describe, draw, noun
from spotdiff10k.types import EngineSettings, PlannedGroup, PoseLevel, SubjectLevel

SEED = 3
SHOWN = (
    ("quadruped", 4, "walk-left"),
    ("character", 21, "wave-front-right"),
    ("robot", 8, "reach-front-left"),
    ("vehicle", 2, "stand-front-left"),
)
ROUNDS = 5


def group(family: str, identity: int) -> PlannedGroup:
    """A subject with every pose level and two backgrounds."""
    spec = catalogue("subjects")[family]
    traits = draw(spec, identity)
    subject = SubjectLevel(f"s{identity:06d}", family, identity, noun(spec, traits), describe(spec, traits))
    return PlannedGroup(
        f"g{identity:06d}", identity, "train", False, subject, pose_levels(56, SEED), background_levels(2, SEED), ()
    )


def named(planned: PlannedGroup, name: str) -> PoseLevel:
    """The pose level of that id."""
    return next(level for level in planned.poses if level.id == name)


def timed(planned: PlannedGroup, size: int) -> None:
    """Print what each kind costs; a pose's own work (building, posing) is done before."""
    settings = EngineSettings(size, ())
    pose, level = planned.poses[0], planned.backgrounds[0]
    for kind in ("region", *BY_PROXY, *(kind.name for kind in KINDS.values() if kind.schema)):
        wanted = () if kind == "region" else (kind,)
        try:
            control_maps(planned, pose, level, wanted, size, settings)
        except EngineError:
            continue
        start = time.process_time()
        for _ in range(ROUNDS):
            control_maps(planned, pose, level, wanted, size, settings)
        print(f"{kind:10} {1000 * (time.process_time() - start) / ROUNDS:6.1f} ms")


def main() -> None:
    """Write the sheet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, nargs="?")
    parser.add_argument("--all", action="store_true", help="every family, each in another pose")
    parser.add_argument("--time", action="store_true", help="print milliseconds of one core a map at 512 pixels")
    parser.add_argument("--tile", type=int, default=152, help="pixels")
    args = parser.parse_args()
    if args.time:
        timed(group("quadruped", 4), 512)
    if args.out is None:
        return
    shown = [(group(family, identity), name) for family, identity, name in SHOWN]
    if args.all:
        poses = pose_levels(56, SEED)
        shown = [(group(family, 40 + number), poses[number].id) for number, family in enumerate(catalogue("subjects"))]
    pairs = [(planned, named(planned, name)) for planned, name in shown]
    camera = reference_camera(pairs[0][0].backgrounds, 2 * args.tile)
    sheet = control_sheet(pairs, camera, EngineSettings(2 * args.tile, ()), args.tile)
    Image.fromarray(sheet).save(args.out, optimize=True)
    print(f"{args.out}: {args.out.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()

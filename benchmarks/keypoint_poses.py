"""Writes manifests/keypoints/*.yaml: a person and a dog of natural proportions, posed in every pose level and projected.

python benchmarks/keypoint_poses.py --out manifests/keypoints

People may edit the files afterwards; running this again starts them over.
"""

import argparse
import textwrap
from collections.abc import Mapping
from pathlib import Path

from spotdiff10k.engines.controlnet.control.keypoints import seen_keypoints
from spotdiff10k.engines.controlnet.control.kinds import points_of
from spotdiff10k.engines.rendered.builder import SubjectBuilder
from spotdiff10k.engines.rendered.families import _character_body as bodies
from spotdiff10k.engines.rendered.families import quadruped
from spotdiff10k.engines.rendered.families._character_acts import add_articulations
from spotdiff10k.engines.rendered.families._character_anatomy import SIDES, Person
from spotdiff10k.engines.rendered.model import Material, SubjectModel
from spotdiff10k.engines.rendered.posing import pose_subject
from spotdiff10k.engines.rendered.stage import camera_for
from spotdiff10k.resources import manifest
from spotdiff10k.traits import catalogue, draw

ADULT = Person(head=0.080, leg=0.50, torso=0.30, arm=0.34, girth=0.135, limb=0.024, belly=0.72)
"""Seven and a half heads tall."""
DOG: Mapping[str, str | float] = {
    "species": "dog",
    "head_scale": 0.66,
    "muzzle_scale": 1.25,
    "leg_scale": 1.12,
    "chubbiness": 0.86,
    "dog_ears": "point",
}
BARE = ("bodywear", "neckwear", "hat")
ELEVATION_DEGREES, FOV_DEGREES = 9.0, 37.0
"""The middle of what backgrounds use."""
SIZE = 1000
WIDTH = 126
JOINT = "\1"
"""Stands for a space that lines are not broken at."""
FEET = (0.5, 0.745)
"""Where figures stand: the middle of the stage."""
LARGEST = 0.955
"""Share of the picture's side up to which the largest pose is enlarged about that point."""
ABOUT = (
    "A pose is named like the pose level that it is drawn for. Each point is [x, y], shares of the picture's side from its upper "
    "left corner; a point that is not seen (an eye on the far side of a head) is left out. Edit freely: names and ranges are "
    "checked. First made by projecting posed figures: benchmarks/keypoint_poses.py."
)
HEADERS = {
    "openpose18": "People: the 18 keypoints of OpenPose. Left and right are the person's own.",
    "ap10k": "Animals on four legs: the 17 keypoints of AP-10K. Left and right are the animal's own.",
}


def adult() -> SubjectModel:
    """A person of natural proportions; skin and bones."""
    builder = SubjectBuilder("character", "openpose18")
    skin = builder.material(Material((0.7, 0.5, 0.4)))
    bodies.add_skeleton(builder, ADULT)
    bodies.add_torso(builder, ADULT)
    bodies.add_arms(builder, ADULT)
    bodies.add_legs(builder, ADULT)
    bodies.add_head(builder, ADULT)
    bodies.add_keypoints(builder, ADULT, {side: ADULT.at(0.80, sign * 0.40, 0.12) for side, sign in SIDES})
    add_articulations(builder, ADULT)
    return builder.build(skin)


def dog() -> SubjectModel:
    """A lean dog without clothes."""
    drawn = draw(catalogue("subjects")["quadruped"], 0)
    return quadruped.build({**drawn, **DOG, **dict.fromkeys(BARE, "none")}, 0)


def poses_of(model: SubjectModel) -> dict[str, tuple[str, Mapping[str, tuple[float, float]]]]:
    """Every pose level's description and points, in shares of the picture's side."""
    known = manifest("poses")
    camera = camera_for(ELEVATION_DEGREES, FOV_DEGREES, SIZE)
    found: dict[str, tuple[str, dict[str, tuple[float, float]]]] = {}
    for action, said in known["articulations"].items():
        for turn, facing in known["turns"].items():
            places = seen_keypoints(pose_subject(model, action, float(facing["degrees"])), camera)
            points = {name: (x / SIZE, y / SIZE) for name, (x, y) in places.items()}
            found[f"{action}-{turn}"] = (f"{said['description']}, {facing['description']}", points)
    scale = enlargement([place for _, points in found.values() for place in points.values()])
    return {
        name: (said, {point: enlarged(place, scale) for point, place in points.items()}) for name, (said, points) in found.items()
    }


def enlargement(places: list[tuple[float, float]]) -> float:
    """How much all poses can be enlarged about FEET and stay inside."""
    room = [
        (LARGEST - middle) / abs(value - middle)
        for place in places
        for value, middle in zip(place, FEET, strict=True)
        if value > middle
    ]
    room += [
        (middle - 1 + LARGEST) / abs(value - middle)
        for place in places
        for value, middle in zip(place, FEET, strict=True)
        if value < middle
    ]
    return min(room)


def enlarged(place: tuple[float, float], scale: float) -> tuple[float, float]:
    """A point moved away from FEET."""
    return FEET[0] + scale * (place[0] - FEET[0]), FEET[1] + scale * (place[1] - FEET[1])


def to_yaml(schema: str, model: SubjectModel) -> str:
    """The catalogue of one schema."""
    lines = [
        f"# {HEADERS[schema]}",
        *(f"# {line}" for line in textwrap.wrap(ABOUT, WIDTH)),
        f"schema: {schema}",
        "licence: CC0-1.0",
        "poses:",
    ]
    for name, (description, points) in poses_of(model).items():
        order = [point for point in points_of(schema) if point in points]
        body = ", ".join(f"{point}:{JOINT}[{points[point][0]:.3f},{JOINT}{points[point][1]:.3f}]" for point in order)
        lines += [f"  {name}:", f"    description: {description}"]
        lines += textwrap.wrap(
            f"points: {{{body}}}", WIDTH, initial_indent="    ", subsequent_indent="      ", break_on_hyphens=False
        )
    return "\n".join(lines).replace(JOINT, " ") + "\n"


def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder for the two files")
    folder = parser.parse_args().out
    folder.mkdir(parents=True, exist_ok=True)
    for schema, model in (("openpose18", adult()), ("ap10k", dog())):
        (folder / f"{schema}.yaml").write_text(to_yaml(schema, model), encoding="utf-8")


if __name__ == "__main__":
    main()

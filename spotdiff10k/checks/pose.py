"""pose: a pose is the same on every background, no two poses look alike, and each is turned as planned against the others.

What is there is used: surfaces back-projected from depth through the recorded camera, outlines of the masks where there is no
depth, recorded joints. What is not there is unchecked. The option `witnesses` asks for all there is, or for masks alone.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from spotdiff10k.checks import _fronts
from spotdiff10k.checks._pose_taking import NOTE, SLACK, WITNESSES, PoseTaking
from spotdiff10k.checks._witnesses import ALL, BEST, MASKS, hear, joint_distances, outline_distances, surface_distances
from spotdiff10k.committed import GroupView
from spotdiff10k.errors import DataError
from spotdiff10k.measures import Limit, Measures
from spotdiff10k.set_measures import SetGroup, SetMeasures

SHARE = (0.0, 1.0)
DIFFERENCE = (-1.0, 1.0)
HALF_TURN = 180.0  # degrees
NO_SAMPLES = "there is no sound sample"
NO_NOTES = "no joints were noted"
UNTOLD_FRONT = "too few subjects of its family take the articulation, or their joints tell no front"
NAME = "pose"
MOST_RATIO = 1.0 / SLACK


class Pose:
    """Compares the samples of a group with each other; the subject and the cameras cancel out."""

    version: ClassVar[int] = 1
    options: ClassVar[Mapping[str, tuple[str, ...]]] = {"witnesses": (BEST, ALL, MASKS)}
    ranges: ClassVar[Mapping[str, tuple[float, float]]] = {
        "surface_error": SHARE,
        "surface_margin": DIFFERENCE,
        "outline_error": SHARE,
        "outline_ratio": (0.0, MOST_RATIO),
        "outline_margin": DIFFERENCE,
        "joints_error": SHARE,
        "joints_margin": DIFFERENCE,
        "joints_astray": SHARE,
        "turn_error": (0.0, HALF_TURN),
    }
    group_ranges: ClassVar[Mapping[str, tuple[float, float]]] = {
        "surface_variety": SHARE,
        "outline_variety": SHARE,
        "joints_variety": SHARE,
    }
    across_ranges: ClassVar[Mapping[str, tuple[float, float]]] = {"front_error": (0.0, HALF_TURN)}
    set_ranges: ClassVar[Mapping[str, tuple[float, float]]] = {"fronts_told": SHARE}
    limits: ClassVar[Mapping[str, Limit]] = {
        "surface_error": Limit(high=0.02),
        "surface_margin": Limit(low=-0.01),
        "outline_error": Limit(high=0.3),
        "outline_ratio": Limit(high=0.3),
        "outline_margin": Limit(low=-0.06),
        "surface_variety": Limit(low=0.005),
        "outline_variety": Limit(low=0.005),
        "joints_error": Limit(high=0.01),
        "joints_margin": Limit(low=-0.01),
        "joints_astray": Limit(high=0.34),
        "turn_error": Limit(high=45.0),
        "front_error": Limit(high=50.0),
    }

    def __init__(self, witnesses: str = BEST) -> None:
        self.setup = "" if witnesses == BEST else witnesses

    @classmethod
    def warm_up(cls) -> None:
        """Compile the kernels, or load them."""
        from spotdiff10k.checks import _warm_pose

        _warm_pose.warm_up()

    def measure(self, group: GroupView) -> Measures:
        """Measure every sample against its siblings."""
        taken = PoseTaking(group, self.ranges)
        if not group.samples:
            return Measures({}, {}, {}, dict.fromkeys((*self.ranges, *self.group_ranges), NO_SAMPLES))
        heard = hear(group.samples, self.setup or BEST)
        distances = (surface_distances(heard), outline_distances(heard), joint_distances(heard))
        for name, matrix in zip(WITNESSES, distances, strict=True):
            taken.compare(name, matrix)
        taken.check_joints(heard, distances[2])
        return taken.measures()

    def measure_set(self, groups: Sequence[SetGroup]) -> SetMeasures:
        """A turn means the same for every subject of a family."""
        try:
            stands, keys = _stands(groups)
        except DataError as error:
            return SetMeasures(unchecked=dict.fromkeys((*self.across_ranges, *self.set_ranges), str(error)))
        if not stands:
            return SetMeasures(unchecked=dict.fromkeys((*self.across_ranges, *self.set_ranges), NO_NOTES))
        errors = _fronts.front_errors(stands)
        if errors.count(None) == len(errors):
            return SetMeasures(unchecked=dict.fromkeys((*self.across_ranges, *self.set_ranges), UNTOLD_FRONT))
        samples = {cell.key: {"front_error": 0.0} for group in groups for cell in group.planned.cells}
        for degrees, members in zip(errors, keys, strict=True):
            if degrees is not None:
                samples.update({key: {"front_error": degrees} for key in members})
        told = len(errors) - errors.count(None)
        words = {"": f"{told} of {len(errors)} poses have a front to compare; the others are given no error"}
        return SetMeasures(samples, {"fronts_told": told / len(errors)}, words)


def _stands(groups: Sequence[SetGroup]) -> tuple[list[_fronts.Stand], list[list[str]]]:
    """Every pose of every group whose joints were noted, and its samples. Raises DataError."""
    stands, keys = [], []
    for group in groups:
        facts = group.measured[NAME].facts if NAME in group.measured else {}
        for index, pose in enumerate(group.planned.poses):
            members = [cell.key for cell in group.planned.cells if cell.pose_index == index]
            noted = [facts[key][NOTE] for key in members if NOTE in facts.get(key, {})]
            if noted:
                kind = (group.planned.subject.family, pose.articulation)
                stands.append(_fronts.read_note(noted[0], kind, pose.turn_degrees))
                keys.append(members)
    return stands, keys

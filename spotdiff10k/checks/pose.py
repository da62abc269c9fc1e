"""pose: a pose is the same on every background, no two poses look alike, and each is turned as planned against the others.

What is there is used: surfaces back-projected from depth through the recorded camera, outlines of the masks, recorded joints.
What is not there is unchecked.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np

from spotdiff10k.checks import _fronts
from spotdiff10k.checks._levels import F64, Held, Labels, held, medoids, variety
from spotdiff10k.checks._surface import astray
from spotdiff10k.checks._turns import UNTOLD, turn_errors
from spotdiff10k.checks._witnesses import Witnesses, hear, joint_distances, outline_distances, surface_distances
from spotdiff10k.committed import GroupView
from spotdiff10k.errors import DataError
from spotdiff10k.measures import Limit, Measures
from spotdiff10k.set_measures import SetGroup, SetMeasures

SHARE = (0.0, 1.0)
DIFFERENCE = (-1.0, 1.0)
HALF_TURN = 180.0  # degrees
ONE_POSE = "the group has one pose"
ONE_BACKGROUND = "the group has one background"
NO_SAMPLES = "there is no sound sample"
NO_NOTES = "no joints were noted"
UNTOLD_FRONT = "too few subjects of its family take the articulation, or their joints tell no front"
NAME, NOTE = "pose", "joints"
WITNESSES = ("surface", "outline", "joints")


class Pose:
    """Compares the samples of a group with each other; the subject and the cameras cancel out."""

    version: ClassVar[int] = 1
    ranges: ClassVar[Mapping[str, tuple[float, float]]] = {
        "surface_error": SHARE,
        "surface_margin": DIFFERENCE,
        "outline_error": SHARE,
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
        "outline_error": Limit(high=0.22),
        "outline_margin": Limit(low=-0.02),
        "surface_variety": Limit(low=0.005),
        "outline_variety": Limit(low=0.005),
        "joints_error": Limit(high=0.01),
        "joints_margin": Limit(low=-0.01),
        "joints_astray": Limit(high=0.34),
        "turn_error": Limit(high=45.0),
        "front_error": Limit(high=50.0),
    }

    @classmethod
    def warm_up(cls) -> None:
        """Compile the kernels, or load them."""
        from spotdiff10k.checks import _warm_pose

        _warm_pose.warm_up()

    def measure(self, group: GroupView) -> Measures:
        """Measure every sample against its siblings."""
        taken = _Taken(group)
        if not group.samples:
            return Measures({}, {}, {}, dict.fromkeys((*self.ranges, *self.group_ranges), NO_SAMPLES))
        heard = hear(group.samples)
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
        words = dict.fromkeys(samples, UNTOLD_FRONT)
        for degrees, members in zip(errors, keys, strict=True):
            if degrees is not None:
                samples.update({key: {"front_error": degrees} for key in members})
                for key in members:
                    words.pop(key)
        return SetMeasures(samples, {"fronts_told": 1.0 - errors.count(None) / len(errors)}, words)


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


class _Taken:
    """Collects the measures of one group."""

    def __init__(self, group: GroupView) -> None:
        self.group = group
        self.labels: Labels = np.array([sample.cell.pose_index for sample in group.samples], np.int64)
        self.contexts: Labels = np.array([sample.cell.background_index for sample in group.samples], np.int64)
        self.keys = [sample.key for sample in group.samples]
        self.samples: dict[str, dict[str, float]] = {key: {} for key in self.keys}
        self.whole: dict[str, float] = {}
        self.words: dict[str, list[str]] = {}
        self.unchecked: dict[str, str] = {}
        self.facts: dict[str, dict[str, str]] = {}

    def note(self, name: str, values: F64) -> None:
        """Keep one measure of every sample."""
        for key, value in zip(self.keys, values.tolist(), strict=True):
            self.samples[key][name] = value

    def compare(self, name: str, distances: F64 | str) -> None:
        """Held and varied, by one witness."""
        one_pose, one_background = len(self.group.planned.poses) < 2, len(self.group.planned.backgrounds) < 2
        reason = distances if isinstance(distances, str) else ""
        if reason or one_background:
            self.unchecked[f"{name}_error"] = reason or ONE_BACKGROUND
        if reason or one_pose or one_background:
            self.unchecked[f"{name}_margin"] = reason or (ONE_POSE if one_pose else ONE_BACKGROUND)
        if reason or one_pose:
            self.unchecked[f"{name}_variety"] = reason or ONE_POSE
        if isinstance(distances, str):
            return
        found = held(distances, self.labels)
        if not one_background:
            self.note(f"{name}_error", found.error)
        if not one_pose:
            self.whole[f"{name}_variety"] = min(1.0, variety(distances, self.labels, self.contexts))
        if not one_pose and not one_background:
            self.note(f"{name}_margin", np.minimum(1.0, found.margin))
            self.say(name, found)

    def say(self, name: str, found: Held) -> None:
        """Name what a sample looks like, where that is not what it should be."""
        for key, level, own, alone in zip(
            self.keys, found.nearest.tolist(), self.labels.tolist(), found.alone.tolist(), strict=True
        ):
            if level != own:
                self.words.setdefault(key, []).append(f"its {name} is nearest to {self.group.planned.poses[level].id}")
            elif alone and name == WITNESSES[1]:
                self.words.setdefault(key, []).append("no other sample of its pose is sound")

    def check_joints(self, heard: Witnesses, distances: F64 | str) -> None:
        """Joints against the pixels, and against the planned turns."""
        if isinstance(heard.joints, str) or isinstance(heard.surfaces, str):
            self.unchecked["joints_astray"] = heard.joints if isinstance(heard.joints, str) else str(heard.surfaces)
        else:
            pairs = zip(heard.joints, heard.surfaces, strict=True)
            self.note("joints_astray", np.array([astray(joints.places, surface) for joints, surface in pairs]))
        if isinstance(heard.joints, str) or isinstance(distances, str):
            self.unchecked["turn_error"] = str(heard.joints)
            return
        planned = np.array([sample.pose.turn_degrees for sample in self.group.samples])
        centres = list(medoids(distances, self.labels).values())
        self.facts = {self.keys[centre]: {NOTE: _fronts.note(heard.joints[centre])} for centre in centres}
        errors, told = turn_errors(heard.joints, planned, self.labels, centres)
        if not told.any():
            self.unchecked["turn_error"] = ONE_POSE if len(self.group.planned.poses) < 2 else UNTOLD
            return
        self.note("turn_error", errors)
        for key, known in zip(self.keys, told.tolist(), strict=True):
            if not known:
                self.words.setdefault(key, []).append(UNTOLD)

    def measures(self) -> Measures:
        """All that was taken."""
        evidence = {key: "; ".join(words) for key, words in self.words.items()}
        return Measures(self.samples, self.whole, evidence, self.unchecked, self.facts)

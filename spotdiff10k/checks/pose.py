"""pose: a pose is the same on every background, no two poses look alike, and each is turned as planned against the others.

By surfaces that are back-projected from depth through the recorded camera, and by recorded joints. What is not there is
unchecked; where there is no depth, the check `outline` compares masks.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np

from spotdiff10k.checks import _fronts
from spotdiff10k.checks._denials import denied
from spotdiff10k.checks._held_pose import depth_likeness, joint_likeness
from spotdiff10k.checks._joints import Joints, joint_distances, joints_of_all, skeleton_note
from spotdiff10k.checks._levels import F64, Labels, medoids
from spotdiff10k.checks._surface import Surface, astray, disagreements, surfaces_of_all
from spotdiff10k.checks._taking import ALIKE, POSE, VARIED, Taking, named
from spotdiff10k.checks._turns import UNTOLD, turn_errors
from spotdiff10k.committed import GroupView
from spotdiff10k.duplicates import skeletons
from spotdiff10k.errors import DataError
from spotdiff10k.measures import Limit, Measures
from spotdiff10k.set_measures import SetGroup, SetMeasures

SHARE = (0.0, 1.0)
HALF_TURN = 180.0  # degrees
NO_SAMPLES = "there is no sound sample"
NO_NOTES = "no joints were noted"
UNTOLD_FRONT = "too few subjects of its family take the articulation, or their joints tell no front"
NAME, NOTE = "pose", "joints"
SURFACE, JOINTS = "surface", "joints"
"""Witnesses."""
PCK, OKS, DEPTH = "joints_pck", "joints_oks", "depth_correlation"
BY_SURFACES = ("joints_astray", "joints_denied", PCK, OKS)
DIGITS = 6
"""Of these; what comes after differs between processors."""
ALONE = "no other sample of its pose is sound"
FLAT = "it shows all of its places at one depth, which has no order"


class Pose:
    """Compares the samples of a group with each other; the subject and the cameras cancel out."""

    version: ClassVar[int] = 3
    ranges: ClassVar[Mapping[str, tuple[float, float]]] = {
        **{named(witness, name): values for witness in (SURFACE, JOINTS) for name, values in ALIKE.items()},
        "joints_astray": SHARE,
        "joints_denied": SHARE,
        "turn_error": (0.0, HALF_TURN),
        PCK: SHARE,
        OKS: SHARE,
        DEPTH: (-1.0, 1.0),
    }
    group_ranges: ClassVar[Mapping[str, tuple[float, float]]] = {
        named(witness, name): values for witness in (SURFACE, JOINTS) for name, values in VARIED.items()
    }
    across_ranges: ClassVar[Mapping[str, tuple[float, float]]] = {"front_error": (0.0, HALF_TURN)}
    set_ranges: ClassVar[Mapping[str, tuple[float, float]]] = {"fronts_told": SHARE}
    # Set between good and planted: 168 rendered groups of all families at 256 and 512 pixels reach 0.005 (surface error),
    # 0.0001 (joints error), 0.27 (astray) and 20 degrees (turn error); 72 others reach 0.23 (denied); of 500
    # more one has 0.286, which is two joints of seven, and two have 0.31. Of 2,880 more samples all have a PCK and OKS of 1, and
    # a correlation of depth of 0.64 at least.
    # benchmarks/retrieval.py measures what they let pass and refuse on other subjects; see docs/pose-and-background.md.
    limits: ClassVar[Mapping[str, Limit]] = {
        "surface_error": Limit(high=0.008),
        "surface_margin": Limit(low=-0.01),
        "surface_variety": Limit(low=0.005),
        "joints_error": Limit(high=0.01),
        "joints_margin": Limit(low=-0.01),
        "joints_astray": Limit(high=0.34),
        "joints_denied": Limit(high=0.29),
        "turn_error": Limit(high=45.0),
        "front_error": Limit(high=45.0),
        PCK: Limit(low=0.95),
        OKS: Limit(low=0.95),
        DEPTH: Limit(low=0.4),
    }

    @classmethod
    def warm_up(cls) -> None:
        """Compile the kernels, or load them."""
        from spotdiff10k.checks._warm_pose import warm_up

        warm_up()

    def measure(self, group: GroupView) -> Measures:
        """Measure every sample against its siblings."""
        if not group.samples:
            return Measures({}, {}, {}, dict.fromkeys((*self.ranges, *self.group_ranges), NO_SAMPLES))
        taken = Taking(group, POSE)
        surfaces, joints = surfaces_of_all(group.samples), joints_of_all(group.samples)
        if isinstance(surfaces, str):
            taken.leave(SURFACE, surfaces)
            taken.unchecked[DEPTH] = surfaces
        else:
            taken.compare(SURFACE, disagreements(surfaces))
            _note_likeness(taken, {DEPTH: depth_likeness(surfaces, taken.labels)})
        if isinstance(joints, str):
            taken.leave(JOINTS, joints)
            taken.unchecked.update(dict.fromkeys((*BY_SURFACES, "turn_error"), joints))
            return taken.measures()
        distances = joint_distances(joints)
        taken.compare(JOINTS, distances)
        if isinstance(surfaces, str):
            taken.unchecked.update(dict.fromkeys(BY_SURFACES, surfaces))
        else:
            taken.note("joints_astray", _strays(joints, surfaces))
            taken.note("joints_denied", _denials(joints, surfaces, taken.labels))
            found, similar = joint_likeness(joints, surfaces, taken.labels)
            _note_likeness(taken, {PCK: found, OKS: similar})
        _turns(taken, joints, list(medoids(distances, taken.labels).values()))
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
        seen = {
            key: {"front_error": degrees}
            for degrees, members in zip(errors, keys, strict=True)
            if degrees is not None
            for key in members
        }
        unseen = {key: {"front_error": UNTOLD_FRONT} for key in samples if key not in seen}
        samples |= seen
        told = len(errors) - errors.count(None)
        words = {"": f"{told} of {len(errors)} poses have a front to compare; the others are given no error"}
        return SetMeasures(samples, {"fronts_told": told / len(errors)}, words, unseen=unseen)


def _note_likeness(taken: Taking, found: Mapping[str, F64]) -> None:
    """Note how alike each sample and the others of its pose are."""
    counts = np.array([np.count_nonzero(taken.labels == label) for label in taken.labels])
    for name, values in found.items():
        why = [ALONE if count < 2 else FLAT for count in counts.tolist()]
        untold = np.isnan(values)
        if taken.no_contexts or untold.all():
            taken.unchecked[name] = taken.no_contexts or why[0]
            continue
        taken.note(name, np.where(untold, 1.0, values).round(DIGITS))
        for place in np.flatnonzero(untold).tolist():
            taken.unseen.setdefault(taken.keys[place], {})[name] = why[place]


def _strays(joints: Sequence[Joints], surfaces: Sequence[Surface]) -> F64:
    """The share of each sample's joints that lie where its picture shows free space."""
    return np.array([astray(one.places, surface) for one, surface in zip(joints, surfaces, strict=True)])


def _denials(joints: Sequence[Joints], surfaces: Sequence[Surface], poses: Labels) -> F64:
    """The least share of joints that any picture of each sample's pose denies: a pose that is wrong is wrong in all of them."""
    shares = np.array([denied(one.places, one.seen, surface) for one, surface in zip(joints, surfaces, strict=True)])
    least: F64 = np.array([shares[poses == pose].min() for pose in poses])
    return least


def _turns(taken: Taking, joints: Sequence[Joints], centres: list[int]) -> None:
    """Compare turns with the plan, and note the joints and the skeleton of each pose for a look across groups."""
    for centre in centres:
        noted = {NOTE: _fronts.note(joints[centre])}
        if skeleton := skeleton_note(taken.group.samples[centre], joints[centre]):
            noted[skeletons.FACT] = skeleton
        taken.facts[taken.keys[centre]] = noted
    planned = np.array([sample.pose.turn_degrees for sample in taken.group.samples])
    errors, told = turn_errors(joints, planned, taken.labels, centres)
    if not told.any():
        taken.unchecked["turn_error"] = taken.no_levels or UNTOLD
        return
    taken.note("turn_error", errors)
    for key, known in zip(taken.keys, told.tolist(), strict=True):
        if not known:
            taken.say(key, UNTOLD)
            taken.unseen.setdefault(key, {})["turn_error"] = UNTOLD


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

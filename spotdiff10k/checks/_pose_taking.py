"""Collects what witnesses say of the poses of one group, and what cannot be said."""

from collections.abc import Mapping

import numpy as np

from spotdiff10k.checks import _fronts
from spotdiff10k.checks._levels import F64, Held, Labels, held, medoids, variety
from spotdiff10k.checks._surface import astray
from spotdiff10k.checks._turns import UNTOLD, turn_errors
from spotdiff10k.checks._witnesses import Witnesses
from spotdiff10k.committed import GroupView
from spotdiff10k.measures import Measures

ONE_POSE = "the group has one pose"
ONE_BACKGROUND = "the group has one background"
NOTE = "joints"
SLACK = 0.1
"""Of unlike outlines: what cameras of different height make of one pose, where all poses look alike."""
WITNESSES = ("surface", "outline", "joints")


class PoseTaking:
    """Collects the measures of one group."""

    def __init__(self, group: GroupView, ranges: Mapping[str, tuple[float, float]]) -> None:
        self.group, self.ranges = group, ranges
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
        for measure in ("margin", "ratio"):
            if f"{name}_{measure}" in self.ranges and (reason or one_pose or one_background):
                self.unchecked[f"{name}_{measure}"] = reason or (ONE_POSE if one_pose else ONE_BACKGROUND)
        if reason or one_pose:
            self.unchecked[f"{name}_variety"] = reason or ONE_POSE
        if isinstance(distances, str):
            return
        found = held(distances, self.labels, self.contexts)
        if not one_background:
            self.note(f"{name}_error", found.error)
        if not one_pose:
            self.whole[f"{name}_variety"] = min(1.0, variety(distances, self.labels, self.contexts))
        if not one_pose and not one_background:
            self.note(f"{name}_margin", np.minimum(1.0, found.margin))
            if f"{name}_ratio" in self.ranges:
                self.note(f"{name}_ratio", found.error / (np.minimum(1.0, found.error + found.margin) + SLACK))
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

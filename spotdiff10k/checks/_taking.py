"""Collects the measures of one group: whether a factor holds and varies, by distances between its samples."""

from collections.abc import Mapping, Sequence

import numpy as np

from spotdiff10k.checks._levels import F64, Held, Labels, held, variety
from spotdiff10k.committed import GroupView
from spotdiff10k.measures import Measures
from spotdiff10k.types import BackgroundLevel, PoseLevel

ONE_POSE = "the group has one pose"
ONE_BACKGROUND = "the group has one background"
POSE, BACKGROUND = "pose", "background"
ALIKE: Mapping[str, tuple[float, float]] = {"error": (0.0, 1.0), "margin": (-1.0, 1.0)}
"""Measures of a sample that `compare` takes: distance to its own level, and how much farther the nearest other level is."""
VARIED: Mapping[str, tuple[float, float]] = {"variety": (0.0, 1.0)}
"""Of a group: the least distance between two of its levels."""


def named(prefix: str, name: str) -> str:
    """A measure's name behind that of the witness it is taken by."""
    return f"{prefix}_{name}" if prefix else name


class Taking:
    """What is taken of one group; `factor` says whether poses or backgrounds are compared."""

    def __init__(self, group: GroupView, factor: str) -> None:
        self.group = group
        self.levels: Sequence[PoseLevel | BackgroundLevel] = group.planned.poses if factor == POSE else group.planned.backgrounds
        poses: Labels = np.array([sample.cell.pose_index for sample in group.samples], np.int64)
        backgrounds: Labels = np.array([sample.cell.background_index for sample in group.samples], np.int64)
        self.labels, self.contexts = (poses, backgrounds) if factor == POSE else (backgrounds, poses)
        alone = {POSE: len(group.planned.poses) < 2, BACKGROUND: len(group.planned.backgrounds) < 2}
        reasons = {POSE: ONE_POSE if alone[POSE] else "", BACKGROUND: ONE_BACKGROUND if alone[BACKGROUND] else ""}
        self.no_levels = reasons[factor]  # why nothing can vary
        self.no_contexts = reasons[BACKGROUND if factor == POSE else POSE]  # why nothing can hold
        self.keys = [sample.key for sample in group.samples]
        self.samples: dict[str, dict[str, float]] = {key: {} for key in self.keys}
        self.whole: dict[str, float] = {}
        self.words: dict[str, list[str]] = {}
        self.unchecked: dict[str, str] = {}
        self.facts: dict[str, dict[str, str]] = {}
        self.unseen: dict[str, dict[str, str]] = {}

    def note(self, name: str, values: F64) -> None:
        """Keep one measure of every sample."""
        for key, value in zip(self.keys, values.tolist(), strict=True):
            self.samples[key][name] = value

    def leave(self, prefix: str, reason: str) -> None:
        """Say why a witness cannot be heard."""
        self.unchecked.update({named(prefix, name): reason for name in (*ALIKE, *VARIED)})

    def compare(self, prefix: str, distances: F64) -> Held:
        """Measure by a matrix of distances (N, N). Returns what was found."""
        reasons = {"error": self.no_contexts, "margin": self.no_contexts or self.no_levels, "variety": self.no_levels}
        self.unchecked.update({named(prefix, name): reason for name, reason in reasons.items() if reason})
        found = held(distances, self.labels, self.contexts)
        if not reasons["error"]:
            self.note(named(prefix, "error"), found.error)
        if not reasons["margin"]:
            self.note(named(prefix, "margin"), np.minimum(1.0, found.margin))
            self._say(prefix, found)
        if not reasons["variety"]:
            self.whole[named(prefix, "variety")] = min(1.0, variety(distances, self.labels, self.contexts))
        return found

    def _say(self, prefix: str, found: Held) -> None:
        """Name what a sample looks like, where that is not what it should be."""
        subject = f"its {prefix} looks" if prefix else "looks"
        for place, key in enumerate(self.keys):
            if found.nearest[place] != self.labels[place]:
                self.say(key, f"{subject} like {self.levels[int(found.nearest[place])].id}")
            elif found.alone[place]:
                self.say(key, "no other sample of its level is sound")

    def say(self, key: str, text: str) -> None:
        """Add evidence on a sample, once."""
        words = self.words.setdefault(key, [])
        if text not in words:
            words.append(text)

    def measures(self) -> Measures:
        """All that was taken."""
        evidence = {key: "; ".join(words) for key, words in self.words.items()}
        return Measures(self.samples, self.whole, evidence, self.unchecked, self.facts, self.unseen)

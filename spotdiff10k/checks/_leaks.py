"""What one factor tells of another in the finished set: probes with the chance that permuted labels have.

Every function gives what is certain: the measured value less what chance reaches, at least 0. Methods: linear probes (Alain and
Bengio 2016), matched-context distractors as in NearID, and the background gap of ImageNet-9 (Xiao et al., arXiv 2006.09994).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.checks._ridge import F64, Labels, Probe

PERMUTATIONS = 99
CERTAIN_ERRORS = 3.0
"""Standard errors, over groups, that a value must be above chance to be certain."""
MOST_ENTRIES = 3000
"""Entries that a probe looks at."""
HALVES = 2
FEWEST_ASKED = 20
"""Groups that a gap is measured on at least."""
MIXES = 4
"""Random backgrounds that are put behind each subject."""
DISTRACTORS = 3
GREY_LEVEL = 1.0 / 255.0
"""Distances that differ by less are equal."""


@dataclass(frozen=True, slots=True)
class Told:
    """How well something was told, how well by chance, and what of it is certain."""

    share: float
    chance: float
    certain: float

    def __str__(self) -> str:
        return f"{self.share:.3f} (chance {self.chance:.3f})"


def tells(features: F64, groups: Labels, labels: Labels, rng: np.random.Generator) -> Told:
    """How well a probe tells the label of groups it was not trained on; labels (G,) by group.

    Chance is the most that any permutation of the labels over the groups reaches.
    """
    probe = Probe(features, groups, rng)
    share = float((probe.answers(labels[groups]) == labels[groups]).mean())
    reached = []
    for _ in range(PERMUTATIONS):
        shuffled = labels[rng.permutation(len(labels))]
        reached.append(float((probe.answers(shuffled[groups]) == shuffled[groups]).mean()))
    return Told(share, float(np.mean(reached)), max(0.0, share - max(reached)))


def _certain(values: F64, groups: Labels, chance: float) -> Told:
    """The mean over groups of values (N,), and by how much it is certainly above chance."""
    counts = np.bincount(groups)
    means = np.bincount(groups, values)[counts > 0] / counts[counts > 0]
    error = float(means.std(ddof=1) / np.sqrt(len(means))) if len(means) > 1 else 1.0
    share = float(means.mean())
    return Told(share, chance, max(0.0, share - chance - CERTAIN_ERRORS * error))


def background_gap(subject: F64, background: F64, groups: Labels, labels: Labels, rng: np.random.Generator) -> Told | None:
    """By how much a probe of whole pictures tells the label better when the background comes from the label's own class.

    subject (N, S) and background (N, D) are the two parts of what a picture shows; the probe sees both. It is asked about
    subjects it was not trained on, before backgrounds of other groups it was not trained on: of the same label, or of any.
    None where too few groups have another of their label beside them.
    """
    probe = Probe(np.concatenate([subject, background], axis=1), groups, rng, HALVES)
    own = labels[groups]
    beside = (probe.folds[:, None] == probe.folds[None, :]) & (groups[:, None] != groups[None, :])
    alike = beside & (own[:, None] == own[None, :])
    asked = np.flatnonzero(alike.any(axis=1))
    if len(np.unique(groups[asked])) < FEWEST_ASKED:
        return None
    gaps = np.zeros(len(groups))
    for _ in range(MIXES):
        for sign, fitting in ((1.0, alike), (-1.0, beside)):
            behind = np.arange(len(groups))
            for place in asked.tolist():
                others = np.flatnonzero(fitting[place])
                behind[place] = others[rng.integers(len(others))]
            mixed = np.concatenate([subject, background[behind]], axis=1)
            gaps += sign * (probe.answers(own, mixed) == own) / MIXES
    return _certain(gaps[asked], groups[asked], 0.0)


@dataclass(frozen=True, slots=True)
class Context:
    """Where each sample stands: group, pose and background, as numbers; all (N,)."""

    groups: Labels
    poses: Labels
    backgrounds: Labels


def preferred(features: F64, context: Context, same_background: bool, rng: np.random.Generator) -> Told | None:
    """How often a sample is nearer to its own subject's than to another's picture in the same pose before the same background.

    The own picture has another pose, and another background unless `same_background`. Features (N, D), NaN where unknown;
    half a point for equal distances. None where no two subjects share a cell.
    """
    cells: dict[tuple[int, int], list[int]] = {}
    for place, (pose, background) in enumerate(zip(context.poses.tolist(), context.backgrounds.tolist(), strict=True)):
        cells.setdefault((pose, background), []).append(place)
    members: dict[int, list[int]] = {}
    for place, group in enumerate(context.groups.tolist()):
        members.setdefault(group, []).append(place)
    points: list[float] = []
    askers: list[int] = []
    for place, group in enumerate(context.groups.tolist()):
        fitting = [i for i in members[group] if _differs(context, place, i, same_background)]
        if not fitting:
            continue
        own = fitting[int(rng.integers(len(fitting)))]
        beside = cells[int(context.poses[own]), int(context.backgrounds[own])]
        others = [i for i in beside if context.groups[i] != group]
        for other in _some(others, rng):
            points.append(_point(features[place], features[own], features[other]))
            askers.append(group)
    return _certain(np.array(points), np.array(askers, np.int64), 0.5) if points else None


def _differs(context: Context, first: int, second: int, same_background: bool) -> bool:
    other_background = bool(context.backgrounds[first] != context.backgrounds[second])
    return bool(context.poses[first] != context.poses[second]) and other_background != same_background


def _some(places: Sequence[int], rng: np.random.Generator) -> list[int]:
    return [places[i] for i in rng.permutation(len(places))[:DISTRACTORS].tolist()]


def _point(asked: F64, own: F64, other: F64) -> float:
    near, far = np.abs(asked - own), np.abs(asked - other)
    known = np.isfinite(near) & np.isfinite(far)
    if not known.any():
        return 0.5
    lead = float(far[known].mean() - near[known].mean())
    return 0.5 if abs(lead) < GREY_LEVEL else float(lead > 0.0)


def some_entries(count: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """At most MOST_ENTRIES of so many, in order."""
    return np.sort(rng.permutation(count)[:MOST_ENTRIES]).astype(np.int64)

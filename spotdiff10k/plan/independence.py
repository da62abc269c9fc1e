"""Are the factors independent? A permutation test of Pearson's chi-square, on a bounded sample of the plan.

dependence = Cramér's V of the plan less its mean over permutations: 0 is chance, 1 is "one decides the other".
Mutual information, in bits, stands beside it, less its mean over the same permutations (its bias in small samples).
Subjects are exchanged for family and palette. For pose with background, pairs of groups that share a context are
exchanged, since sharing contexts is what the plan is asked to do.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.plan.allocation import SHARED_BY
from spotdiff10k.seeds import seed_for

PERMUTATIONS = 499
MOST_PAIRS = 32_000
"""Pairs of levels that one permutation counts: fewer groups are looked at where each has many."""
MOST_BINS = 512
"""Levels beyond this number share bins, which bounds the table."""
ROUNDING = 1e-9
P_VALUE = 0.005
DEPENDENCE = 0.05
"""A plan is confounded when p is at most P_VALUE and the dependence at least this."""

Columns = npt.NDArray[np.int32]
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Dependence:
    """How much one factor depends on something that it should not depend on."""

    factor: str
    on: str
    cramers_v: float
    by_chance: float  # its mean over permutations
    p_value: float
    bits: float = 0.0  # mutual information beyond its mean over permutations

    @property
    def strength(self) -> float:
        """What is there beyond chance; about 0 where the factors are independent."""
        return max(0.0, self.cramers_v - self.by_chance)

    @property
    def confounded(self) -> bool:
        """Whether it is both certain and strong enough to matter."""
        return self.p_value <= P_VALUE and self.strength >= DEPENDENCE


def measure(
    pose_sets: Columns, background_sets: Columns, families: Sequence[str], colours: Sequence[str], seed: int
) -> tuple[Dependence, ...]:
    """Test both factors against family and palette, and poses against backgrounds."""
    rng = np.random.default_rng(seed_for(seed, "plan", "independence"))
    found = []
    for on, names in (("family", families), ("palette", colours)):
        labels = np.unique(np.asarray(names), return_inverse=True)[1][:, None]
        found.append(_test("pose", on, pose_sets, labels, rng))
        found.append(_test("background", on, background_sets, labels, rng))
    units = _context_units(pose_sets, background_sets)
    return (*found, _test("pose", "background", pose_sets[units], background_sets[units], rng))


def _context_units(pose_sets: Columns, background_sets: Columns) -> Labels:
    """One group for every `SHARED_BY` that take the same context, and one where fewer do."""
    _, context, takers = np.unique(np.hstack([pose_sets, background_sets]), axis=0, return_inverse=True, return_counts=True)
    first = np.unique(context.ravel(), return_index=True)[1]
    return np.repeat(first, np.maximum(1, takers // SHARED_BY)).astype(np.int64)


def _test(factor: str, on: str, levels: Columns, others: npt.NDArray[np.integer], rng: np.random.Generator) -> Dependence:
    units = MOST_PAIRS // (levels.shape[1] * others.shape[1])
    sample = np.sort(rng.permutation(len(levels))[: max(1, units)])
    rows, columns = _numbered(levels[sample]), _numbered(others[sample])
    weights = _weights(rows, columns)
    observed, bits = _tied(rows, columns, weights)
    orders = (rng.permutation(len(rows)) for _ in range(PERMUTATIONS))
    chance = np.array([_tied(rows, columns[order], weights) for order in orders])
    at_least = int((chance[:, 0] >= observed - ROUNDING).sum())
    return Dependence(
        factor=factor,
        on=on,
        cramers_v=round(observed, 4),
        by_chance=round(float(chance[:, 0].mean()), 4),
        p_value=round((1 + at_least) / (1 + PERMUTATIONS), 4),
        bits=round(max(0.0, bits - float(chance[:, 1].mean())), 4),
    )


def _numbered(values: npt.NDArray[np.integer]) -> Labels:
    """The same values as numbers from 0 without gaps, at most MOST_BINS."""
    numbers: Labels = np.unique(values, return_inverse=True)[1].reshape(values.shape).astype(np.int64)
    return numbers % MOST_BINS


def _weights(rows: Labels, columns: Labels) -> npt.NDArray[np.float64]:
    """1 / (row sum · column sum) of the table of pairs; the sums, and so this, are the same in every permutation."""
    row_sums = np.bincount(rows.ravel()) * columns.shape[1]
    column_sums = np.bincount(columns.ravel()) * rows.shape[1]
    weights: npt.NDArray[np.float64] = 1.0 / (row_sums[:, None] * column_sums[None, :].astype(float))
    return weights


def _tied(rows: Labels, columns: Labels, weights: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Cramér's V and mutual information of the table that counts each row level of a group with each column level of it."""
    height, width = weights.shape
    if min(height, width) < 2:
        return 0.0, 0.0
    pairs = rows[:, :, None] * width + columns[:, None, :]
    table = np.bincount(pairs.ravel(), minlength=height * width).reshape(height, width)
    per_pair = float((table * table * weights).sum()) - 1.0  # chi-square over the number of pairs
    cramers_v = float(np.sqrt(max(0.0, per_pair) / (min(height, width) - 1)))
    seen = table > 0
    counts = table[seen]
    return cramers_v, float((counts * np.log2(counts * weights[seen] * pairs.size)).sum()) / pairs.size

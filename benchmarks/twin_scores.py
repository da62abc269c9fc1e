"""How well a score tells subjects from their matched-context twins: areas under ROC curves, swaps caught, intervals.

Vectors come as (contexts, twins, cells, D); cells are all poses by all backgrounds, pose-major. Contexts are what is
independent here, since twins are compared with each other, so intervals resample contexts.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

F64 = np.ndarray
RESAMPLES = 500
PERCENTS = (1.0, 2.0)
"""False refusals, of whole sound groups, at which swaps are counted."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Values with the context that each comes from."""

    values: F64
    contexts: F64

    @classmethod
    def of(cls, values: F64) -> "Samples":
        """From (contexts, ...)."""
        flat = values.reshape(len(values), -1)
        return cls(flat.ravel(), np.repeat(np.arange(len(flat)), flat.shape[1]))


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that is compared: by pair, by group, and the lowest margin of sound groups and of groups with a swap."""

    same: Samples
    twins: Samples
    same_group: Samples
    twin_group: Samples
    sound: Samples
    swapped: Samples
    named: Samples  # 1 where the swapped member is the one with the lowest margin


def cosines(vectors: F64) -> F64:
    """(contexts, twins, cells, twins, cells)."""
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
    count, twins, cells, _ = unit.shape
    flat = unit.reshape(count, twins * cells, -1).astype(np.float64)
    return np.einsum("cid,cjd->cij", flat, flat).reshape(count, twins, cells, twins, cells)


def outcome(scores: F64, poses: int, backgrounds: int) -> Outcome:
    """Compare, from a score for any two pictures of a context: (contexts, twins, cells, twins, cells)."""
    twins, cells = scores.shape[1:3]
    pose, background = np.divmod(np.arange(poses * backgrounds), backgrounds)
    both = (pose[:, None] != pose) & (background[:, None] != background)
    once = np.triu(both)
    own = np.stack([scores[:, twin, :, twin] for twin in range(twins)], axis=1)
    ordered = [(first, second) for first in range(twins) for second in range(twins) if first != second]
    across = np.stack([scores[:, first, :, second] for first, second in ordered], axis=1)
    in_cell = np.stack([across[:, :, cell, cell] for cell in range(cells)], axis=-1)
    distinct = [number for number, (first, second) in enumerate(ordered) if first < second]
    sound, swapped, named = _swaps(own, across, [second for _, second in ordered])
    return Outcome(
        Samples.of(own[:, :, once]),
        Samples.of(in_cell[:, distinct]),
        Samples.of(own[:, :, once].mean(-1)),
        Samples.of(in_cell.mean(-1)),
        Samples.of(sound),
        Samples.of(swapped),
        Samples.of(named),
    )


def margins_of(matrix: F64) -> F64:
    """Margins (..., N) of agreement matrices (..., N, N): with the others, less the others' among themselves."""
    count = matrix.shape[-1]
    rows = np.where(np.eye(count, dtype=bool), 0.0, matrix).sum(-1)
    rest = (rows.sum(-1, keepdims=True) / 2 - rows) / ((count - 1) * (count - 2) / 2)
    return rows / (count - 1) - rest


def _swaps(own: F64, across: F64, targets: list[int]) -> tuple[F64, F64, F64]:
    """Lowest margins of sound groups (contexts, twins), of groups with one member of a twin, and whether it is that member."""
    cells = own.shape[-1]
    lowest, named = [], []
    for cell in range(cells):
        matrix = own[:, targets].copy()
        matrix[..., cell, :] = across[..., cell, :]
        matrix[..., :, cell] = across[..., cell, :]
        margins = margins_of(matrix)
        lowest.append(margins.min(-1))
        named.append(margins.argmin(-1) == cell)
    return margins_of(own).min(-1), np.stack(lowest, -1), np.stack(named, -1).astype(np.float64)


def area(positives: Samples, negatives: Samples, weights: F64) -> float:
    """Area under the ROC curve, ties half; each value weighs what its context weighs."""
    values = np.concatenate([positives.values, negatives.values])
    mass = np.concatenate([weights[positives.contexts], weights[negatives.contexts]])
    positive = np.arange(len(values)) < len(positives.values)
    _, places = np.unique(values, return_inverse=True)
    above = np.bincount(places, np.where(positive, mass, 0.0))
    below = np.bincount(places, np.where(positive, 0.0, mass))
    wins = (above * (np.cumsum(below) - below / 2)).sum()
    return float(wins / max(above.sum() * below.sum(), 1e-12))


def quantile(samples: Samples, weights: F64, share: float) -> float:
    """The value below which at most this share of the mass lies."""
    order = np.argsort(samples.values)
    mass = np.cumsum(weights[samples.contexts][order])
    return float(samples.values[order][np.searchsorted(mass, share * mass[-1], side="right")])


def below(samples: Samples, weights: F64, limit: float) -> float:
    """The share of the mass below a limit."""
    mass = weights[samples.contexts]
    return float(mass[samples.values < limit].sum() / mass.sum())


def figures(found: Outcome) -> dict[str, Callable[[F64], float]]:
    """The figures of the table, each a function of the weights of contexts."""
    table: dict[str, Callable[[F64], float]] = {
        "pair AUC": lambda weights: area(found.same, found.twins, weights),
        "group AUC": lambda weights: area(found.same_group, found.twin_group, weights),
        "swapped is lowest": lambda weights: 1 - below(found.named, weights, 0.5),
    }
    for percent in PERCENTS:
        table[f"swaps at {percent:g} %"] = lambda weights, share=percent / 100: below(
            found.swapped, weights, quantile(found.sound, weights, share)
        )
    return table


def with_intervals(found: Outcome, contexts: int, resamples: int = RESAMPLES) -> dict[str, tuple[float, float, float]]:
    """Each figure with its 95 % bootstrap interval over contexts."""
    random = np.random.default_rng(0)
    draws = [np.bincount(random.integers(0, contexts, contexts), minlength=contexts).astype(float) for _ in range(resamples)]
    rows = {}
    for name, figure in figures(found).items():
        spread = [figure(weights) for weights in draws]
        low, high = np.percentile(spread, (2.5, 97.5))
        rows[name] = (figure(np.ones(contexts)), float(low), float(high))
    return rows

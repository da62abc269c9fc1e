"""A linear probe: ridge regression onto one-hot labels in closed form, tested on groups that it was not trained on.

Sums run in a fixed order in compiled loops, so that what it finds is the same everywhere.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel

FOLDS = 4
PENALTY = 0.05
"""Ridge penalty for features of unit variance, by the number of entries."""
FLAT = 1e-6
"""Standard deviation below which a feature tells nothing."""

F64 = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]


@kernel
def _factor(features: F64, rows: Labels, penalty: float) -> F64:
    """Lower Cholesky factor (D, D) of features' · features + penalty over some rows."""
    count = features.shape[1]
    factor = np.zeros((count, count))
    for row in rows:
        for i in range(count):
            value = features[row, i]
            for j in range(i + 1):
                factor[i, j] += value * features[row, j]
    for i in range(count):
        factor[i, i] += penalty
    for j in range(count):
        for k in range(j):
            factor[j, j] -= factor[j, k] * factor[j, k]
        factor[j, j] = np.sqrt(factor[j, j])
        for i in range(j + 1, count):
            for k in range(j):
                factor[i, j] -= factor[i, k] * factor[j, k]
            factor[i, j] /= factor[j, j]
    return factor


@kernel
def _weights(features: F64, rows: Labels, factor: F64, labels: Labels, classes: int) -> tuple[F64, F64]:
    """Ridge weights (D, classes) and class shares (classes,) for labels by row."""
    count = features.shape[1]
    shares = np.zeros(classes)
    for row in rows:
        shares[labels[row]] += 1.0 / len(rows)
    weights = np.zeros((count, classes))
    for row in rows:
        for i in range(count):
            value = features[row, i]
            weights[i, labels[row]] += value
            for c in range(classes):
                weights[i, c] -= value * shares[c]
    for c in range(classes):
        for i in range(count):
            for k in range(i):
                weights[i, c] -= factor[i, k] * weights[k, c]
            weights[i, c] /= factor[i, i]
        for i in range(count - 1, -1, -1):
            for k in range(i + 1, count):
                weights[i, c] -= factor[k, i] * weights[k, c]
            weights[i, c] /= factor[i, i]
    return weights, shares


@kernel
def _answers(features: F64, rows: Labels, weights: F64, shares: F64, answers: Labels) -> None:
    """Write the class that each row looks most like."""
    for row in rows:
        best = -np.inf
        for c in range(len(shares)):
            score = shares[c]
            for i in range(features.shape[1]):
                score += features[row, i] * weights[i, c]
            if score > best:
                best = score
                answers[row] = c


@dataclass(frozen=True, slots=True)
class _Fold:
    train: Labels
    test: Labels
    factor: F64


class Probe:
    """A linear probe over entries that belong to groups; no group is both trained on and asked about."""

    def __init__(self, features: F64, groups: Labels, rng: np.random.Generator, folds: int = FOLDS) -> None:
        """Features are (N, D), groups (N,) numbers from 0."""
        spread = features.std(axis=0)
        self.mean, self.scale = features.mean(axis=0), np.where(spread > FLAT, spread, np.inf)
        self._features = np.ascontiguousarray((features - self.mean) / self.scale)
        fold_of = np.empty(int(groups.max()) + 1, np.int64)
        fold_of[rng.permutation(len(fold_of))] = np.arange(len(fold_of)) % folds
        self.folds: Labels = fold_of[groups]
        self._folds = [self._fold(self.folds == fold) for fold in range(folds)]

    def _fold(self, tested: npt.NDArray[np.bool_]) -> _Fold:
        train, test = np.flatnonzero(~tested).astype(np.int64), np.flatnonzero(tested).astype(np.int64)
        return _Fold(train, test, _factor(self._features, train, PENALTY * len(train)))

    def answers(self, labels: Labels, asked: F64 | None = None) -> Labels:
        """What the probe says of every entry when trained on the labels (N,) of other groups' entries.

        asked (N, D): say it of these features in the entries' places.
        """
        classes = int(labels.max()) + 1
        questions = self._features if asked is None else np.ascontiguousarray((asked - self.mean) / self.scale)
        found = np.zeros(len(labels), np.int64)
        for fold in self._folds:
            weights, shares = _weights(self._features, fold.train, fold.factor, labels, classes)
            _answers(questions, fold.test, weights, shares, found)
        return found

"""Training a verifier: discriminant analysis with matched-context twins.

What must not count is how one subject differs between two of its pictures in another pose on another background; what
must count is how two subjects of one family differ in the same pose on the same background. With W and B the covariances
of these differences, the map takes the leading directions v of B v = λ W v, scaled so that v' W v = 1 (Fisher 1936;
within-class covariance normalisation, Hatch et al. 2006). Closed form: no seed, no epochs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.identity.tensors import F32

F64 = npt.NDArray[np.float64]

DIMENSIONS = 64
SHRINKAGE = 0.05
"""Of W towards a multiple of the identity, as a share of its mean variance."""
LEAST_SCALE = 1e-6


@dataclass(frozen=True, slots=True)
class Labels:
    """For each of N descriptors; twins are subjects of one context that were made in the same cells."""

    context: npt.NDArray[np.int64]
    subject: npt.NDArray[np.int64]
    pose: npt.NDArray[np.int64]
    background: npt.NDArray[np.int64]


def fit(values: F32, labels: Labels, dimensions: int = DIMENSIONS, shrinkage: float = SHRINKAGE) -> tuple[F32, F32, F32]:
    """Mean (D,), scale (D,) and projection (D, K) from descriptors (N, D)."""
    mean, scale = values.mean(axis=0, dtype=np.float64), values.std(axis=0, dtype=np.float64) + LEAST_SCALE
    standard = (values - mean) / scale
    within, between = within_subjects(standard, labels), between_twins(standard, labels)
    within += shrinkage * np.trace(within) / len(within) * np.eye(len(within))
    factor = np.linalg.inv(np.linalg.cholesky(within))
    _, directions = np.linalg.eigh(factor @ between @ factor.T)
    leading = directions[:, ::-1][:, : min(dimensions, len(within))]
    leading = leading * np.where(leading[np.abs(leading).argmax(axis=0), np.arange(leading.shape[1])] < 0, -1.0, 1.0)
    return mean.astype(np.float32), scale.astype(np.float32), (factor.T @ leading).astype(np.float32)


def within_subjects(standard: F64, labels: Labels) -> F64:
    """Half the mean square difference of two pictures of one subject that differ in pose and in background."""
    total, count = np.zeros((standard.shape[1],) * 2), 0
    for rows in _classes(labels.subject):
        first, second = np.triu_indices(len(rows), 1)
        pose, background = labels.pose[rows], labels.background[rows]
        differ = (pose[first] != pose[second]) & (background[first] != background[second])
        differences = standard[rows[first[differ]]] - standard[rows[second[differ]]]
        total += differences.T @ differences
        count += len(differences)
    return total / max(1, 2 * count)


def between_twins(standard: F64, labels: Labels) -> F64:
    """The covariance of different subjects of one context in the same cell."""
    total, count = np.zeros((standard.shape[1],) * 2), 0
    cells = np.stack([labels.context, labels.pose, labels.background])
    for rows in _classes(np.unique(cells, axis=1, return_inverse=True)[1].ravel()):
        centred = standard[rows] - standard[rows].mean(axis=0)
        total += centred.T @ centred
        count += len(rows) - 1
    return total / max(1, count)


def _classes(names: npt.NDArray[np.int64]) -> Sequence[npt.NDArray[np.int64]]:
    """The positions of each name."""
    order = np.argsort(names, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(names[order])) + 1)

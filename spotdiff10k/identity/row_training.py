"""Training the verifier of rows: maps by discriminant analysis of rows, then a logistic regression over what they say.

A row is the mean of the descriptors of one pose over its backgrounds. Every map is fitted as the verifier of pictures is, on
rows instead (training.py). What cosines and distances are worth is learned on rows that their maps have not seen: contexts in
parts, each looked at by maps of the others; the shipped maps are of all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.identity import training
from spotdiff10k.identity.rows import RowVerifier, pair_features, places_of
from spotdiff10k.identity.tensors import F32
from spotdiff10k.identity.training import LEAST_SCALE, Labels

F64 = npt.NDArray[np.float64]
Blocks = tuple[tuple[str, int], ...]

VIEWS = (
    ("moments", "quantiles", "colours", "places", "centred", "bands", "texture", "outline"),
    ("colours",),
    ("places",),
    ("centred",),
    ("moments", "quantiles", "bands"),
    ("texture",),
    ("outline",),
)
DIMENSIONS = (128, 48, 48, 48, 32, 12, 8)
SHRINKAGE = 0.1
FOLDS = 4
RIDGE = 1e-3
"""Of the logistic regression, against weights of one for each of both classes together."""
STEPS = 40
"""Of Newton's method; it stands still long before."""
STEEPEST = 30.0
"""Log odds beyond which an exponential says nothing more."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows (N, D) with whose they are."""

    values: F64
    context: npt.NDArray[np.int64]
    subject: npt.NDArray[np.int64]
    pose: npt.NDArray[np.int64]

    def of(self, some: npt.NDArray[np.bool_]) -> "Rows":
        """Some of them."""
        return Rows(self.values[some], self.context[some], self.subject[some], self.pose[some])


def rows_of(values: F32, labels: Labels) -> Rows:
    """Rows of descriptors (N, D): the means over the pictures of one subject in one pose."""
    names, at = np.unique(np.stack([labels.context, labels.subject, labels.pose]), axis=1, return_inverse=True)
    sums = np.zeros((names.shape[1], values.shape[1]))
    np.add.at(sums, at.ravel(), values.astype(np.float64))
    return Rows(sums / np.bincount(at.ravel())[:, None], *names)


def train(rows: Rows, blocks: Blocks, words: str) -> RowVerifier:
    """A verifier of rows."""
    features: list[F64] = []
    strangers: list[bool] = []
    for fold in range(FOLDS):
        out = rows.context % FOLDS == fold
        mapped = _mapped(rows.of(~out), blocks, words)
        for found, stranger in _pairs(rows.of(out), mapped):
            features.append(found)
            strangers.append(stranger)
    weights = logistic(np.stack(features), ~np.array(strangers))
    whole = _mapped(rows, blocks, words)
    return RowVerifier(blocks, VIEWS, whole.mean, whole.scale, whole.projections, weights.astype(np.float32), words)


def _mapped(rows: Rows, blocks: Blocks, words: str) -> RowVerifier:
    """The maps without what they are worth."""
    labels = Labels(rows.context, rows.subject, rows.pose, rows.pose)  # another pose is another set of pictures
    projections = tuple(
        training.fit(rows.values[:, at].astype(np.float32), labels, dimensions, SHRINKAGE)[2]
        for at, dimensions in zip(places_of(blocks, VIEWS), DIMENSIONS, strict=True)
    )
    mean, scale = rows.values.mean(axis=0), rows.values.std(axis=0) + LEAST_SCALE
    nothing = np.zeros(2 * len(VIEWS) + 1, np.float32)
    return RowVerifier(blocks, VIEWS, mean.astype(np.float32), scale.astype(np.float32), projections, nothing, words)


def _pairs(rows: Rows, mapped: RowVerifier) -> Sequence[tuple[F64, bool]]:
    """What the maps say of every row beside the others of its subject, and of its twins' rows in the same pose beside them."""
    found = []
    maps = mapped.maps()
    for subject in np.unique(rows.subject):
        own = rows.subject == subject
        context = rows.context[own][0]
        for pose in rows.pose[own]:
            others = rows.values[own & (rows.pose != pose)]
            same = np.flatnonzero((rows.context == context) & (rows.pose == pose))
            for at in same if len(others) else ():
                features = np.concatenate([pair_features(rows.values[at], others, *view) for view in maps])
                found.append((features, bool(rows.subject[at] != subject)))
    return found


def logistic(features: F64, positive: npt.NDArray[np.bool_]) -> F64:
    """(F + 1,) weights of features (N, F) and what is added, both classes counting the same: ridge regression of log odds."""
    mean, scale = features.mean(axis=0), features.std(axis=0) + LEAST_SCALE
    inputs = np.column_stack([(features - mean) / scale, np.ones(len(features))])
    counts = np.where(positive, 0.5 / positive.sum(), 0.5 / (~positive).sum())
    ridge = RIDGE * np.diag([*np.ones(features.shape[1]), 0.0])
    weights = np.zeros(inputs.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(inputs @ weights, -STEEPEST, STEEPEST)))
        slope = inputs.T @ (counts * (chance - positive)) + ridge @ weights
        bend = (inputs * (counts * chance * (1 - chance))[:, None]).T @ inputs + ridge
        weights -= np.linalg.solve(bend, slope)
    weights[:-1] /= scale
    weights[-1] -= (weights[:-1] * mean).sum()
    return weights

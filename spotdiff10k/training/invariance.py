"""What pose and background do to a subject's pictures, measured on training subjects and taken out by linear maps.

Within one subject nothing but pose and background varies. So the scatter of a subject's pictures about their own mean is
nuisance, and so is the shift that a level makes beside the other levels of the same subject. Both are known in closed form.
"""

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from spotdiff10k.training.module import Module
from spotdiff10k.training.views import Indices, Labels

Float64 = npt.NDArray[np.float64]
SHRINKAGE = 0.3
"""Of a covariance towards a multiple of the identity: training pictures are not many more than dimensions."""
ERASURE_SHRINKAGE = 0.05
EFFECT_RIDGE = 1e-3
LEAST_EFFECT = 1e-3
"""Of the strongest direction: weaker ones are rounding."""


class LinearMap(Module):
    """x ↦ (x - mean) W; the identity until it is fitted."""

    mean: Tensor
    weight: Tensor

    def __init__(self, width: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(width))
        self.register_buffer("weight", torch.eye(width))

    def forward(self, rows: Tensor) -> Tensor:
        """(..., D) of (..., D)."""
        return (rows - self.mean) @ self.weight

    def set_to(self, mean: Float64, weight: Float64) -> None:
        """Take these values."""
        self.mean.copy_(torch.from_numpy(mean))
        self.weight.copy_(torch.from_numpy(np.ascontiguousarray(weight)))


def within_whitening(rows: Float64, subject: Indices) -> tuple[Float64, Float64]:
    """(mean, W): in x ↦ (x - mean) W pictures of one subject scatter alike in all directions; W keeps the mean square.

    W = C^(-1/2), C the covariance of (N, D) rows about the mean of their subject. So directions in which a subject's own
    pictures differ, with pose or background, count little, and those in which they agree count much (within-class covariance
    normalisation, Hatch et al. 2006). Where every subject has one picture nothing is known: W is the identity.
    """
    about = _within(rows, subject)
    covariance = _covariance(about, SHRINKAGE)
    if covariance is None:
        return rows.mean(0), np.eye(rows.shape[1])
    whitening, _ = _roots(covariance)
    return rows.mean(0), whitening / np.sqrt(np.square(whitening).sum() / len(whitening))


def background_erasure(rows: Float64, labels: Labels) -> tuple[Float64, Float64]:
    """(mean, W): x ↦ (x - mean) W takes out the directions in which background levels shift a subject's pictures.

    With x = α_subject + γ_background + noise over (N, D) rows, γ is fitted within subjects, so that who was seen where does not
    enter: with means of levels in its place a good part of what tells subjects apart goes as well. W is the oblique projection
    that makes γ vanish and changes the rows least in their own covariance (LEACE, Belrose et al., arXiv 2306.03819). Poses
    are left alone: z_s hardly tells of them, and there are few levels to lose.
    """
    mean = rows.mean(0)
    design, about = _within(_one_hot(labels.background), labels.subject), _within(rows, labels.subject)
    gram = design.T @ design
    covariance = _covariance(rows - mean, ERASURE_SHRINKAGE)
    if covariance is None or not np.trace(gram) > 0:
        return mean, np.eye(rows.shape[1])
    effects = np.linalg.solve(gram + EFFECT_RIDGE * np.trace(gram) / len(gram) * np.eye(len(gram)), design.T @ about)
    whitening, colouring = _roots(covariance)
    directions, strengths, _ = np.linalg.svd(whitening @ (design @ effects).T, full_matrices=False)
    erased = directions[:, strengths > LEAST_EFFECT * strengths[0]] if strengths[0] > 0 else directions[:, :0]
    return mean, (np.eye(len(mean)) - colouring @ erased @ erased.T @ whitening).T


def _within(rows: Float64, subject: Indices) -> Float64:
    """Rows less the mean of their subject."""
    sums = np.zeros((int(subject.max()) + 1, rows.shape[1]))
    np.add.at(sums, subject, rows)
    counts = np.maximum(np.bincount(subject), 1)
    return rows - (sums / counts[:, None])[subject]


def _covariance(about: Float64, shrinkage: float) -> Float64 | None:
    """Shrunk towards a multiple of the identity; None where nothing varies."""
    found = about.T @ about / len(about)
    size = float(np.trace(found)) / len(found)
    return found + shrinkage * size * np.eye(len(found)) if size > np.finfo(np.float32).eps else None


def _roots(covariance: Float64) -> tuple[Float64, Float64]:
    """(C^(-1/2), C^(1/2))."""
    strengths, directions = np.linalg.eigh(covariance)
    return directions / np.sqrt(strengths) @ directions.T, directions * np.sqrt(strengths) @ directions.T


def _one_hot(levels: Indices) -> Float64:
    return np.eye(int(levels.max()) + 1)[levels]

"""What pose and background do to a subject's pictures, measured on training subjects and taken out by linear maps.

Within one subject nothing but pose and background varies. So the scatter of a subject's pictures about their own mean is
nuisance, and so is the shift that a level makes beside the other levels of the same subject. Both are known in closed form.
"""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from spotdiff10k.training.module import Module
from spotdiff10k.training.views import Indices, Labels

SHRINKAGE = 0.3
"""Of a covariance towards a multiple of the identity: training pictures are not many more than dimensions."""
BACKGROUND_WEIGHT = 30.0
"""Times the covariance of backgrounds' shifts: z_s shall not tell of them, even where that finds a subject a little worse."""
LEAST_NOISE = 0.01
"""Of the mean variance, in every direction: codes vary in fewer directions than they have."""
LEAST_OF_A_LEVEL = 2
"""Pictures; what a level does to its only picture is that picture's noise."""
EFFECT_RIDGE = 1e-6
LEAST_SIZE = 1e-12
"""Mean square below which rows do not vary."""


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

    def set_to(self, mean: Tensor, weight: Tensor) -> None:
        """Take these values."""
        self.mean.copy_(mean)
        self.weight.copy_(weight)


def within_whitening(rows: Tensor, subject: Indices) -> tuple[Tensor, Tensor]:
    """(mean, W): in x ↦ (x - mean) W pictures of one subject scatter alike in all directions; W keeps the mean square.

    W = C^(-1/2), C the covariance of (N, D) float64 rows about the mean of their subject. So directions in which a subject's own
    pictures differ, with pose or background, count little, and those in which they agree count much (within-class covariance
    normalisation, Hatch et al. 2006). Where every subject has one picture nothing is known: W is the identity.
    """
    covariance = _covariance(_within(rows, subject), SHRINKAGE)
    if covariance is None:
        return rows.mean(0), _identity(rows)
    whitening, _ = _roots(covariance)
    return rows.mean(0), whitening / whitening.square().sum().div(len(whitening)).sqrt()


def subject_estimate(rows: Tensor, labels: Labels) -> tuple[Tensor, Tensor]:
    """(mean, W): x ↦ (x - mean) W is what one picture's code tells of its subject, and as little as can be of its background.

    With x = μ + α_subject + γ_background + ε over (N, D) float64 rows, of independent α, γ and ε with covariances A, G and E, the
    best linear estimate of α is (x - μ)(A + G + E)⁻¹ A (BLUP; Henderson, Biometrics 31, 1975). G counts BACKGROUND_WEIGHT times.
    A direction loses as much as backgrounds shift it beside what tells subjects apart in it, so that none has to be chosen:
    with a few levels the result is near to projecting out what they shift, with more levels than dimensions much is left.
    Where every subject has one picture, or there is one subject, nothing is known: W is the identity. Poses are left alone:
    z_s hardly tells of them.
    """
    mean = rows.mean(0)
    about = _within(rows, labels.subject)
    within = about.T @ about / max(1, len(rows) - len(np.unique(labels.subject)))
    if not within.trace() > LEAST_SIZE * len(within):
        return mean, _identity(rows)
    total = (rows - mean).T @ (rows - mean) / len(rows)
    shifts, rest = _shifts_and_rest(rows, labels) or (torch.zeros_like(within), within)
    subjects = _positive(total - within)
    if not subjects.trace() > LEAST_SIZE * len(within):
        return mean, _identity(rows)
    noise = BACKGROUND_WEIGHT * shifts + rest + LEAST_NOISE * total.trace() / len(total) * _identity(rows)
    return mean, torch.linalg.solve(subjects + noise, subjects)


def _shifts_and_rest(rows: Tensor, labels: Labels) -> tuple[Tensor, Tensor] | None:
    """(G, E): covariances of backgrounds' shifts and of what is left; None where the two cannot be told apart.

    By moments (Henderson's method 3, Biometrics 9, 1953): γ is fitted within subjects by least squares, so that who was seen
    where does not enter. E is the scatter of the rest by its degrees of freedom; fitted shifts scatter by G and, in as many
    directions as they were fitted in, by E: many levels of few pictures are not taken for large shifts.
    """
    known = np.flatnonzero(np.bincount(labels.background)[labels.background] >= LEAST_OF_A_LEVEL)
    if not len(known):
        return None
    rows, labels = rows[torch.from_numpy(known)], labels[known]
    levels = functional.one_hot(torch.from_numpy(np.unique(labels.background, return_inverse=True)[1])).to(rows.dtype)
    design, about = _within(levels, labels.subject), _within(rows, labels.subject)
    gram = design.T @ design
    if not gram.trace() > 0:
        return None
    ridge = EFFECT_RIDGE * gram.trace() / len(gram) * _identity(gram)
    fitted = float(torch.linalg.solve(gram + ridge, gram).trace())
    freedom = len(rows) - len(np.unique(labels.subject)) - fitted
    if freedom < 1:
        return None
    explained = about.T @ design @ torch.linalg.solve(gram + ridge, design.T @ about)
    rest = (about.T @ about - explained) / freedom
    return _positive((explained - fitted * rest) / gram.trace()), rest


def _positive(covariance: Tensor) -> Tensor:
    """The nearest one: a difference of two may be negative in some directions."""
    strengths, directions = torch.linalg.eigh(covariance)
    return directions * strengths.clamp_min(0) @ directions.T


def _within(rows: Tensor, subject: Indices) -> Tensor:
    """Rows less the mean of their subject."""
    member = functional.one_hot(torch.from_numpy(subject)).to(rows.dtype)
    means = (member.T @ rows) / member.sum(0).clamp_min(1)[:, None]
    return rows - means[torch.from_numpy(subject)]


def _covariance(about: Tensor, shrinkage: float) -> Tensor | None:
    """Shrunk towards a multiple of the identity; None where nothing varies."""
    found = about.T @ about / len(about)
    size = found.trace() / len(found)
    return found + shrinkage * size * _identity(found) if size > LEAST_SIZE else None


def _roots(covariance: Tensor) -> tuple[Tensor, Tensor]:
    """(C^(-1/2), C^(1/2))."""
    strengths, directions = torch.linalg.eigh(covariance)
    return directions / strengths.sqrt() @ directions.T, directions * strengths.sqrt() @ directions.T


def _identity(like: Tensor) -> Tensor:
    return torch.eye(like.shape[1], dtype=like.dtype)

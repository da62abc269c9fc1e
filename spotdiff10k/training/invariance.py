"""What pose and background do to a subject's pictures, measured on training subjects and taken out by linear maps.

Within one subject nothing but pose and background varies. So the scatter of a subject's pictures about their own mean is
nuisance, and so is the shift that a level makes beside the other levels of the same subject. Both are known in closed form.
"""

import torch
from torch import Tensor
from torch.nn import functional

from spotdiff10k.training.module import Module
from spotdiff10k.training.views import Indices, Labels

SHRINKAGE = 0.3
"""Of a covariance towards a multiple of the identity: training pictures are not many more than dimensions."""
ERASURE_SHRINKAGE = 0.05
EFFECT_RIDGE = 1e-3
LEAST_EFFECT = 1e-3
"""Of the strongest direction: weaker ones are rounding."""
ERASED_AT_MOST = 0.25
"""Of the dimensions, those that backgrounds shift most: more levels than dimensions would leave nothing of the subject."""
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


def background_erasure(rows: Tensor, labels: Labels) -> tuple[Tensor, Tensor]:
    """(mean, W): x ↦ (x - mean) W takes out the directions in which background levels shift a subject's pictures.

    With x = α_subject + γ_background + noise over (N, D) float64 rows, γ is fitted within subjects, so that who was seen where
    does not enter: with means of levels in its place a good part of what tells subjects apart goes as well. W is the oblique
    projection that makes γ vanish and changes the rows least in their own covariance (LEACE, Belrose et al., arXiv 2306.03819).
    Of many levels only the strongest directions go, ERASED_AT_MOST of all. Poses are left alone: z_s hardly tells of them, and
    there are few levels to lose.
    """
    mean = rows.mean(0)
    levels = functional.one_hot(torch.from_numpy(labels.background)).to(rows.dtype)
    design, about = _within(levels, labels.subject), _within(rows, labels.subject)
    gram = design.T @ design
    size = gram.trace() / len(gram)
    covariance = _covariance(rows - mean, ERASURE_SHRINKAGE)
    if covariance is None or not size > 0:
        return mean, _identity(rows)
    effects = torch.linalg.solve(gram + EFFECT_RIDGE * size * _identity(gram), design.T @ about)
    whitening, colouring = _roots(covariance)
    shifts = design @ effects @ whitening
    strengths, directions = torch.linalg.eigh(shifts.T @ shifts)
    count = int((strengths > LEAST_EFFECT**2 * strengths[-1].clamp_min(LEAST_SIZE)).sum())
    erased = directions[:, len(directions) - min(count, int(ERASED_AT_MOST * len(directions))) :]
    return mean, (_identity(rows) - colouring @ erased @ erased.T @ whitening).T


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

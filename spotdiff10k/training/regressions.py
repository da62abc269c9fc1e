"""Optional terms of stage 1: what the codes have to tell beside their levels. None is used unless its weight is set.

L_plate     = mean_i ‖ W z_b,i + w - p_i ‖² / P     p: the encoded plate
L_keypoints = mean over known numbers of ( W z_p + w - k )²     k: where the subject's named points are, in its box
L_camera    = mean over known numbers of ( W z_p + w - c )²     c: sine and cosine of the way the subject is turned

Every number of p, k and c has mean 0 and spread 1 over the training pictures, so that 1 is what knowing nothing costs.
"""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

from spotdiff10k.training.annotations import Annotations
from spotdiff10k.training.codes import Float32
from spotdiff10k.training.module import Module
from spotdiff10k.training.settings import TrainingSettings

LEAST_SPREAD = 1e-6
"""Of a number that is regressed to: one that does not vary is not asked for."""
SOURCES = {"plate": "background", "keypoints": "pose", "camera": "pose"}
"""Which code each is told by."""


class Regressions(Module):
    """The linear maps from codes to what they are regressed to; a part of training alone, not of the model."""

    def __init__(self, code_width: int, targets: Mapping[str, Tensor]) -> None:
        super().__init__()
        self.maps = nn.ModuleDict({name: nn.Linear(code_width, values.shape[1]) for name, values in targets.items()})

    def told_by(self, code: str, codes: Tensor) -> dict[str, Tensor]:
        """What the (N, d) codes "pose" or "background" say, by the name of the term, each (N, numbers)."""
        return {name: line(codes) for name, line in self.maps.items() if SOURCES[name] == code}


def weights_of(settings: TrainingSettings) -> dict[str, float]:
    """Of the terms that are used."""
    weights = {"plate": settings.plate_weight, "keypoints": settings.keypoint_weight, "camera": settings.camera_weight}
    return {name: weight for name, weight in weights.items() if weight}


def targets_of(annotations: Annotations, settings: TrainingSettings) -> dict[str, Tensor]:
    """(N, numbers) of each term that is used, standardised; NaN where a picture does not tell.

    Raises ValueError when a term has a weight and the set has nothing to regress to.
    """
    found = {}
    for name in weights_of(settings):
        values: Float32 | None = getattr(annotations, name)
        standard = None if values is None else _standardised(values)
        if standard is None:
            raise ValueError(f"the regression to {name} has a weight, and nothing is known of it; its weight has to be 0 here")
        found[name] = standard
    return found


def regression_terms(
    predicted: Mapping[str, Tensor], targets: Mapping[str, Tensor], weights: Mapping[str, float]
) -> dict[str, Tensor]:
    """The terms for one batch, already weighted."""
    return {
        name: weight * _squared_error(predicted[name], targets[name]) for name, weight in weights.items() if name in predicted
    }


def _squared_error(predicted: Tensor, target: Tensor) -> Tensor:
    known = target.isfinite()
    error = torch.where(known, predicted - target.nan_to_num(), 0.0)
    return error.square().sum() / known.sum().clamp_min(1)


def _standardised(values: Float32) -> Tensor | None:
    """Without the columns that do not vary; None where none does."""
    wide = values.astype(np.float64)
    known = np.isfinite(wide)
    count = np.maximum(known.sum(0), 1)
    mean = np.where(known, wide, 0.0).sum(0) / count
    spread = np.sqrt(np.where(known, (wide - mean) ** 2, 0.0).sum(0) / count)
    varies = spread > LEAST_SPREAD
    if not varies.any():
        return None
    return torch.from_numpy(((wide - mean) / np.where(varies, spread, 1.0))[:, varies].astype(np.float32))

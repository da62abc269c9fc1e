"""Stage 1: the pose expert E_p and the background expert E_b, each learning one factor.

L_1 = InfoNCE over pose ids on z_p + InfoNCE over background ids on z_b. A background's positives are pictures that share it and
nothing else. Two pictures of a pose hardly look alike, whereas two of a subject before a background do, so that between pictures
nothing is learned of poses: a pose's positive is the learned code of the pose itself, its negatives those of the other poses.

E_b pools tokens by attention, wherever they are. E_p is told where something stands before the background, and which place is
which: so it sees how a subject stands and spreads, and hardly its colours or what is behind it.
"""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from spotdiff10k.training.batches import factor_pairs
from spotdiff10k.training.losses import info_nce, prototype_nce
from spotdiff10k.training.module import Module
from spotdiff10k.training.place_reader import PlaceReader
from spotdiff10k.training.pooler import AttentionPooler
from spotdiff10k.training.settings import TrainingSettings
from spotdiff10k.training.standing import Standing
from spotdiff10k.training.views import Labels

FEWEST_SUBJECTS = 2
"""Who show a level, so that there is something to learn of it beside who shows it."""
NOT_LEARNED = -1


class Experts(Module):
    """z_p and z_b; they see the whole picture, never a mask."""

    def __init__(self, token_width: int, standing: Standing, settings: TrainingSettings) -> None:
        super().__init__()
        _, places, _ = standing.backgrounds.shape
        self.pose = PlaceReader(places, len(standing.blocks), settings.hidden, settings.width)
        self.background = AttentionPooler(token_width, settings.hidden, settings.heads, settings.width)

    def forward(self, tokens: Tensor, standing: Tensor) -> tuple[Tensor, Tensor]:
        """(z_p, z_b), each (N, d), of (N, T, D) tokens and (N, T, B) of what stands before the background."""
        return self.pose(standing), self.background(tokens)


class Prototypes(Module):
    """A learned code for every level of a factor that two subjects show; a part of training alone, not of the model."""

    rows: Tensor

    def __init__(self, level: np.ndarray, subject: np.ndarray, width: int) -> None:
        super().__init__()
        shown = [len(np.unique(subject[level == one])) >= FEWEST_SUBJECTS for one in range(int(level.max(initial=-1)) + 1)]
        rows = np.where(shown, np.cumsum(shown) - 1, NOT_LEARNED)
        self.register_buffer("rows", torch.from_numpy(rows))
        self.codes = nn.Parameter(torch.randn(int(np.sum(shown)), width) / width**0.5)

    def forward(self, codes: Tensor) -> Tensor:
        """(N, L) cosines of (N, d) codes with the learned ones, in float32."""
        with torch.autocast(codes.device.type, enabled=False):
            return codes @ functional.normalize(self.codes, dim=1).T

    def loss(self, cosines: Tensor, level: Tensor, temperature: float) -> Tensor:
        """Of (N, L) cosines and the (N,) numbers of levels; 0 where there are not two levels to tell apart."""
        if cosines.shape[1] < 2:
            return cosines.sum() * 0.0
        return prototype_nce(cosines, self.rows[level], temperature)


def pose_terms(cosines: Tensor, labels: Labels, poses: Prototypes, settings: TrainingSettings) -> dict[str, Tensor]:
    """The term of L_1 for what E_p says of one batch: (N, L) cosines of z_p with the learned codes of poses."""
    level = torch.from_numpy(labels.pose).to(cosines.device)
    return {"pose": poses.loss(cosines, level, settings.prototype_temperature)}


def background_terms(codes: Tensor, labels: Labels, settings: TrainingSettings) -> dict[str, Tensor]:
    """The term of L_1 for z_b of one batch."""
    pairs = factor_pairs(labels, "background")
    positive, negative = (torch.from_numpy(part).to(codes.device) for part in (pairs.positive, pairs.negative))
    return {"background": info_nce(codes, positive, negative, settings.temperature)}

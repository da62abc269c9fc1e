"""What learns along in stage 1 and is no part of the model, and the model's own weights before they learn."""

from collections.abc import Mapping

import torch
from torch import Tensor

from spotdiff10k.seeds import seed_for
from spotdiff10k.training.codes import TokenSet
from spotdiff10k.training.experts import Prototypes
from spotdiff10k.training.looking_at import coarser_places
from spotdiff10k.training.model import Network
from spotdiff10k.training.module import Module
from spotdiff10k.training.regressions import Regressions
from spotdiff10k.training.settings import TrainingSettings
from spotdiff10k.training.standing import Standing
from spotdiff10k.training.views import Labels
from spotdiff10k.training.whitening import fit_whitening


class Teachers(Module):
    """The learned codes of poses, and the linear maps of regressions."""

    def __init__(self, labels: Labels, settings: TrainingSettings, targets: Mapping[str, Tensor]) -> None:
        super().__init__()
        self.poses = Prototypes(labels.pose, labels.subject, settings.width)
        self.regressions = Regressions(settings.width, targets)


def networks_of(
    tokens: TokenSet, labels: Labels, settings: TrainingSettings, seed: int, targets: Mapping[str, Tensor]
) -> tuple[Network, Teachers]:
    """Whitening fitted to these pictures, and all else as the seed says."""
    whitening = fit_whitening(tokens.tokens, settings.token_width, tokens.blocks)
    pooled_whitening = fit_whitening(tokens.pooled[:, None], settings.pooled_width)
    standing = Standing(0, coarser_places(tokens.tokens.shape[1]), whitening.blocks)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed_for(seed, "training", "weights"))
        return Network(whitening, pooled_whitening, standing, settings), Teachers(labels, settings, targets)

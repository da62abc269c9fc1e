"""From what is known place by place to one code, where it matters which place it is: what an attention pooler does not know."""

from torch import Tensor, nn
from torch.nn import functional

from spotdiff10k.training.module import Module


class PlaceReader(Module):
    """z = W_o g( W_i [x_1 ... x_T] ), of length 1: every place of the grid has weights of its own. g: GELU."""

    def __init__(self, places: int, channels: int, hidden: int, width: int) -> None:
        super().__init__()
        self.enter = nn.Linear(places * channels, hidden)
        self.leave = nn.Linear(hidden, width)

    def forward(self, values: Tensor) -> Tensor:
        """(N, d) of (N, T, C)."""
        return functional.normalize(self.leave(functional.gelu(self.enter(values.flatten(1)))).float(), dim=1)

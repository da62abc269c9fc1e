"""Which places of a picture a branch looks at: those inside the mask, or coarser ones of the whole picture."""

import torch
from torch import Tensor
from torch.nn import functional

MOST_INSIDE = 64
"""Places that are kept of a picture with a mask, the most covered first; a third of the grid, and hardly a subject has more."""
COARSER = 2
"""Places along each side that become one where a branch sees the whole picture."""


def most_inside(tokens: Tensor, inside: Tensor) -> tuple[Tensor, Tensor]:
    """(N, K, D) tokens and their (N, K) cover; of equally covered places the first ones."""
    order = inside.argsort(dim=1, descending=True, stable=True)[:, :MOST_INSIDE]
    return tokens.gather(1, order[..., None].expand(-1, -1, tokens.shape[2])), inside.gather(1, order)


def coarser(tokens: Tensor) -> Tensor:
    """(N, T / COARSER², D): means over squares of places; as they are where places form no grid that can be halved."""
    side = round(tokens.shape[1] ** 0.5)
    if coarser_places(tokens.shape[1]) == tokens.shape[1]:
        return tokens
    grid = tokens.unflatten(1, (side, side)).permute(0, 3, 1, 2)
    return functional.avg_pool2d(grid, COARSER).flatten(2).transpose(1, 2).contiguous()


def coarser_places(places: int) -> int:
    """How many places `coarser` leaves of so many."""
    side = round(places**0.5)
    return places if side * side != places or side % COARSER else places // COARSER**2


def picture_means(tokens: Tensor, inside: Tensor | None) -> Tensor:
    """(N, D): means over places, weighted by their cover."""
    if inside is None:
        return tokens.mean(1)
    weights = inside / inside.sum(1, keepdim=True).clamp_min(torch.finfo(torch.float32).eps)
    return torch.matmul(weights[:, None], tokens).squeeze(1)

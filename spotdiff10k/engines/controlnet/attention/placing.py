"""Where other members' tokens stand: keys with rotary positions, moved down by the height of the picture.

A token of another member at the same place as one's own would be attended to for its place alone, and layouts would be copied.
SynCD lays the members' pictures below one another; here every other member lies in the same place, just below one's own picture,
so that the order of members does not matter and an anchor kept from before stands where it would stand in the same batch.

A rotary key at row r is R(r) k, and rotations add up, so R(rows) R(r) k stands `rows` further down. R(1) along the row axis is
read off the network's own table: the turn from the first token of row 0 to the first token of row 1.
"""

import torch
from torch import Tensor

from spotdiff10k.engines.controlnet.attention.regions import Grid


def below(key: Tensor, turns: Tensor, grid: Grid) -> Tensor:
    """Keys (B, heads, rows * columns, width) as they would be one picture further down.

    `turns` is the network's table for these tokens, as complex numbers of length 1: (rows * columns, width / 2), or one table for
    each row of the batch (B, rows * columns, width / 2). A picture of one row gives no step to read off and stays where it is.
    """
    rows, columns = grid
    if rows < 2:
        return key
    step = torch.angle(turns[..., columns, :] / turns[..., 0, :])
    moved = torch.polar(torch.ones_like(step), rows * step)
    moved = moved[None] if moved.ndim == 1 else moved
    pairs = torch.view_as_complex(key.float().unflatten(-1, (-1, 2)).contiguous())
    return torch.view_as_real(pairs * moved[:, None, None, :]).flatten(3).to(key.dtype)

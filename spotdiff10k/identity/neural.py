"""Blocks of a descriptor from an encoder's feature maps: means and spreads inside the mask, stage by stage.

A mean inside the mask is foreground feature averaging (arXiv 2311.00750); the spread says how varied a texture is.
The encoder looks at the cut-out on plain grey, so that nothing of the background reaches a feature.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.identity.crops import F32, F64, cut_out

if TYPE_CHECKING:
    from torch import Tensor

    from spotdiff10k.encoders import Encoder
    from spotdiff10k.features import KeptRows

MOMENTS = 1
"""The version of `masked_moments`: bump it when the same maps and covers give other numbers."""
SIDE = 160
"""Pixels of the cut-outs that encoders look at."""
GREY = 128
TINY = 1e-3
"""Keeps logarithms of spreads finite, and empty cells from dividing by nothing."""


Pixels = npt.NDArray[np.generic]
Pair = tuple[Pixels, Pixels] | tuple[Pixels, Pixels, F64 | None]
"""A (H, W, 3) picture and its (H, W) mask, and where it is known the map back to the subject's own colours (see `cut_out`)."""


@kernel
def _on_grey(colours: F32, cover: F32, out: npt.NDArray[np.uint8]) -> None:
    height, width = cover.shape
    for y in range(height):
        for x in range(width):
            behind = np.float32(GREY) * (np.float32(1) - cover[y, x])
            for channel in range(3):
                out[y, x, channel] = np.uint8(np.rint(colours[y, x, channel] * cover[y, x] + behind))


def grey_cut_out(
    picture: Pixels, mask: Pixels, colour_map: F64 | None = None, side: int = SIDE
) -> tuple[npt.NDArray[np.uint8], F32]:
    """The subject (side, side, 3) on grey, and its cover (side, side)."""
    crop = cut_out(picture, mask, side, colour_map)
    out = np.empty(crop.colours.shape, np.uint8)
    _on_grey(crop.colours, crop.cover, out)
    return out, crop.cover


def masked_moments(maps: "Tensor", covers: F32) -> "tuple[Tensor, Tensor]":
    """Means and standard deviations (N, C) of (N, C, h, w) maps under covers (N, S, S)."""
    import torch
    from torch.nn import functional

    weights = functional.interpolate(torch.from_numpy(covers)[:, None].to(maps.device), size=maps.shape[2:], mode="area")
    weights = weights / weights.sum((2, 3), keepdim=True).clamp_min(TINY)
    mean = (maps * weights).sum((2, 3))
    squares = (maps.square() * weights).sum((2, 3))
    return mean, (squares - mean.square()).clamp_min(0).sqrt()


def neural_blocks(
    encoder: "Encoder", pairs: Sequence[Pair], stages: Sequence[int], kept: "KeptRows | None" = None
) -> list[Mapping[str, F32]]:
    """For each picture with its mask: `mean<stage>` and `spread<stage>` (logarithms) of the chosen stages, counted from 1.

    What was kept of the same pixels is not computed again.
    """

    def moments(maps: "tuple[Tensor, ...]", covers: F32) -> dict[str, F32]:
        columns: dict[str, F32] = {}
        for stage in stages:
            mean, spread = masked_moments(maps[stage - 1], covers)
            columns[f"mean{stage}"] = mean.cpu().numpy()
            columns[f"spread{stage}"] = (spread + TINY).log().cpu().numpy()
        return columns

    if not pairs:
        return []
    columns = of_cut_outs(encoder, pairs, SIDE, moments, kept)
    return [{name: values[index] for name, values in columns.items()} for index in range(len(pairs))]


def of_cut_outs(
    encoder: "Encoder",
    pairs: Sequence[Pair],
    side: int,
    take: "Callable[[tuple[Tensor, ...], F32], Mapping[str, F32]]",
    kept: "KeptRows | None" = None,
) -> Mapping[str, F32]:
    """What `take` takes of the encoder's maps of each subject on grey and of its cover: (N, D) arrays, by name."""
    import torch

    from spotdiff10k.features import KeptRows, encode_once

    pictures, covers = (np.stack(part) for part in zip(*(_cut_out(pair, side) for pair in pairs), strict=True))

    def look(places: list[int]) -> Mapping[str, F32]:
        with torch.inference_mode():
            return take(encode_once(encoder, pictures[places]).maps, covers[places])

    rows = kept or KeptRows("")
    found: Mapping[str, F32] = rows.once([rows.key(*both) for both in zip(pictures, covers, strict=True)], look)
    return found


def _cut_out(pair: Pair, side: int) -> tuple[npt.NDArray[np.uint8], F32]:
    picture, mask, *colour_map = pair
    return grey_cut_out(picture, mask, colour_map[0] if colour_map else None, side)


def stages_of(blocks: Sequence[tuple[str, int]]) -> tuple[int, ...]:
    """The stages that a verifier's blocks speak of."""
    return tuple(int(name.removeprefix("mean")) for name, _ in blocks if name.startswith("mean"))

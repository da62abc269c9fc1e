"""Foreground feature averaging (FFA): a subject is the mean of an encoder's patch tokens inside its mask.

Kotar et al., arXiv 2311.00750. For encoders that no verifier was trained for: nothing is learnt here, agreement is the cosine
of two such means. The encoder looks at the cut-out on plain grey, so that nothing of the background reaches a token, and a
patch counts by how much of it the soft mask covers.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from spotdiff10k.identity.crops import F32
from spotdiff10k.identity.neural import Pair, grey_cut_out, masked_moments
from spotdiff10k.resources import shelf

if TYPE_CHECKING:
    from torch import Tensor

    from spotdiff10k.encoders import Encoder

VERSION = 1
"""Bump it when the same tokens and masks give other means."""


def has_verifier(encoder: str) -> bool:
    """Whether a verifier was trained for an encoder; "none" has one."""
    return (shelf("manifests") / "verifiers" / f"{encoder}.safetensors").is_file()


def token_means(maps: "Tensor", covers: F32) -> "Tensor":
    """(N, C) of unit length: means of (N, C, h, w) patch tokens under covers (N, S, S), 0..1, averaged over each patch.

    Every token is first brought to mean 0 and deviation 1 over its channels, as a transformer's last normalisation does: the
    few tokens that are many times as long as the rest would be the mean otherwise.
    """
    from torch.nn import functional

    tokens = functional.layer_norm(maps.movedim(1, -1), maps.shape[1:2]).movedim(-1, 1)
    mean, _ = masked_moments(tokens, covers)
    return functional.normalize(mean, dim=1)


def foreground_means(encoder: "Encoder", pairs: Sequence[Pair]) -> F32:
    """(N, C) of unit length: the last patch tokens of each picture's subject, cut out to the size that the encoder takes."""
    import torch

    pictures, covers = (np.stack(part) for part in zip(*(_cut_out(pair, encoder.input_size) for pair in pairs), strict=True))
    with torch.inference_mode():
        found: F32 = token_means(encoder.encode(pictures).maps[-1], covers).cpu().numpy()
    return found


def _cut_out(pair: Pair, side: int) -> "tuple[np.ndarray[tuple[int, ...], np.dtype[np.uint8]], F32]":
    return grey_cut_out(*pair, side=side)

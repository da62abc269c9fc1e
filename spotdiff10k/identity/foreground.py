"""Foreground feature averaging (FFA): a subject is the mean of an encoder's patch tokens inside its mask.

Kotar et al., arXiv 2311.00750. For encoders that no verifier was trained for: nothing is learnt here, agreement is the cosine
of two such means. The encoder looks at the cut-out on plain grey, so that nothing of the background reaches a token, and a
patch counts by how much of it the soft mask covers.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from spotdiff10k.identity.crops import F32
from spotdiff10k.identity.neural import Pair, masked_moments, of_cut_outs
from spotdiff10k.resources import shelf

if TYPE_CHECKING:
    from torch import Tensor

    from spotdiff10k.encoders import Encoder
    from spotdiff10k.features import KeptRows

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


def foreground_means(encoder: "Encoder", pairs: Sequence[Pair], kept: "KeptRows | None" = None) -> F32:
    """(N, C) of unit length: the last patch tokens of each picture's subject, cut out to the size that the encoder takes.

    What was kept of the same pixels is not computed again.
    """

    def means(maps: "tuple[Tensor, ...]", covers: F32) -> dict[str, F32]:
        return {"foreground": token_means(maps[-1], covers).cpu().numpy()}

    return of_cut_outs(encoder, pairs, encoder.input_size, means, kept)["foreground"]

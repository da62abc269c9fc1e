"""The losses of the reference model, as formulas over rows of length 1."""

import torch
from torch import Tensor
from torch.nn import functional

FORBIDDEN = -1e9
"""Similarity of pairs that a loss does not look at."""


def info_nce(codes: Tensor, positive: Tensor, negative: Tensor, temperature: float) -> Tensor:
    """InfoNCE with several positives (Khosla et al., arXiv 2004.11362), over (N, d) codes of length 1.

    L = mean_i mean_{j in P(i)} -log( exp(z_i·z_j/τ) / Σ_{k in P(i) ∪ N(i)} exp(z_i·z_k/τ) )

    `positive` and `negative` are (N, N) and bool: P(i) and N(i) are their rows; pairs in neither are ignored, and so are
    rows without a positive.
    """
    similarity = (codes @ codes.T / temperature).masked_fill(~(positive | negative), FORBIDDEN)
    surprise = similarity.logsumexp(1, keepdim=True) - similarity
    count = positive.sum(1)
    rows = (surprise * positive).sum(1) / count.clamp_min(1)
    return rows.sum() / (count > 0).sum().clamp_min(1)


def prototype_nce(cosines: Tensor, level: Tensor, temperature: float) -> Tensor:
    """InfoNCE between codes and the learned codes of their levels (proxies, Movshovitz-Attias et al., arXiv 1703.07464).

    L = mean_i -log( exp(z_i·c_{y_i}/τ) / Σ_k exp(z_i·c_k/τ) ),  of the (N, L) cosines between codes z and prototypes c.

    Rows whose `level` is negative are ignored.
    """
    known = level >= 0
    surprise = functional.cross_entropy(cosines / temperature, level.clamp_min(0), reduction="none")
    return (surprise * known).sum() / known.sum().clamp_min(1)


def squared_cosine(codes: Tensor, others: Tensor) -> Tensor:
    """mean_i cos²(z_i, o_i), over two (N, d): 0 when every picture's two codes stand at right angles."""
    return functional.cosine_similarity(codes, others).square().mean()


def cross_covariance(codes: Tensor, others: Tensor) -> Tensor:
    """The batch's mean squared correlation between every number of z and every number of o, times d.

    C = (1/N) Σ_i z̃_i õ_iᵀ with each column standardised over the batch;  L = ‖C‖² / d.  Unlike right angles, which any two
    random codes have, it is 0 only when no number of z tells linearly of any number of o.
    """
    correlation = _standardised(codes).T @ _standardised(others) / len(codes)
    return correlation.square().sum() / codes.shape[1]


def projected_out(codes: Tensor, others: tuple[Tensor, ...]) -> Tensor:
    """The rest z - P_span(o_1, o_2, ...) z, of length 1 again: exactly orthogonal to the picture's other codes."""
    basis: list[Tensor] = []
    for other in others:
        for known in basis:
            other = other - (other * known).sum(1, keepdim=True) * known
        basis.append(functional.normalize(other, dim=1))
    for known in basis:
        codes = codes - (codes * known).sum(1, keepdim=True) * known
    return functional.normalize(codes, dim=1)


def _standardised(codes: Tensor) -> Tensor:
    centred = codes - codes.mean(0)
    return centred / centred.square().mean(0).add(torch.finfo(codes.dtype).eps).sqrt()

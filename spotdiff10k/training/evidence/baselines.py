"""What raw encoders say of pictures, without any training."""

import numpy as np

from spotdiff10k.seeds import seed_for
from spotdiff10k.training.codes import Float32, TokenSet
from spotdiff10k.training.evidence.jobs import Look
from spotdiff10k.training.views import Indices

LEAST_COVER = 1e-6


def raw_codes(tokens: TokenSet, look: Look, learnt: TokenSet | None = None) -> Float32:
    """(N, D) of a baseline; `learnt` are the pictures that a whitening is fitted to."""
    if look.baseline == "whitened-mean":
        if learnt is None:
            raise ValueError("a whitening is fitted to training pictures")
        return whitened_mean(tokens, learnt, look.width)
    if look.baseline == "raw-standing":
        if learnt is None or look.made is None:
            raise ValueError("backgrounds are known from training pictures")
        return standing_places(tokens, learnt, look.made.labels.background, look.width)
    if look.baseline == "raw-pooled":
        return tokens.pooled
    if look.baseline == "raw-masked":
        return masked_mean(tokens)
    whole = tokens.tokens.mean(1, dtype=np.float32)
    random = np.random.default_rng(seed_for(look.seed, "random-projection"))
    directions = random.standard_normal((whole.shape[1], look.width), np.float32)
    return np.asarray(np.einsum("nd,dk->nk", whole - whole.mean(0), directions), np.float32)


def whitened_mean(tokens: TokenSet, learnt: TokenSet, width: int) -> Float32:
    """(N, D): the mean token as the model's branches get it, whitened by the training pictures, and nothing trained after it."""
    import torch

    from spotdiff10k.encoders._input import one_thread
    from spotdiff10k.training.whitening import fit_whitening

    with one_thread(), torch.inference_mode():
        whitening = fit_whitening(learnt.tokens, width, learnt.blocks)
        return np.asarray(whitening(torch.from_numpy(tokens.tokens.mean(1, dtype=np.float32))).numpy(), np.float32)


def standing_places(tokens: TokenSet, learnt: TokenSet, background: Indices, width: int) -> Float32:
    """(N, places and parts): what the pose expert looks at, and nothing trained after it; `background` is of `learnt`."""
    import torch

    from spotdiff10k.encoders._input import one_thread
    from spotdiff10k.training.looking_at import coarser, coarser_places
    from spotdiff10k.training.standing import Standing
    from spotdiff10k.training.whitening import fit_whitening

    with one_thread(), torch.inference_mode():
        whitening = fit_whitening(learnt.tokens, width, learnt.blocks)
        standing = Standing(0, coarser_places(learnt.tokens.shape[1]), whitening.blocks)
        standing.fit(coarser(whitening.apply_to(learnt.tokens)), background)
        return np.asarray(standing.apply_to(coarser(whitening.apply_to(tokens.tokens))).flatten(1).numpy(), np.float32)


def masked_mean(tokens: TokenSet) -> Float32:
    """(N, D): the mean of the places that the subject covers, each by how much."""
    if tokens.inside is None:
        raise ValueError("this set has no masks")
    weights = tokens.inside / np.maximum(tokens.inside.sum(1, keepdims=True), LEAST_COVER)
    rows = [np.einsum("t,td->d", weight, seen.astype(np.float32)) for weight, seen in zip(weights, tokens.tokens, strict=True)]
    return np.stack(rows).astype(np.float32)

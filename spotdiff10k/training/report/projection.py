"""Two coordinates for codes of many: the two directions of most spread, and a map that keeps neighbours together."""

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
"""(N, 2) in 0..1."""
Codes = npt.NDArray[np.floating]

PERPLEXITY = 14.0
"""How many neighbours count: a subject has eight other pictures in a group of nine."""
STEPS = 350
EARLY_STEPS, EARLY_FACTOR = 80, 8.0
RATE = 60.0
MOMENTUM_EARLY, MOMENTUM = 0.5, 0.8
HALVINGS = 40
TINY = 1e-12
MARGIN = 0.04


def principal(codes: Codes) -> Points:
    """Along the two directions in which the codes, made of length 1, spread most; a sign is chosen so that it never flips."""
    rows = _directions(codes)
    rows -= rows.mean(0)
    _, _, axes = np.linalg.svd(rows, full_matrices=False)
    axes = axes[:2] * np.sign(axes[:2][np.arange(len(axes[:2])), np.abs(axes[:2]).argmax(1)])[:, None]
    return _fitted(rows @ axes.T)


def neighbourly(codes: Codes) -> Points:
    """t-SNE (van der Maaten & Hinton, JMLR 2008), exact, started from the principal directions: nothing is drawn by lot."""
    rows = _directions(codes)
    if len(rows) < 4:
        return principal(codes)
    near = _affinities(_squares(rows))
    places = (principal(codes) - 0.5) * 1e-2
    speed = np.zeros_like(places)
    gain = np.ones_like(places)
    for step in range(STEPS):
        early = step < EARLY_STEPS
        kernel = 1.0 / (1.0 + _squares(places))
        np.fill_diagonal(kernel, 0.0)
        pull = (near * (EARLY_FACTOR if early else 1.0) - kernel / kernel.sum()) * kernel
        slope = 4.0 * (pull.sum(1)[:, None] * places - pull @ places)
        gain = np.maximum(np.where(slope * speed < 0, gain + 0.2, gain * 0.8), 0.01)
        speed = (MOMENTUM_EARLY if early else MOMENTUM) * speed - RATE * gain * slope
        places = np.asarray(places + speed)
    return _fitted(np.asarray(places))


def _directions(codes: Codes) -> Points:
    rows = codes.astype(np.float64)
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), TINY))


def _squares(rows: Points) -> Points:
    lengths = (rows * rows).sum(1)
    return np.asarray(np.maximum(lengths[:, None] + lengths[None, :] - 2.0 * rows @ rows.T, 0.0))


def _affinities(squares: Points) -> Points:
    """(N, N) symmetric, sum 1: each row is as uncertain as PERPLEXITY equal neighbours."""
    count = len(squares)
    aim = np.log(min(PERPLEXITY, (count - 1) / 3))
    low, high = np.full(count, 0.0), np.full(count, np.inf)
    sharpness = np.ones(count) / max(float(np.median(squares)), TINY)
    found = np.zeros_like(squares)
    for _ in range(HALVINGS):
        found = np.exp(-squares * sharpness[:, None])
        np.fill_diagonal(found, 0.0)
        found /= np.maximum(found.sum(1, keepdims=True), TINY)
        entropy = -(found * np.log(np.maximum(found, TINY))).sum(1)
        wide = entropy > aim
        low, high = np.where(wide, sharpness, low), np.where(wide, high, sharpness)
        sharpness = np.where(np.isinf(high), sharpness * 2.0, (low + np.where(np.isinf(high), low, high)) / 2.0)
    both = found + found.T
    return np.asarray(both / both.sum())


def _fitted(places: Points) -> Points:
    """In 0..1, with one scale for both axes and the middle in the middle."""
    low, high = places.min(0), places.max(0)
    span = float((high - low).max()) or 1.0
    return np.asarray((places - (low + high) / 2) / span * (1 - 2 * MARGIN) + 0.5)

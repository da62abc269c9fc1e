"""DCI, MIG and SAP from what can be read out of each part of a code.

A *part* is a block of columns (z_s, z_p, z_b) or a single column; `accuracies` is (..., parts, factors): how often a probe that
never saw the subjects, or the poses and backgrounds, reads a factor's level from a part. Leading axes are resamples.

- DCI (Eastwood & Williams, ICLR 2018) with the accuracy above chance as importance R: disentanglement D of a part is
  1 - H(R over factors) / log F, weighted by the part's importance; completeness C of a factor is 1 - H(R over parts) / log P.
- MIG (Chen et al., NeurIPS 2018): the gap of the two parts that know most of a factor, over the factor's entropy. What a part
  knows is bounded from below by Fano's inequality: I >= log L - H2(e) - e log(L - 1) at an error e over L equally likely levels.
- SAP (Kumar et al., ICLR 2018): the gap of the two best accuracies, here over what lies between chance and 1.
"""

import numpy as np

from spotdiff10k.training.evidence.by_subject import Float64

TINY = 1e-12


def above_chance(accuracies: Float64, levels: Float64) -> Float64:
    """0 for what guessing reads, or less; 1 for all. `levels` is (factors,)."""
    chance = 1.0 / levels
    return np.clip((accuracies - chance) / (1.0 - chance), 0.0, 1.0)


def dci(importance: Float64) -> tuple[Float64, Float64]:
    """Disentanglement and completeness, each (...) in 0..1, of importances (..., parts, factors). Nothing important gives 0."""
    total = importance.sum((-2, -1))
    by_part = _focus(importance, axis=-1)
    by_factor = _focus(importance, axis=-2)
    part_weight = importance.sum(-1) / np.maximum(total, TINY)[..., None]
    return (by_part * part_weight).sum(-1), by_factor.mean(-1)


def mig(accuracies: Float64, levels: Float64) -> Float64:
    """(...) the mean over factors of the gap in information, over the factor's entropy."""
    return _gap(known(accuracies, levels))


def sap(accuracies: Float64, levels: Float64) -> Float64:
    """(...) the mean over factors of the gap in accuracy above chance."""
    return _gap(above_chance(accuracies, levels))


def known(accuracies: Float64, levels: Float64) -> Float64:
    """The least share of a factor's entropy that a probe of this accuracy knows; 0 at chance and below."""
    right = np.clip(accuracies, 1.0 / levels, 1.0)
    wrong = 1.0 - right
    uncertain = -_x_log_x(right) - _x_log_x(wrong) + wrong * np.log(np.maximum(levels - 1.0, 1.0))
    return np.clip(1.0 - uncertain / np.log(levels), 0.0, 1.0)


def _gap(scores: Float64) -> Float64:
    """The best part's score less the second best's, averaged over factors."""
    ordered = np.sort(scores, axis=-2)
    return np.asarray((ordered[..., -1, :] - ordered[..., -2, :]).mean(-1), np.float64)


def _focus(importance: Float64, axis: int) -> Float64:
    """1 where all importance along `axis` lies on one entry, 0 where it is spread evenly or where there is none."""
    total = importance.sum(axis, keepdims=True)
    shares = importance / np.maximum(total, TINY)
    entropy = -_x_log_x(shares).sum(axis)
    return np.where(total.squeeze(axis) > TINY, 1.0 - entropy / np.log(importance.shape[axis]), 0.0)


def _x_log_x(values: Float64) -> Float64:
    return np.where(values > 0, values * np.log(np.maximum(values, TINY)), 0.0)

"""From codes of held-out pictures to what every figure is made of: arrays with one entry a subject.

A measurement is a mapping of names to arrays, so that it can be kept in one safetensors file and resampled later:
`mean/<name>` is (S,) with NaN for a subject that could not be asked; `levels` is (3,).
"""

from collections.abc import Mapping

import numpy as np

from spotdiff10k.seeds import seed_for
from spotdiff10k.training.codes import Codes, Float32
from spotdiff10k.training.evidence import probes, retrieval
from spotdiff10k.training.evidence.by_subject import Float64, mean_by_subject
from spotdiff10k.training.evidence.held_out import HeldOut
from spotdiff10k.training.evidence.residual import explained
from spotdiff10k.training.evidence.swap import swapped
from spotdiff10k.training.views import Labels

Measured = Mapping[str, Float64]
SWAP_SEED = 2
"""Root of the draw of the pictures that a swap takes codes from: the same for every arm."""


def measure(codes: Codes, held_out: HeldOut, *, networks: bool) -> Measured:
    """Everything that is asked of a model; `networks` adds the probes that are trained."""
    found = measure_subject(codes.subject, held_out, networks=networks)
    for part in ("pose", "background"):
        block: Float32 = getattr(codes, part)
        found.update(_named(f"probe/{part}", probes.linear(block, held_out)))
        found[f"mean/cosine/{part}"] = _mean(_squared_cosine(codes.subject, block), held_out)
    found["mean/residual/error"], found["mean/residual/spread"] = explained(codes, held_out)
    found["levels"] = levels_of(held_out)
    found["mean/swap"] = _mean(swapped(codes, held_out, seed_for(SWAP_SEED, "swap")), held_out)
    return found


def measure_subject(codes: Float32, held_out: HeldOut, *, networks: bool) -> dict[str, Float64]:
    """What is asked of a subject code, or of a raw encoder."""
    similar = retrieval.similarities(codes)
    first, precision = retrieval.ranked(similar, held_out)
    found = {
        "mean/paired": _mean(retrieval.paired(similar, held_out), held_out),
        "mean/recall_at_1": _mean(first, held_out),
        "mean/recall_at_1_of_32": _mean(retrieval.first_among(similar, held_out), held_out),
        "mean/average_precision": _mean(precision, held_out),
        "mean/shortcut": _mean(retrieval.shortcut_margin(similar, held_out), held_out),
    }
    found.update(_named("probe/subject", probes.linear(codes, held_out)))
    found.update(_named("strongest/subject", probes.strongest(codes, held_out)))
    if networks:
        found.update(_named("network/subject", probes.small_networks(codes, held_out)))
    return found


def measure_taught(learnt: Codes, learnt_labels: Labels, asked: Codes, asked_labels: Labels, held_out: HeldOut) -> Measured:
    """What probes read of held-out pictures' subject codes that learnt from the training pictures'."""
    return _named("taught/subject", probes.taught(learnt.subject, learnt_labels, asked.subject, asked_labels, held_out))


def _named(prefix: str, values: Mapping[str, Float64]) -> dict[str, Float64]:
    return {f"mean/{prefix}/{name}": value for name, value in values.items()}


def _mean(values: Float64, held_out: HeldOut) -> Float64:
    return mean_by_subject(values, held_out.labels.subject, held_out.subjects)


def _squared_cosine(one: Float32, other: Float32) -> Float64:
    """(N,) of rows of length 1; NaN where the two codes have different lengths."""
    if one.shape != other.shape:
        return np.full(len(one), np.nan)
    return np.asarray((one.astype(np.float64) * other).sum(1) ** 2, np.float64)


def levels_of(held_out: HeldOut) -> Float64:
    """(3,) how many levels each factor has among held-out pictures, in the order of the parts."""
    labels = held_out.labels
    return np.array([column.max() + 1 for column in (labels.subject, labels.pose, labels.background)], np.float64)

"""What a linear probe reads: ridge regression on one-hot levels; the largest answer wins.

The usual probe has the penalty that common libraries have by default. The strongest has hardly any and brings every column to
the same spread first, so that it reads what lies in directions too faint for a neighbour search or a usual probe to notice.
"""

from collections.abc import Sequence

import numpy as np

from spotdiff10k.training.codes import Float32
from spotdiff10k.training.evidence import ridge
from spotdiff10k.training.evidence.by_subject import Float64
from spotdiff10k.training.evidence.folds import Chosen
from spotdiff10k.training.views import Indices


def read(codes: Float32, levels: Sequence[Indices], learnt: Chosen, asked: Chosen, *, strongest: bool = False) -> list[Float64]:
    """For each factor, (N,) whether a probe of it read a picture's level right; NaN for pictures that were not asked about."""
    one_hot = [np.eye(int(level.max()) + 1)[level] for level in levels]
    ends = np.cumsum([columns.shape[1] for columns in one_hot])[:-1]
    found = [np.full(len(codes), np.nan) for _ in levels]
    penalty = ridge.HARDLY_ANY if strongest else ridge.USUAL
    answers = ridge.predictions(codes, np.concatenate(one_hot, 1), learnt, asked, penalty, one_spread=strongest)
    for (scores, _), ask in zip(answers, asked, strict=True):
        for right, level, of_factor in zip(found, levels, np.split(scores, ends, axis=1), strict=True):
            right[ask] = of_factor.argmax(1) == level[ask]
    return found

"""The orthogonality residual: how much of the subject code the pose and the background code still predict.

1 - SSE / SST of a ridge regression from z_p and z_b side by side to z_s, asked about subjects that it was not fitted on: 0 when
no linear function of them tells anything of z_s, 1 when they tell all. For z_s = a·s + b·g, where z_b tells g and nothing tells
s, it is b² / (a² + b²) with many subjects to fit on, and less with few. Squared cosines between two codes cannot show this:
they are near 1 / d for any two codes of different networks, whatever both know.
"""

import numpy as np

from spotdiff10k.training.codes import Codes
from spotdiff10k.training.evidence import ridge
from spotdiff10k.training.evidence.by_subject import Float64, mean_by_subject
from spotdiff10k.training.evidence.folds import across_subjects
from spotdiff10k.training.evidence.held_out import HeldOut


def explained(codes: Codes, held_out: HeldOut) -> tuple[Float64, Float64]:
    """(S,) each subject's mean squared error of the prediction, and of predicting the mean."""
    learnt, asked = across_subjects(held_out)
    both = np.concatenate([codes.pose, codes.background], 1)
    wanted = codes.subject.astype(np.float64)
    errors, spreads = np.full(len(held_out), np.nan), np.full(len(held_out), np.nan)
    answers = ridge.predictions(both, wanted, learnt, asked, ridge.USUAL, one_spread=False)
    for (found, mean), ask in zip(answers, asked, strict=True):
        errors[ask] = ((wanted[ask] - found) ** 2).sum(1)
        spreads[ask] = ((wanted[ask] - mean) ** 2).sum(1)
    subject = held_out.labels.subject
    return mean_by_subject(errors, subject, held_out.subjects), mean_by_subject(spreads, subject, held_out.subjects)

"""Labels of subjects on a full grid of poses and backgrounds, and codes that are known to tell something or nothing."""

import numpy as np
import torch

from spotdiff10k.training.evidence.held_out import HeldOut
from spotdiff10k.training.views import Labels

torch.set_num_threads(1)


def grid(subjects: int = 8, poses: int = 3, backgrounds: int = 3, families: int = 2) -> Labels:
    """Every subject in every pose on every background."""
    subject, pose, background = (
        column.ravel() for column in np.meshgrid(*map(np.arange, (subjects, poses, backgrounds)), indexing="ij")
    )
    return Labels(subject, pose, background, subject % families)


def held_out(**counts: int) -> HeldOut:
    return HeldOut.of(grid(**counts))


def told(*columns: np.ndarray, width: int = 64, noise: float = 0.0, seed: int = 0) -> np.ndarray:
    """(N, width) float32 rows of length 1: the sum of a random vector for each level of each column."""
    random = np.random.default_rng(seed + 100)
    rows = sum(random.standard_normal((column.max() + 1, width))[column] for column in columns)
    rows = rows + noise * random.standard_normal(rows.shape)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def nothing(pictures: int, width: int = 64, seed: int = 0) -> np.ndarray:
    """Codes that tell nothing."""
    return told(np.arange(pictures), width=width, seed=seed)

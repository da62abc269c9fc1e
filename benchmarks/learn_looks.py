"""Learn what tells rendered subjects apart whatever their pose and light: the projection that the check of duplicates ships.

    python benchmarks/learn_looks.py --output spotdiff10k/duplicates/look.npz

A linear discriminant analysis of the features in spotdiff10k/duplicates/appearance.py, over subjects that no benchmark reports on
(seed 7).
"""

import argparse
import time
from pathlib import Path

import numpy as np
from _rendered_subjects import planned, seen

PRIOR = 0.1
"""Variance within subjects that is added in every direction, as a share of the mean one: what few subjects cannot tell."""


def discriminant(features: np.ndarray, axes: int) -> tuple[np.ndarray, np.ndarray]:
    """The mean (F,) and the `axes` most telling directions (F, axes) of (subjects, samples, F) features."""
    mean = features.mean(axis=(0, 1))
    centres = features.mean(axis=1) - mean
    apart = (features - features.mean(axis=1, keepdims=True)).reshape(-1, features.shape[2])
    within = apart.T @ apart / len(apart)
    within += PRIOR * np.trace(within) / len(within) * np.eye(len(within))
    values, vectors = np.linalg.eigh(within)
    whitening = vectors / np.sqrt(values)
    between = whitening.T @ (centres.T @ centres / len(centres)) @ whitening
    _, telling = np.linalg.eigh(between)
    return mean, whitening @ telling[:, ::-1][:, :axes]


def main() -> None:
    """Render, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--subjects", type=int, default=720)
    parser.add_argument("--poses", type=int, default=3)
    parser.add_argument("--backgrounds", type=int, default=2)
    parser.add_argument("--levels", type=int, default=24, help="background levels in all")
    parser.add_argument("--axes", type=int, default=96)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--features", type=Path, help="keep the features in this .npy file; read them when it is there")
    arguments = parser.parse_args()
    started = time.perf_counter()
    if arguments.features and arguments.features.is_file():
        features = np.load(arguments.features, allow_pickle=False)
    else:
        groups = planned(arguments.subjects, arguments.seed, arguments.poses, arguments.backgrounds, arguments.levels)
        features = np.stack([item.features[:, 0] for item in seen(groups, arguments.workers)])
        if arguments.features:
            np.save(arguments.features, features)
    mean, axes = discriminant(features.astype(np.float64), arguments.axes)
    np.savez(arguments.output, mean=mean.astype(np.float16), axes=axes.astype(np.float16))
    print(f"{len(features)} subjects, {features.shape[1]} samples each, {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()

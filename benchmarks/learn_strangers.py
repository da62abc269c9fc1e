"""Make the strangers that the check of duplicates ships: mean looks of subjects that are in nobody's set.

    python benchmarks/learn_strangers.py --output spotdiff10k/duplicates/strangers.npz

How alike a subject is to its most alike strangers says how much it means that two groups are alike; see
spotdiff10k/duplicates/subjects.py. To be made again when look.npz is. Subjects are of seed 4001, on which nothing is reported.
"""

import argparse
from pathlib import Path

import numpy as np
from _rendered_subjects import planned, seen

from spotdiff10k.duplicates import look

MOST = 127


def mean_look(features: np.ndarray) -> np.ndarray:
    """(D,) int8 of (samples, F) features."""
    by = look.projection()
    looks = np.array([look.projected(row.astype(np.float64), by) for row in features], np.float64)
    mean = (looks / np.linalg.norm(looks, axis=1, keepdims=True)).mean(axis=0)
    return np.rint(mean * MOST / np.abs(mean).max()).astype(np.int8)


def main() -> None:
    """Render, average, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--subjects", type=int, default=480)
    parser.add_argument("--poses", type=int, default=3)
    parser.add_argument("--backgrounds", type=int, default=3)
    parser.add_argument("--levels", type=int, default=60, help="background levels in all")
    parser.add_argument("--seed", type=int, default=4001)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    groups = planned(arguments.subjects, arguments.seed, arguments.poses, arguments.backgrounds, arguments.levels)
    np.savez(arguments.output, looks=np.array([mean_look(item.features[:, 0]) for item in seen(groups, arguments.workers)]))


if __name__ == "__main__":
    main()

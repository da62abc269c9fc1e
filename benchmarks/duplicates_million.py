"""Duplicate search among a million embeddings: time, memory and recall against brute force.

    python benchmarks/duplicates_million.py

A million vectors of 256 numbers, sixteen samples a subject, a thousand subjects a family, with copies planted at cosines
of 0.85 to 1. Every vector is asked for the most similar one of an earlier subject, as the check of duplicates asks. Recall
is against exact search on a sample: half of it planted copies, half of it anybody. `--spread even` is the worst case for an
index: directions without any structure.
"""

import argparse
import os
import resource
import time

import numpy as np

from spotdiff10k.duplicates import clusters, exact
from spotdiff10k.duplicates.codes import Codes, codes_of, similarity

KIB_A_GB = 1e9 / 1024
SAMPLES = 16
"""Of a subject; they lie one after the other."""
SUBJECTS_A_FAMILY = 1000
SUBJECT_SHARE, SAMPLE_SHARE = 0.8, 0.6
"""How far subjects are from their family's centre and samples from their subject's, relative to the former."""
PLANTED = 100
"""One vector in so many is a copy."""
LEAST_COSINE = 0.85
BLOCK = 1 << 14
SEED = 5


def made(count: int, numbers: int, spread: str) -> tuple[Codes, np.ndarray, np.ndarray]:
    """Vectors as codes, the rows that are copies, and the earlier rows that they are copies of."""
    rng = np.random.default_rng(SEED)
    codes = np.empty((count, numbers), np.int16)
    families = rng.standard_normal((count // (SAMPLES * SUBJECTS_A_FAMILY) + 1, numbers))
    for start in range(0, count, BLOCK):
        size = min(BLOCK, count - start)
        vectors = rng.standard_normal((size, numbers))
        if spread == "subjects":
            subjects = -(-size // SAMPLES)
            family = families[np.arange(start // SAMPLES, start // SAMPLES + subjects) // SUBJECTS_A_FAMILY]
            centres = family + SUBJECT_SHARE * rng.standard_normal((subjects, numbers))
            vectors = np.repeat(centres, SAMPLES, axis=0)[:size] + SAMPLE_SHARE * vectors
        codes[start : start + size] = codes_of(vectors)
    copies = np.sort(rng.choice(np.arange(count // 2, count), count // PLANTED, replace=False))
    originals = rng.integers(0, count // 2, len(copies))
    codes[copies] = near(codes[originals], rng)
    return codes, copies, originals


def near(codes: Codes, rng: np.random.Generator) -> Codes:
    """Other directions at a cosine of LEAST_COSINE to 1."""
    towards = codes / np.linalg.norm(codes.astype(float), axis=1, keepdims=True)
    away = rng.standard_normal(codes.shape)
    away -= (away * towards).sum(1, keepdims=True) * towards
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    cosine = rng.uniform(LEAST_COSINE, 1, (len(codes), 1))
    return codes_of(cosine * towards + np.sqrt(1 - cosine**2) * away)


def peak() -> float:
    """Peak resident memory so far, GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_A_GB


def main() -> None:
    """Search, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--numbers", type=int, default=256)
    parser.add_argument("--spread", choices=("subjects", "even"), default="subjects")
    parser.add_argument("--sample", type=int, default=2000)
    arguments = parser.parse_args()
    codes, copies, originals = made(arguments.count, arguments.numbers, arguments.spread)
    limits = np.arange(arguments.count) // SAMPLES * SAMPLES
    print(f"{arguments.count:,} vectors of {arguments.numbers}, {arguments.spread}; {len(copies):,} copies; peak {peak():.2f} GB")

    before, started = sum(os.times()[:2]), time.perf_counter()
    found, products = clusters.most_similar(codes, codes, limits, SAMPLES)
    seconds, processor = time.perf_counter() - started, sum(os.times()[:2]) - before
    print(f"index and search {seconds / 60:.1f} minutes, processor {processor / 60:.1f} minutes, peak {peak():.2f} GB")
    print(f"planted copies found {np.mean(found[copies] == originals):.4f}")

    rng = np.random.default_rng(SEED + 1)
    half = arguments.sample // 2
    asked = np.concatenate([rng.choice(copies, min(half, len(copies)), replace=False), rng.integers(0, arguments.count, half)])
    before = sum(os.times()[:2])
    true, best = exact.most_similar(codes[asked], codes, limits[asked])
    rate = limits[asked].sum() / (sum(os.times()[:2]) - before)
    same = (found[asked] == true) | (products[asked] == best)
    alike = similarity(best) >= LEAST_COSINE
    print(f"recall against brute force: {same[alike].mean():.4f} of {alike.sum():,} with a cosine of {LEAST_COSINE} or more,")
    print(f"  {same.mean():.4f} of all {len(asked):,}")
    brute = limits.sum() / rate
    print(f"brute force would take {brute / 60:.1f} processor minutes ({rate / 1e6:.0f} million pairs a second): ", end="")
    print(f"{brute / processor:.1f} times as long")


if __name__ == "__main__":
    main()

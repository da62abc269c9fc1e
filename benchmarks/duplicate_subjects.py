"""How well duplicate subjects are told from distinct ones without a neural network: false refusals and catches.

    python benchmarks/duplicate_subjects.py --subjects 1000

A thousand distinct rendered subjects, as a plan has them, and planted duplicates: every tenth subject again in the poses and
before the backgrounds of another group ("elsewhere"); the same with slightly turned hues; the same samples with slightly
turned hues; the same pictures as JPEG. Half of the subjects set the threshold for a false-refusal rate of one group in a
hundred, the other half reports. Subjects are of seed 1; what the look was learned from is of seed 7.
"""

import argparse
from pathlib import Path
from typing import NamedTuple

import numpy as np
from _rendered_subjects import KINDS, elsewhere, planned, seen

from spotdiff10k.checks.duplicates import SAME_SUBJECT, Duplicates
from spotdiff10k.duplicates import look
from spotdiff10k.duplicates.across import UNLIKE_BITS, SetView, distances, nearest_hashes
from spotdiff10k.duplicates.codes import codes_of, products, similarity
from spotdiff10k.duplicates.subjects import Crowd, means, nearest_subjects

PLAIN, RECOLOURED, ENCODED = range(len(KINDS))
BOUNDS = (0.8, 0.84, 0.9, 0.95)
EVERY = 10
"""One subject in so many is planted a second time."""


class Rendered(NamedTuple):
    """(groups, samples, kinds, ...) features and hashes, and embeddings of the plain pictures."""

    features: np.ndarray
    hashes: np.ndarray
    embeddings: np.ndarray  # (groups, samples, K)


def rendered(arguments: argparse.Namespace) -> tuple[Rendered, Rendered]:
    """The subjects, and every so-manieth of them elsewhere; read from a file where that is there."""
    if arguments.keep and arguments.keep.is_file():
        with np.load(arguments.keep, allow_pickle=False) as kept:
            return Rendered(*(kept[name] for name in Rendered._fields)), Rendered(*(kept[f"more_{n}"] for n in Rendered._fields))
    groups = planned(arguments.subjects, arguments.seed, arguments.poses, arguments.backgrounds, arguments.levels)
    found = []
    for some in (elsewhere(groups, EVERY), groups):
        items = list(seen(some, arguments.workers))
        found.append(Rendered(*(np.stack([getattr(item, name) for item in items]) for name in Rendered._fields)))
    again, all_of_them = found
    if arguments.keep:
        names = (*Rendered._fields, *(f"more_{name}" for name in Rendered._fields))
        np.savez(arguments.keep, **dict(zip(names, (*all_of_them, *again), strict=True)))
    return all_of_them, again


def looks(features: np.ndarray) -> np.ndarray:
    """(groups, samples, D) of unit length."""
    by = look.projection()
    flat = features.reshape(-1, features.shape[-1]).astype(np.float64)
    found = np.array([look.projected(row, by) for row in flat], np.float32)
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).reshape(*features.shape[:2], -1)


def nearest(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """(groups of first, groups of second): the similarity of their two most alike samples."""
    count, samples, numbers = first.shape
    found = first.reshape(-1, numbers) @ second.reshape(-1, numbers).T
    return found.reshape(count, samples, len(second), -1).max(axis=(1, 3))


def main() -> None:
    """Render, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subjects", type=int, default=1000)
    parser.add_argument("--poses", type=int, default=2)
    parser.add_argument("--backgrounds", type=int, default=2)
    parser.add_argument("--levels", type=int, default=24, help="background levels in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="keep what was rendered in this .npz file; read it when it is there")
    arguments = parser.parse_args()
    subjects, again = rendered(arguments)
    report(subjects, again)


def report(subjects: Rendered, again: Rendered) -> None:
    """Print false refusals of distinct subjects, and how many planted ones are caught."""
    plain = looks(subjects.features[:, :, PLAIN])
    alike = nearest(plain, plain)
    closest = np.where(np.tril(np.ones(alike.shape, bool), -1), alike, -1).max(axis=1)[1:]
    half = np.arange(len(closest)) % 2 == 0
    threshold = float(np.quantile(closest[half], 0.99))
    print(f"{len(plain)} distinct subjects of {plain.shape[1]} samples; 1 of 100 in one half is more alike than {threshold:.3f}")
    planted = {
        "elsewhere": nearest(looks(again.features[:, :, PLAIN]), plain),
        "elsewhere, recoloured": nearest(looks(again.features[:, :, RECOLOURED]), plain),
        "same samples, recoloured": nearest(looks(subjects.features[::EVERY, :, RECOLOURED]), plain),
        "same pictures as JPEG": nearest(looks(subjects.features[::EVERY, :, ENCODED]), plain),
    }
    limit = Duplicates.limits["nearest_in_other_split"].high
    own = {name: found[np.arange(len(found)), np.arange(len(found)) * EVERY] for name, found in planted.items()}
    for bound in sorted({round(threshold, 3), *BOUNDS, limit}):
        caught = {name: np.mean(found > bound) for name, found in own.items()}
        mark = " (the limit)" if bound == limit else ""
        words = ", ".join(f"{name} {share:.3f}" for name, share in caught.items())
        print(f"alike {bound:.3f}{mark}: distinct refused {np.mean(closest[~half] > bound):.4f}; caught: {words}")
    first = np.mean(planted["elsewhere"].argmax(axis=1) == np.arange(len(again.features)) * EVERY)
    print(f"the nearest subject of one planted elsewhere is itself: {first:.3f}")
    report_copies(subjects)
    report_subjects(subjects, again)


def report_subjects(subjects: Rendered, again: Rendered) -> None:
    """Print how well groups are told apart by all their views: distinct ones as a set, then with those planted elsewhere."""
    everybody = [np.concatenate(pair) for pair in zip(subjects, again, strict=True)]
    crowd = crowd_of(Rendered(*everybody), len(subjects.features))
    found = nearest_subjects(crowd, other_split=True)
    distinct = nearest_subjects(crowd, other_split=False).likeness[1 : len(subjects.features)]
    planted, own = found.likeness[len(subjects.features) :], np.arange(len(again.features)) * EVERY
    first = float((found.index[len(subjects.features) :] == own).mean())
    for bound in sorted({SAME_SUBJECT, *np.round(np.quantile(distinct, (0.98, 0.99, 0.995)), 3).tolist(), distinct.max()}):
        caught = f"{(planted > bound).sum()} of {len(planted)} planted elsewhere are more alike"
        print(f"by all views, above {bound:.3f}: {(distinct > bound).mean():.4f} of distinct groups; {caught}")
    print(f"the nearest of a group planted elsewhere is its own subject: {first:.3f}")


def crowd_of(found: Rendered, distinct: int) -> Crowd:
    """All groups; those after the distinct ones are in another split."""
    groups, samples = found.features.shape[:2]
    flat = looks(found.features[:, :, PLAIN]).reshape(groups * samples, -1)
    embeddings = codes_of(found.embeddings.reshape(groups * samples, -1))
    starts = np.arange(groups + 1) * samples
    return Crowd(starts, (np.arange(groups) >= distinct).astype(np.int64), means(embeddings, starts), codes_of(flat))


def report_copies(subjects: Rendered) -> None:
    """Print how far copies of pictures are from themselves, and the nearest samples of distinct subjects from each other."""
    limit = Duplicates.limits["nearest_hash"].low
    versions = [as_view(subjects, kind) for kind in range(len(KINDS))]
    for kind in (RECOLOURED, ENCODED):
        differing = np.bitwise_count(versions[PLAIN].hashes ^ versions[kind].hashes).sum(axis=1)
        alike = similarity(products(versions[PLAIN].looks, versions[kind].looks))
        own = differing + UNLIKE_BITS * (1 - alike)
        most = f"median {np.median(own):.0f}, 99 % {np.quantile(own, 0.99):.0f}, most {own.max():.0f}"
        most += f"; bits alone {differing.max()}; below {limit:g}: {(own < limit).mean():.4f}"
        print(f"a picture {KINDS[kind]} is from itself: {most}")
    found = distances(versions[PLAIN], nearest_hashes(versions[PLAIN]))
    fewest = found.reshape(len(subjects.hashes), -1).min(axis=1)
    least = f"least {fewest.min():.0f}, 1 % {np.quantile(fewest, 0.01):.0f}"
    print(f"a distinct subject is from the nearest of an earlier one: {least}; below {limit:g}: {(fewest < limit).mean():.4f}")


def as_view(subjects: Rendered, kind: int) -> SetView:
    """One version of all samples as the check sees them."""
    groups, samples = subjects.hashes.shape[:2]
    return SetView(
        keys=(),
        groups=np.repeat(np.arange(groups), samples),
        splits=np.zeros(groups * samples, np.int64),
        hashes=np.ascontiguousarray(subjects.hashes[:, :, kind].reshape(groups * samples, -1)),
        looks=codes_of(looks(subjects.features[:, :, kind]).reshape(groups * samples, -1)),
    )


if __name__ == "__main__":
    main()

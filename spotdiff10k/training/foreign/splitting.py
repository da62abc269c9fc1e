"""Which subjects are trained on and which are held out, where a set does not say; and which of them are taken at all."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from spotdiff10k.errors import DataError
from spotdiff10k.training.foreign.values import SPLITS, Listed

TRAINED_ON = 2 / 3
"""Share of the subjects; as of the 96 of the quickstart 64 are trained on and 32 are held out."""
LEAST_VIEWS = 2
"""Of a subject: with one, there is nothing to find again."""
MOST_VIEWS = 32
"""Of a subject: a training meets no more of them, and a subject with a thousand would outweigh all others."""
TRAIN, HELD_OUT = "train", "test"
Failed = tuple[str, str]


def taken(pictures: Sequence[Listed], most_training: int, most_held_out: int) -> tuple[Listed, ...]:
    """The pictures of at most so many subjects, 0 for all: those whose ids have the smallest digests, so the same every time."""
    chosen: set[str] = set()
    for training, most in ((True, most_training), (False, most_held_out)):
        subjects = _shuffled(one.subject for one in pictures if (one.split == TRAIN) is training)
        chosen.update(subjects[:most] if most else subjects)
    return tuple(one for one in pictures if one.subject in chosen)


def fewer_views(pictures: Sequence[Listed]) -> tuple[Listed, ...]:
    """At most MOST_VIEWS of a subject: those whose keys have the smallest digests."""
    by_subject: dict[str, list[str]] = {}
    for one in pictures:
        by_subject.setdefault(one.subject, []).append(one.key)
    kept = {key for keys in by_subject.values() for key in _shuffled(keys)[:MOST_VIEWS]}
    return tuple(one for one in pictures if one.key in kept)


def with_splits(pictures: Sequence[Listed]) -> tuple[Listed, ...]:
    """Every picture with the split of its subject. Raises DataError where a subject is in two splits, or only some have one."""
    told: dict[str, str] = {}
    for one in pictures:
        split = SPLITS.get(one.split.lower(), "") if one.split else ""
        if one.split and not split:
            raise DataError(f"{one.key} is in the split '{one.split}'; expected one of {', '.join(SPLITS)}, or none at all.")
        if told.setdefault(one.subject, split) != split:
            raise DataError(f"The subject {one.subject} is in more than one split; a subject belongs to one.")
    lacking = [subject for subject, split in told.items() if not split]
    if lacking and len(lacking) < len(told):
        raise DataError(f"{len(lacking)} of {len(told)} subjects name no split, such as {lacking[0]}; name all of them or none.")
    splits = _dealt(told) if lacking else told
    return tuple(replace(one, split=splits[one.subject]) for one in pictures)


def lonely(pictures: Iterable[Listed]) -> tuple[tuple[Listed, ...], list[Failed]]:
    """Without the subjects of which there is one picture alone, and why those are left out."""
    kept = tuple(pictures)
    counts: dict[str, int] = {}
    for one in kept:
        counts[one.subject] = counts.get(one.subject, 0) + 1
    failed = [(one.key, "it is the only picture of its subject") for one in kept if counts[one.subject] < LEAST_VIEWS]
    return tuple(one for one in kept if counts[one.subject] >= LEAST_VIEWS), failed


def _dealt(subjects: Iterable[str]) -> dict[str, str]:
    shuffled = _shuffled(subjects)
    training = round(len(shuffled) * TRAINED_ON)
    return {subject: TRAIN if place < training else HELD_OUT for place, subject in enumerate(shuffled)}


def _shuffled(subjects: Iterable[str]) -> list[str]:
    """By the digest of each id: another subject more or less moves few of the others."""
    return sorted(set(subjects), key=lambda subject: (hashlib.sha256(subject.encode()).digest(), subject))

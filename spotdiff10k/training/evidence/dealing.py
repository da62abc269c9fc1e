"""Which pictures controls keep and whose labels they exchange, drawn from a generator and fair to every level."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from spotdiff10k.training.views import Indices, Labels


def turned(labels: Labels, random: np.random.Generator) -> tuple[Indices, npt.NDArray[np.bool_]]:
    """(N,) whose subject label each picture gets, and whether that one is of its family.

    In every cell (a pose on a background) the labels of each family with two or more subjects go round among them; the
    subjects whose family has no other go round among themselves, and one that is left alone joins the last round.
    """
    order = np.arange(len(labels))
    for cell in _buckets(zip(labels.pose.tolist(), labels.background.tolist(), strict=True)):
        for round_ in _rounds(labels, random.permutation(cell)):
            order[round_] = np.roll(round_, 1)
    within = (labels.family[order] == labels.family) & (labels.subject[order] != labels.subject)
    return order, within


def _rounds(labels: Labels, cell: Indices) -> list[Indices]:
    families = _buckets(labels.family[cell].tolist())
    rounds = [cell[family] for family in families if len(family) > 1]
    alone = [cell[family] for family in families if len(family) == 1]
    if len(alone) > 1 or (alone and not rounds):
        rounds.append(np.concatenate(alone))
    elif alone:
        rounds[-1] = np.concatenate([rounds[-1], alone[0]])
    return rounds


def on_one_background(labels: Labels, random: np.random.Generator) -> tuple[Indices, Indices]:
    """Places of the pictures that each subject keeps on one background, and of as many of it on different ones.

    Backgrounds are dealt so that each is kept by about as many subjects as any other.
    """
    used: dict[int, int] = {}
    kept: list[int] = []
    spread: list[int] = []
    for places in _buckets(labels.subject.tolist()):
        levels = random.permutation(np.unique(labels.background[places]))
        chosen = min(levels.tolist(), key=lambda level: used.get(level, 0))
        used[chosen] = used.get(chosen, 0) + 1
        same = places[labels.background[places] == chosen]
        kept.extend(same.tolist())
        spread.extend(_different(labels, random.permutation(places), len(same)))
    return np.sort(np.array(kept, np.int64)), np.sort(np.array(spread, np.int64))


def some_subjects(labels: Labels, fraction: float, random: np.random.Generator) -> Indices:
    """Places of all pictures of a share of the subjects; of two shares from equal generators the smaller lies in the larger."""
    subjects = random.permutation(np.unique(labels.subject))
    count = max(1, round(fraction * len(subjects)))
    return np.flatnonzero(np.isin(labels.subject, subjects[:count]))


def _different(labels: Labels, places: Indices, count: int) -> list[int]:
    """`count` of the places, each with a background and a pose not yet taken as long as there are such, else a background."""
    chosen: list[int] = []
    while len(chosen) < count:
        rest = [place for place in places.tolist() if place not in chosen]
        poses, backgrounds = ({int(column[place]) for place in chosen} for column in (labels.pose, labels.background))
        chosen.append(min(rest, key=lambda place: (labels.background[place] in backgrounds, labels.pose[place] in poses)))
    return chosen


def _buckets(keys: Iterable[object]) -> Sequence[Indices]:
    """Places of equal keys together, in the order in which keys first appear."""
    found: dict[object, list[int]] = {}
    for place, key in enumerate(keys):
        found.setdefault(key, []).append(place)
    return [np.array(places, np.int64) for places in found.values()]

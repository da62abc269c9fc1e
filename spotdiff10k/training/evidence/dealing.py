"""Which pictures controls keep and whose labels they exchange, drawn from a generator and fair to every level."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from spotdiff10k.training.views import Indices, Labels

DEALS = 8
"""Tries at a cell; the best is taken."""
STAYING = 0.5
"""What it costs that a picture keeps its label: less than that it gets another one for the second time."""


def turned(labels: Labels, random: np.random.Generator) -> tuple[Indices, npt.NDArray[np.bool_]]:
    """(N,) whose subject label each picture gets, and whether that one is another of its family.

    In every cell (a pose on a background) the labels of each family with two or more subjects are dealt anew among them; the
    subjects whose family has no other share theirs, and one that is left alone joins the last ones. Each gets the label that it
    had least often so far: were two subjects exchanged in all their cells, labels would have other names and nothing else.
    """
    order = np.arange(len(labels))
    given: Counter[tuple[int, int]] = Counter()
    cells = _buckets(zip(labels.pose.tolist(), labels.background.tolist(), strict=True))
    for place in random.permutation(len(cells)).tolist():
        for round_ in _rounds(labels, random.permutation(cells[place])):
            order[round_] = _dealt(labels.subject, round_, given, random)
            given.update(zip(labels.subject[order[round_]].tolist(), labels.subject[round_].tolist(), strict=True))
    within = (labels.family[order] == labels.family) & (labels.subject[order] != labels.subject)
    return order, within


def purity(subject: Indices, label: Indices) -> float:
    """How much of what has one label shows the subject that most of it shows, averaged over labels; 1 for mere other names."""
    return float(np.mean([np.unique(subject[label == one], return_counts=True)[1].max() / (label == one).sum()
                          for one in np.unique(label)]))  # fmt: skip


def _dealt(subject: Indices, round_: Indices, given: Mapping[tuple[int, int], int], random: np.random.Generator) -> Indices:
    """The best of several deals: places in `round_` whose labels its pictures get, in its order."""

    def cost(place: int, source: int) -> float:
        label, shown = int(subject[source]), int(subject[place])
        return given.get((label, shown), 0) + (STAYING if label == shown else 0.0)

    deals: list[tuple[float, list[int]]] = []
    for _ in range(DEALS):
        free = random.permutation(round_).tolist()
        sources: dict[int, int] = {}
        for place in random.permutation(round_).tolist():
            sources[place] = min(free, key=lambda source: cost(place, source))
            free.remove(sources[place])
        deals.append((sum(cost(*pair) ** 2 for pair in sources.items()), [sources[place] for place in round_.tolist()]))
    return np.array(min(deals)[1], np.int64)


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

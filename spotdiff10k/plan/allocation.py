"""Which levels each group takes.

Splits take contexts (a pose set with a background set) from one balanced walk, which pairs every pose set with every
background set. Every context is taken by at least two groups of its split, so each of its cells has a matched-context
distractor. Which group takes which is decided so that every family and every main colour meets all levels equally often.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt

from spotdiff10k.plan.dealing import Dealer
from spotdiff10k.plan.subjects import Drawn
from spotdiff10k.plan.walk import contexts, level_sets, round_length
from spotdiff10k.seeds import seed_for

CHUNK = 4096
"""Groups counted at a time."""
SHARED_BY = 2
"""Groups of a split that should take each of its cells."""

Columns = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Demand:
    """One factor's part of the recipe: levels in the catalogue, levels a group, and what decides them."""

    levels: int
    count: int
    depends_on: str = "nothing"

    @property
    def pair(self) -> tuple[int, int]:
        """(levels, count)."""
        return self.levels, self.count


def allocate(
    drawn: Sequence[Drawn], splits: Sequence[str], regular: int, poses: Demand, backgrounds: Demand, seed: int
) -> tuple[Columns, Columns]:
    """Pose sets (N, poses.count) and background sets (N, backgrounds.count) of all groups, as catalogue positions."""
    pose_sets = np.zeros((len(drawn), poses.count), np.int32)
    background_sets = np.zeros((len(drawn), backgrounds.count), np.int32)
    steps = contexts(poses.pair, backgrounds.pair, np.random.default_rng(seed_for(seed, "plan", "contexts")))
    dealer = Dealer(drawn, poses.levels, backgrounds.levels)
    sizes = Counter(splits[:regular])
    for split in sorted(set(splits), key=lambda name: (-sizes[name], name)):
        walk = list(islice(steps, walk_length(sizes[split], round_length(poses.pair, backgrounds.pair))))
        members = [position for position, name in enumerate(splits) if name == split]
        deck = [walk[step % len(walk)] for step in range(len(members))]
        for some, hand in ((members[: sizes[split]], deck[: sizes[split]]), (members[sizes[split] :], deck[sizes[split] :])):
            for position, (pose_set, background_set) in dealer.deal(some, hand):
                pose_sets[position], background_sets[position] = pose_set, background_set
    _tie(pose_sets, poses, drawn, seed, "poses")
    _tie(background_sets, backgrounds, drawn, seed, "backgrounds")
    return pose_sets, background_sets


def walk_length(members: int, round_steps: int) -> int:
    """As many whole rounds as `members` groups can share every context of, or the part of one round that they can."""
    rounds = members // (SHARED_BY * round_steps)
    return rounds * round_steps if rounds else max(1, members // SHARED_BY)


def sharing(
    pose_sets: Columns, background_sets: Columns, splits: Sequence[str], regular: int, poses: int, backgrounds: int
) -> dict[str, Mapping[str, int]]:
    """For each split: how many different cells its regular groups take, and how many of these only one group takes.

    `poses` and `backgrounds` are the numbers of levels in the catalogues.
    """
    labels = np.asarray(splits[:regular])
    found: dict[str, Mapping[str, int]] = {}
    for split in sorted(set(splits[:regular])):
        members = np.flatnonzero(labels == split)
        takers = np.zeros(poses * backgrounds, np.int64)
        for start in range(0, len(members), CHUNK):
            chunk = members[start : start + CHUNK]
            cells = pose_sets[chunk][:, :, None] * backgrounds + background_sets[chunk][:, None, :]
            takers += np.bincount(cells.ravel(), minlength=len(takers))
        taken = takers[takers > 0]
        found[split] = {"cells": len(taken), "taken_once": int((taken < SHARED_BY).sum()), "least_takers": int(taken.min())}
    return found


def _tie(sets: Columns, demand: Demand, drawn: Sequence[Drawn], seed: int, factor: str) -> None:
    """Overwrite the sets of a factor that depends on family or palette: a confounded plan, on purpose."""
    if demand.depends_on == "nothing":
        return
    labels = [subject.family if demand.depends_on == "family" else subject.colour for subject in drawn]
    names = sorted(set(labels))
    order = np.random.default_rng(seed_for(seed, "plan", "tie", factor)).permutation(demand.levels).tolist()
    choices = level_sets(order, demand.count)
    for position, label in enumerate(labels):
        sets[position] = choices[names.index(label) % len(choices)]

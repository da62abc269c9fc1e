"""A group as of a round of repair: refused cells were planned again under a new attempt, the others are the plan's own."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from spotdiff10k import plan
from spotdiff10k.types import PlannedGroup


def as_of(planned: PlannedGroup, rounds: Sequence[Collection[str]], root: int) -> PlannedGroup:
    """The whole group after some rounds; `rounds` are the keys that each of them remade, the first repair first.

    `root` is the recipe's seed.
    """
    cells = {cell.key: cell for cell in planned.cells}
    for attempt, keys in enumerate(rounds, start=1):
        cells.update({cell.key: cell for cell in plan.remade(planned, keys, attempt, root).cells})
    return replace(planned, cells=tuple(cells.values()))


def at(planned: PlannedGroup, attempts: Mapping[str, int], root: int) -> PlannedGroup:
    """The whole group with each cell at a given attempt, by key; the plan's own where none is given."""
    last = max(attempts.values(), default=0)
    return as_of(planned, [[key for key, attempt in attempts.items() if attempt == n] for n in range(1, last + 1)], root)

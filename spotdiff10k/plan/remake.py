"""Refused cells, planned again under a new attempt address."""

from collections.abc import Collection
from dataclasses import replace

from spotdiff10k.plan.table import cell_seed
from spotdiff10k.types import PlannedGroup


def remade(group: PlannedGroup, keys: Collection[str], attempt: int, root: int) -> PlannedGroup:
    """The group with only the cells `keys`, each with the seed of this attempt; `root` is the recipe's seed."""
    cells = (cell for cell in group.cells if cell.key in keys)
    return replace(group, cells=tuple(replace(cell, attempt=attempt, seed=cell_seed(root, cell.key, attempt)) for cell in cells))

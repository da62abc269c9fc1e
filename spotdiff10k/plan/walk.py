"""Walks through combinations whose every prefix, and every run, is balanced in each of its parts.

The diagonal walk of an m × n table takes step k to (k mod m, (k + k div lcm(m, n)) mod n): m·n steps visit every cell
once, and any run of steps uses the rows, and the columns, equally often but for one (at a seam, two).
"""

from collections.abc import Iterator, Sequence
from itertools import count
from math import gcd, lcm

import numpy as np

LevelSet = tuple[int, ...]


def crossed(step: int, radices: Sequence[int]) -> tuple[int, ...]:
    """The digits of `step` in the diagonal walk over all combinations of digits below `radices`; it repeats after all."""
    sizes = [1]
    for radix in radices:
        sizes.append(sizes[-1] * radix)
    digits: list[int] = []
    step %= sizes[-1]
    for size, radix in zip(sizes[-2::-1], reversed(radices), strict=True):
        digits.append((step + step // lcm(size, radix)) % radix)
        step %= size
    return tuple(reversed(digits))


def level_sets(order: Sequence[int], size: int) -> list[LevelSet]:
    """Sets of `size` different levels, so that every level is in equally many: runs along a closed ring of `order`."""
    levels = len(order)
    return [tuple(sorted(order[(start + i) % levels] for i in range(size))) for start in _starts(levels, size)]


def _starts(levels: int, size: int) -> range:
    return range(0, levels * size // gcd(levels, size), size)


def contexts(
    poses: tuple[int, int], backgrounds: tuple[int, int], rng: np.random.Generator
) -> Iterator[tuple[LevelSet, LevelSet]]:
    """An endless balanced walk of (pose set, background set), each factor given as (levels, size of a set).

    A round of `round_length` steps pairs every pose set with every background set; each round cuts the levels into
    new sets, so that no two levels are always seen together.
    """
    for _ in count():
        pose_sets = level_sets(rng.permutation(poses[0]).tolist(), poses[1])
        background_sets = level_sets(rng.permutation(backgrounds[0]).tolist(), backgrounds[1])
        for step in range(len(pose_sets) * len(background_sets)):
            pose, background = crossed(step, (len(pose_sets), len(background_sets)))
            yield pose_sets[pose], background_sets[background]


def round_length(poses: tuple[int, int], backgrounds: tuple[int, int]) -> int:
    """How many steps pair every pose set with every background set."""
    return (poses[0] // gcd(*poses)) * (backgrounds[0] // gcd(*backgrounds))

"""Strata: the traits a plan balances, and the integer whose low digits say which stratum an identity is in."""

from dataclasses import dataclass
from math import prod

import numpy as np

from spotdiff10k.plan.walk import crossed
from spotdiff10k.seeds import SEED_BITS, seed_for
from spotdiff10k.traits import FamilySpec, palette


@dataclass(frozen=True, slots=True)
class Strata:
    """A seeded order of a family's strata in which every run is balanced in each stratum trait."""

    radices: tuple[int, ...]  # options of each stratum trait, in the family's order
    orders: tuple[tuple[int, ...], ...]  # a permutation of each trait's options

    @classmethod
    def of(cls, family: FamilySpec, seed: int) -> "Strata":
        """The strata of a family under the root seed."""
        specs = [spec for spec in family.traits if spec.stratum]
        radices = tuple(len(spec.options) or len(palette(spec.palette)) for spec in specs)
        rng = np.random.default_rng(seed_for(seed, "plan", "strata", family.name))
        return cls(radices, tuple(tuple(rng.permutation(radix).tolist()) for radix in radices))

    @property
    def count(self) -> int:
        """How many strata there are."""
        return prod(self.radices)

    def stratum(self, place: int) -> int:
        """The stratum of the identity at `place` in the family, as the low digits that `traits.draw` reads."""
        number = 0
        digits: list[int] = [order[digit] for order, digit in zip(self.orders, crossed(place, self.radices), strict=True)]
        for digit, radix in zip(reversed(digits), reversed(self.radices), strict=True):
            number = number * radix + digit
        return number

    def identity(self, place: int, entropy: int) -> int:
        """An identity in the stratum of `place`, below 2**53, with all that is not a stratum taken from `entropy`."""
        rest = entropy % ((1 << SEED_BITS) // self.count)
        return rest * self.count + self.stratum(place)

"""The subjects of a plan: families and strata in equal parts, none too like another, each in one split."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt

from spotdiff10k.errors import PlanError
from spotdiff10k.plan.captions import spoken
from spotdiff10k.plan.likeness import LikenessIndex
from spotdiff10k.plan.strata import Strata
from spotdiff10k.seeds import seed_for
from spotdiff10k.traits import Colour, FamilySpec, Traits, catalogue, describe, draw, noun
from spotdiff10k.types import SubjectLevel

DRAWS_PER_STRATUM = 40
STRATA_TRIED = 5
"""A subject whose stratum is full is looked for in the strata after it."""
NO_COLOUR = "none"

Labels = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A subject with what a plan balances."""

    family: str
    identity: int
    class_noun: str
    description: str
    colour: str  # the name of the main colour
    stratum: int
    source: str = ""
    licence: str = "CC0-1.0"

    def level(self, ordinal: int) -> SubjectLevel:
        """The subject under its id."""
        return SubjectLevel(
            id=f"s{ordinal:06d}",
            family=self.family,
            identity=self.identity,
            class_noun=self.class_noun,
            description=self.description,
            source=self.source,
            licence=self.licence,
        )


def procedural(families: Sequence[str], total: int, least: float, seed: int) -> tuple[list[Drawn], dict[str, int]]:
    """Draw `total` subjects, families in turn; also says how many draws each family refused as too alike.

    Raises PlanError when a family has no room for another subject.
    """
    order = [families[i] for i in np.random.default_rng(seed_for(seed, "plan", "families")).permutation(len(families))]
    streams = {name: _Stream(catalogue("subjects")[name], least, seed) for name in order}
    drawers = {name: iter(stream) for name, stream in streams.items()}
    drawn = [next(drawers[order[index % len(order)]]) for index in range(total)]
    return drawn, {name: streams[name].rejected for name in sorted(order)}


class _Stream:
    """An endless supply of different subjects of one family."""

    def __init__(self, family: FamilySpec, least: float, seed: int) -> None:
        self.family, self.least, self.seed = family, least, seed
        self.strata = Strata.of(family, seed)
        self.index = LikenessIndex(family, least)
        self.identities: set[int] = set()
        self.rejected = 0
        self.place = 0

    def __iter__(self) -> Iterator[Drawn]:
        while True:
            yield self._next()

    def _next(self) -> Drawn:
        for _ in range(STRATA_TRIED):
            place = self.place
            self.place += 1
            for identity, traits in islice(self._draws(place), DRAWS_PER_STRATUM):
                if identity not in self.identities and self.index.admit(traits):
                    self.identities.add(identity)
                    return self._drawn(identity, traits)
                self.rejected += 1
        raise PlanError(
            f"The family '{self.family.name}' has no room for more than {len(self.identities)} subjects that differ by at least "
            f"{self.least:g}. Lower subjects.count, choose more subjects.families, or lower subjects.least_difference."
        )

    def _draws(self, place: int) -> Iterator[tuple[int, Traits]]:
        for attempt in range(DRAWS_PER_STRATUM):
            identity = self.strata.identity(place, seed_for(self.seed, "subject", self.family.name, place, attempt))
            yield identity, draw(self.family, identity)

    def _drawn(self, identity: int, traits: Traits) -> Drawn:
        return Drawn(
            family=self.family.name,
            identity=identity,
            class_noun=noun(self.family, traits),
            description=spoken(describe(self.family, traits)),
            colour=next((value.name for value in traits.values() if isinstance(value, Colour)), NO_COLOUR),
            stratum=identity % self.strata.count,
        )


def balanced_order(drawn: Sequence[Drawn], seed: int, purpose: str) -> list[int]:
    """Positions sorted by family, main colour and stratum, at random inside these.

    Runs of it are alike, so what is dealt out evenly along it is balanced over families and colours.
    """
    tie = np.random.default_rng(seed_for(seed, "plan", "order", purpose)).permutation(len(drawn)).tolist()
    return sorted(range(len(drawn)), key=lambda i: (drawn[i].family, drawn[i].colour, drawn[i].stratum, tie[i]))

"""How alike two subjects of a family are, told from their traits, and a fast search for one that is too alike.

distance = Σ weight · difference, where a choice or flag differs by 0 or 1, a number by its share of the range, and a colour
by its OKLab distance (Björn Ottosson 2020, https://bottosson.github.io/posts/oklab) over `COLOUR_SPAN`, at most 1.

The search is exact without comparing all pairs. Of the heaviest choices, two subjects that are too alike can differ only in
a set that weighs less than `least`. So there is one table for each largest such set, keyed by the choices outside
it: whoever is too alike lies under the same key in one of the tables.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import dist

from spotdiff10k.traits import Colour, FamilySpec, Traits, TraitSpec

COLOUR_SPAN = 0.25
"""OKLab distance from which colours are as different as can be: orange from red is half of it, black from white four times."""
MOST_TABLES, MOST_KEYED = 10, 8
"""More tables compare fewer subjects and take more memory."""

Key = tuple[object, ...]
Point = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Features:
    """A subject's traits, scaled so that differences are in trait weights."""

    choices: Key  # heaviest first
    numbers: tuple[float, ...]
    colours: tuple[Point, ...]


def oklab(rgb: Point) -> Point:
    """Display sRGB, each channel 0..1, to OKLab."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


class LikenessIndex:
    """The subjects of one family so far; `admit` takes a new one in unless it is too like one of them."""

    def __init__(self, family: FamilySpec, least: float) -> None:
        weighed = sorted((spec for spec in family.traits if spec.weight > 0), key=lambda spec: -spec.weight)
        self.least = least
        self.choices = [spec for spec in weighed if spec.options or spec.chance >= 0]
        self.numbers = [spec for spec in weighed if spec.high > spec.low]
        self.colours = [spec for spec in weighed if spec.palette]
        self.keys = _table_keys([spec.weight for spec in self.choices], least)
        self.tables: dict[Key, list[Features]] = defaultdict(list)

    def admit(self, traits: Traits) -> bool:
        """Add the subject and say yes, or say no because its distance to an earlier one is below `least`."""
        if self.least <= 0:
            return True
        features = self.features(traits)
        if any(self.distance(features, other) < self.least for other in self.candidates(features)):
            return False
        for key in self._keys(features):
            self.tables[key].append(features)
        return True

    def candidates(self, features: Features) -> Iterator[Features]:
        """All earlier subjects that may be too alike, some of them twice, and few others."""
        for key in self._keys(features):
            yield from self.tables.get(key, ())

    def _keys(self, features: Features) -> list[Key]:
        """What a subject lies under in each table; the table's number comes first."""
        choices = features.choices
        return [(number, *[choices[place] for place in places]) for number, places in enumerate(self.keys)]

    def features(self, traits: Traits) -> Features:
        """What the distance is made of."""
        return Features(
            choices=tuple(traits[spec.name] for spec in self.choices),
            numbers=tuple(_scaled(spec, traits[spec.name]) for spec in self.numbers),
            colours=tuple(oklab(colour.rgb) for spec in self.colours if isinstance(colour := traits[spec.name], Colour)),
        )

    def distance(self, first: Features, second: Features) -> float:
        """The trait distance of two subjects; stops adding once it reaches `least`."""
        total = 0.0
        for spec, one, other in zip(self.choices, first.choices, second.choices, strict=True):
            if one != other:
                total += spec.weight
                if total >= self.least:
                    return total
        for spec, here, there in zip(self.colours, first.colours, second.colours, strict=True):
            total += spec.weight * min(1.0, dist(here, there) / COLOUR_SPAN)
            if total >= self.least:
                return total
        for spec, small, large in zip(self.numbers, first.numbers, second.numbers, strict=True):
            total += min(spec.weight, abs(small - large))
        return total


def _table_keys(weights: Sequence[float], least: float) -> list[tuple[int, ...]]:
    """For each table, which choices its keys are made of; `weights` of the choices, heaviest first."""
    best: list[tuple[int, ...]] = [()]
    for keyed in range(1, min(len(weights), MOST_KEYED) + 1):
        free = _largest_sets(weights[:keyed], least)
        if len(free) > MOST_TABLES:
            break
        best = [tuple(place for place in range(keyed) if place not in taken) for taken in free]
    return best


def _largest_sets(weights: Sequence[float], below: float) -> list[set[int]]:
    """The sets of places whose weights sum to less than `below`, without those that are part of another."""
    places = range(len(weights))
    light = [set(some) for size in range(len(weights) + 1) for some in combinations(places, size) if _sum(weights, some) < below]
    return [some for some in light if not any(some < other for other in light)]


def _sum(weights: Sequence[float], places: Iterable[int]) -> float:
    return sum(weights[place] for place in places)


def _scaled(spec: TraitSpec, value: object) -> float:
    """A number in units in which the spec's range is its weight."""
    return spec.weight * float(value) / (spec.high - spec.low)  # type: ignore[arg-type]

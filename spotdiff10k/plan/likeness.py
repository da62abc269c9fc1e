"""How alike two subjects of a family are, told from their traits, and a fast search for one that is too alike.

distance = Σ weight · difference, where a choice or flag differs by 0 or 1, a number by its share of the range, and a colour
by its OKLab distance (Björn Ottosson 2020, https://bottosson.github.io/posts/oklab) over `COLOUR_SPAN`, at most 1.

The search is exact and does not compare all pairs: traits that alone separate two subjects choose the bucket, and
inside a bucket a grid over two continuous traits leaves nine small cells to look at.
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import product
from math import dist, floor

from spotdiff10k.traits import Colour, FamilySpec, Traits, TraitSpec

COLOUR_SPAN = 0.25
"""OKLab distance from which colours are as different as can be: about that of red and orange twice over."""
GRID_AXES = 2

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Features:
    """A subject's traits, scaled so that differences are in trait weights."""

    signature: Key  # choices and flags that alone separate two subjects
    light: tuple[object, ...]  # the other choices and flags
    numbers: tuple[float, ...]
    colours: tuple[tuple[float, float, float], ...]


def oklab(rgb: tuple[float, float, float]) -> tuple[float, float, float]:
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


def _is_categorical(spec: TraitSpec) -> bool:
    return bool(spec.options) or spec.chance >= 0


class LikenessIndex:
    """The subjects of one family so far; `admit` takes a new one in unless it is too like one of them."""

    def __init__(self, family: FamilySpec, least: float) -> None:
        weighed = [spec for spec in family.traits if spec.weight > 0]
        self.least = least
        self.heavy = [spec.name for spec in weighed if _is_categorical(spec) and spec.weight >= least]
        self.light = [(spec.name, spec.weight) for spec in weighed if _is_categorical(spec) and spec.weight < least]
        self.numbers = [
            (spec.name, spec.weight, spec.weight / (spec.high - spec.low)) for spec in weighed if spec.high > spec.low
        ]
        self.colours = [(spec.name, spec.weight) for spec in weighed if spec.palette]
        self.cells: dict[Key, list[Features]] = defaultdict(list)

    def admit(self, traits: Traits) -> bool:
        """Add the subject and say yes, or say no because its distance to an earlier one is below `least`."""
        features = self.features(traits)
        if self.least <= 0:
            return True
        place = self._place(features)
        for step in product((-1, 0, 1), repeat=len(place)):
            neighbours = self.cells.get((features.signature, *map(sum, zip(place, step, strict=True))), ())
            if any(self.distance(features, other) < self.least for other in neighbours):
                return False
        self.cells[(features.signature, *place)].append(features)
        return True

    def features(self, traits: Traits) -> Features:
        """What the distance is made of."""
        colours = [traits[name] for name, _ in self.colours]
        return Features(
            signature=tuple(traits[name] for name in self.heavy),
            light=tuple(traits[name] for name, _ in self.light),
            numbers=tuple(scale * float(traits[name]) for name, _, scale in self.numbers),  # type: ignore[arg-type]
            colours=tuple(oklab(colour.rgb) for colour in colours if isinstance(colour, Colour)),
        )

    def distance(self, first: Features, second: Features) -> float:
        """The trait distance of two subjects; stops adding once it reaches `least` or the signatures differ."""
        if first.signature != second.signature:
            return self.least
        total = 0.0
        for (_, weight), one, other in zip(self.colours, first.colours, second.colours, strict=True):
            total += weight * min(1.0, dist(one, other) / COLOUR_SPAN)
            if total >= self.least:
                return total
        for (_, weight), word, other_word in zip(self.light, first.light, second.light, strict=True):
            total += weight if word != other_word else 0.0
        for (_, weight, _), number, other_number in zip(self.numbers, first.numbers, second.numbers, strict=True):
            total += min(weight, abs(number - other_number))
        return total

    def _place(self, features: Features) -> tuple[int, ...]:
        """The grid cell; subjects nearer than `least` are in the same or in touching cells."""
        axes: list[float] = []
        for (_, weight), colour in zip(self.colours, features.colours, strict=True):
            if weight >= self.least:
                axes += [weight * component / COLOUR_SPAN for component in colour[:GRID_AXES]]
        axes += [n for (_, weight, _), n in zip(self.numbers, features.numbers, strict=True) if weight >= self.least]
        return tuple(floor(axis / self.least) for axis in axes[:GRID_AXES])

"""Identities as traits: one integer is decoded, through a catalogue in `manifests/`, into named values.

Pure Python and fast (tens of microseconds), so that a plan can draw, compare and reject a hundred thousand
subjects without building a single mesh. Families build meshes from traits and from nothing else.
Background kinds are drawn in the same way.
"""

import colorsys
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from spotdiff10k.errors import RecipeError
from spotdiff10k.resources import manifest, shelf

BEFORE_VOWEL = re.compile(r"\ba (?=[aeiou])")
HUE_JITTER, SATURATION_JITTER, VALUE_JITTER = 0.02, 0.08, 0.08


@dataclass(frozen=True, slots=True)
class Colour:
    """A named colour; `rgb` is display (sRGB-encoded), each channel 0..1."""

    name: str
    rgb: tuple[float, float, float]

    @property
    def hex(self) -> str:
        """The colour as #rrggbb."""
        return "#" + "".join(f"{round(255 * channel):02x}" for channel in self.rgb)


TraitValue = str | float | bool | Colour
Traits = Mapping[str, TraitValue]


@dataclass(frozen=True, slots=True)
class TraitSpec:
    """How one trait is drawn: exactly one of `options` (choice), `palette` (colour), `low..high` (number), `chance` (flag)."""

    name: str
    options: tuple[str, ...] = ()
    weights: tuple[float, ...] = ()
    palette: str = ""
    low: float = 0.0
    high: float = 0.0
    chance: float = -1.0
    stratum: bool = False  # decoded from the identity's low digits, so that planners can balance it
    weight: float = 1.0  # how much a difference in it matters to the eye
    unlike: str = ""  # an earlier colour trait whose named colour this one must not repeat
    only_for: Mapping[str, tuple[str, ...]] | None = (
        None  # {"species": ("cat", "dog")}: drawn for these, "none"/0/False otherwise
    )


@dataclass(frozen=True, slots=True)
class FamilySpec:
    """A family of subjects, or a kind of background: its traits in drawing order and how to speak of it."""

    name: str
    noun: str  # a template over traits: "{species}"
    description: str  # a template over traits: "a {coat} {species}"
    accessories: tuple[tuple[str, str], ...]  # (flag or choice trait, phrase template): joined as "with a, b and c"
    traits: tuple[TraitSpec, ...]

    @property
    def strata(self) -> int:
        """How many strata the family has: the product of its stratum traits' option counts."""
        count = 1
        for spec in self.traits:
            if spec.stratum:
                count *= _digits(spec)
        return count


def _digits(spec: TraitSpec) -> int:
    return len(spec.options) if spec.options else len(palette(spec.palette))


@cache
def palette(name: str) -> tuple[tuple[str, tuple[float, float, float]], ...]:
    """The named colours (name, (hue, saturation, value)) of a palette in `manifests/palettes.yaml`."""
    palettes = manifest("palettes")
    if name not in palettes:
        raise RecipeError(f"manifests/palettes.yaml has no palette '{name}'; it has {', '.join(sorted(palettes))}.")
    return tuple((str(colour), tuple(map(float, hsv))) for colour, hsv in palettes[name].items())  # type: ignore[misc]


def _trait_spec(name: str, raw: Mapping[str, Any]) -> TraitSpec:
    only_for = {k: tuple(v) for k, v in raw["only_for"].items()} if "only_for" in raw else None
    low, high = raw.get("range", (0.0, 0.0))
    return TraitSpec(
        name=name,
        options=tuple(map(str, raw.get("choice", ()))),
        weights=tuple(map(float, raw.get("weights", ()))),
        palette=str(raw.get("colour", "")),
        low=float(low),
        high=float(high),
        chance=float(raw.get("chance", -1.0)),
        stratum=bool(raw.get("stratum", False)),
        weight=float(raw.get("weight", 1.0)),
        unlike=str(raw.get("unlike", "")),
        only_for=only_for,
    )


@cache
def catalogue(name: str) -> Mapping[str, FamilySpec]:
    """The families of `manifests/<name>/*.yaml` ("subjects" or "backgrounds"), one file each, sorted by name.

    Raises RecipeError when a file lacks a key or the folder has no family.
    """
    files = sorted((shelf("manifests") / name).glob("*.yaml"))
    if not files:
        raise RecipeError(f"manifests/{name}/ holds no families; reinstall spotdiff10k.")
    return {file.stem: _family_spec(file.stem, manifest(f"{name}/{file.stem}")) for file in files}


def _family_spec(name: str, raw: Mapping[str, Any]) -> FamilySpec:
    if missing := [key for key in ("noun", "description", "traits") if key not in raw]:
        raise RecipeError(f"The catalogue of '{name}' lacks '{missing[0]}'.")
    return FamilySpec(
        name=name,
        noun=raw["noun"],
        description=raw["description"],
        accessories=tuple((str(k), str(v)) for k, v in raw.get("accessories", {}).items()),
        traits=tuple(_trait_spec(trait, spec) for trait, spec in raw["traits"].items()),
    )


def draw(family: FamilySpec, identity: int) -> dict[str, TraitValue]:
    """Decode an identity (>= 0) into its traits: stratum traits from the low digits, the rest from a private stream.

    identity = rest · strata + stratum; every trait consumes the stream whether it applies or not, so that a
    change to one trait leaves the others as they were.
    """
    stream = random.Random(f"{family.name}:{identity}")  # noqa: S311 - not for secrets
    digits = identity % family.strata
    traits: dict[str, TraitValue] = {}
    for spec in family.traits:
        number, jitter = stream.random(), (stream.random(), stream.random(), stream.random())
        index = -1
        if spec.stratum:
            digits, index = divmod(digits, _digits(spec))
        traits[spec.name] = _value(spec, number, jitter, index, _applies(spec, traits))
        if spec.unlike and traits[spec.name].name == traits[spec.unlike].name:  # type: ignore[union-attr]
            traits[spec.name] = _following(spec.palette, traits[spec.name].name, jitter)  # type: ignore[union-attr]
    return traits


def _following(palette_name: str, colour: str, jitter: tuple[float, float, float]) -> Colour:
    colours = palette(palette_name)
    place = [name for name, _ in colours].index(colour)
    name, hsv = colours[(place + len(colours) // 2) % len(colours)]
    return Colour(name, _jittered(hsv, jitter))


def _applies(spec: TraitSpec, traits: Traits) -> bool:
    return spec.only_for is None or all(traits[name] in allowed for name, allowed in spec.only_for.items())


def _value(spec: TraitSpec, number: float, jitter: tuple[float, float, float], index: int, applies: bool) -> TraitValue:
    if spec.options:
        if not applies:
            return "none"
        return spec.options[index] if index >= 0 else spec.options[_pick(number, spec.weights or (1.0,) * len(spec.options))]
    if spec.palette:
        colours = palette(spec.palette)
        name, hsv = colours[index if index >= 0 else int(number * len(colours))]
        return Colour(name, _jittered(hsv, jitter))
    if spec.chance >= 0:
        return applies and number < spec.chance
    return spec.low + (spec.high - spec.low) * number if applies else 0.0


def _pick(number: float, weights: tuple[float, ...]) -> int:
    level = number * sum(weights)
    for index, weight in enumerate(weights):
        level -= weight
        if level < 0:
            return index
    return len(weights) - 1


def _jittered(hsv: tuple[float, float, float], jitter: tuple[float, float, float]) -> tuple[float, float, float]:
    hue = (hsv[0] + HUE_JITTER * (2 * jitter[0] - 1)) % 1.0
    saturation = min(1.0, max(0.0, hsv[1] * (1 + SATURATION_JITTER * (2 * jitter[1] - 1))))
    value = min(1.0, max(0.0, hsv[2] * (1 + VALUE_JITTER * (2 * jitter[2] - 1))))
    return colorsys.hsv_to_rgb(hue, saturation, value)


def words(traits: Traits) -> dict[str, str]:
    """Traits as words for templates: a colour by its name, a number by two decimals."""
    return {name: _word(value) for name, value in traits.items()}


def _word(value: TraitValue) -> str:
    if isinstance(value, Colour):
        return value.name
    return f"{value:.2f}" if isinstance(value, float) else str(value).replace("_", " ")


def noun(family: FamilySpec, traits: Traits) -> str:
    """The class noun, such as "fox"."""
    return family.noun.format_map(words(traits))


def describe(family: FamilySpec, traits: Traits) -> str:
    """A noun phrase that says what can be seen, such as "a ginger fox with a blue collar and white socks"."""
    spoken = words(traits)
    extras = [phrase.format_map(spoken) for name, phrase in family.accessories if traits[name] not in (False, "none")]
    extras = [extra for extra in extras if extra]
    text = family.description.format_map(spoken)
    if extras:
        text = f"{text} with {extras[0]}" if len(extras) == 1 else f"{text} with {', '.join(extras[:-1])} and {extras[-1]}"
    return BEFORE_VOWEL.sub("an ", text)

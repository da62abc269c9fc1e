"""The licence that a set gets from what went into it: the union of what is asked and of what is forbidden."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from spotdiff10k.licences.ingredients import Ingredient, ingredients_of
from spotdiff10k.licences.table import ATTRIBUTION, NON_COMMERCIAL, SHARE_ALIKE, USE_RESTRICTIONS
from spotdiff10k.recipe.schema import Recipe

FREE = "CC0-1.0"
MIXED = "LicenseRef-mixed"
BY_ASKS = {
    frozenset[str](): FREE,
    frozenset({ATTRIBUTION}): "CC-BY-4.0",
    frozenset({NON_COMMERCIAL}): "CC-BY-NC-4.0",
    frozenset({ATTRIBUTION, NON_COMMERCIAL}): "CC-BY-NC-4.0",
}
"""What a set of several licences is put under; share-alike keeps its own, and use restrictions go with the text that has them."""


@dataclass(frozen=True, slots=True)
class Joined:
    """What follows from all ingredients together."""

    licence: str  # the freest that asks all that is asked
    asks: frozenset[str]
    forbids: frozenset[str]
    unknown: tuple[Ingredient, ...]  # nobody knows what these ask
    clashing: tuple[str, ...]  # share-alike licences that cannot both be kept


def join(ingredients: Sequence[Ingredient]) -> Joined:
    """The terms of a set made of these; of none, it is the maker's own and free."""
    known = [one for one in ingredients if one.terms.known]
    asks = frozenset[str]().union(*(one.terms.asks for one in known))
    forbids = frozenset[str]().union(*(one.terms.forbids for one in known))
    binding = sorted({one.licence for one in known if one.terms.asks})
    unknown = tuple(one for one in ingredients if not one.terms.known)
    return Joined(_named(binding, asks, known, bool(unknown)), asks, forbids, unknown, _clashing(known))


def licence_of(recipe: Recipe) -> str:
    """The licence that a recipe's ingredients ask for."""
    return join(ingredients_of(recipe)).licence


def _named(binding: Sequence[str], asks: frozenset[str], known: Iterable[Ingredient], unknown: bool) -> str:
    if unknown:
        return MIXED
    if len(binding) == 1:
        return binding[0]
    alike = sorted({one.licence for one in known if SHARE_ALIKE in one.terms.asks})
    if alike and len(alike) == 1 and not {NON_COMMERCIAL, USE_RESTRICTIONS} & (asks - _asked_by(known, alike[0])):
        return alike[0]
    return BY_ASKS.get(asks, MIXED)


def _asked_by(known: Iterable[Ingredient], licence: str) -> frozenset[str]:
    return frozenset[str]().union(*(one.terms.asks for one in known if one.licence == licence))


def _clashing(known: Iterable[Ingredient]) -> tuple[str, ...]:
    """Two licences that both ask for adaptations under themselves; versions of one text are taken as compatible."""
    alike = {one.licence for one in known if SHARE_ALIKE in one.terms.asks}
    texts = {licence.rstrip("0123456789.").removesuffix("-only").removesuffix("-or-later") for licence in alike}
    return tuple(sorted(alike)) if len(texts) > 1 else ()

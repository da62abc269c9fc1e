"""The licence that a set gets from what went into it: the union of what is asked and of what is forbidden."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from spotdiff10k.licences.ingredients import Ingredient, ingredients_of
from spotdiff10k.licences.table import ATTRIBUTION, DOING, NON_COMMERCIAL, REDISTRIBUTE, SHARE_ALIKE, USE_RESTRICTIONS
from spotdiff10k.recipe.schema import Recipe

FREE = "CC0-1.0"
MIXED = "LicenseRef-mixed"
ONLY = "-only"
LIMITS = frozenset({NON_COMMERCIAL, USE_RESTRICTIONS})
"""What limits the uses of a set, which a share-alike licence that does not ask for it rules out."""
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

    licence: str  # the freest that asks all that is asked, and hides nothing that is forbidden
    asks: frozenset[str]
    forbids: frozenset[str]
    unknown: tuple[Ingredient, ...]  # nobody knows what these ask
    clashing: tuple[str, ...]  # share-alike licences that cannot both be kept
    stricter: tuple[tuple[str, str, str], ...]  # (share-alike licence, another, what that asks on top and the first rules out)


def join(ingredients: Sequence[Ingredient]) -> Joined:
    """The terms of a set made of these; of none, it is the maker's own and free."""
    known = [one for one in ingredients if one.terms.known]
    asks = frozenset[str]().union(*(one.terms.asks for one in known))
    forbids = frozenset[str]().union(*(one.terms.forbids for one in known))
    unknown = tuple(one for one in ingredients if not one.terms.known)
    licence = MIXED if unknown else _named(known, asks, forbids)
    return Joined(licence, asks, forbids, unknown, _clashing(known), tuple(sorted(_stricter(known))))


def licence_of(recipe: Recipe) -> str:
    """The licence that a recipe's ingredients ask for."""
    return join(ingredients_of(recipe)).licence


def _named(known: Sequence[Ingredient], asks: frozenset[str], forbids: frozenset[str]) -> str:
    binding = {one.licence for one in known if one.terms.asks or one.terms.forbids}
    if len(binding) == 1:
        return next(iter(binding))
    if forbids:
        return MIXED  # no licence of the table says what two of them together forbid
    alike = sorted(_share_alike(known), key=lambda licence: (licence.endswith(ONLY), licence))
    if alike and not _clashing(known) and not any(_stricter(known)):
        return alike[-1]  # versions of one text: adaptations may go under the later one
    return BY_ASKS.get(asks, MIXED)


def _share_alike(known: Iterable[Ingredient]) -> dict[str, frozenset[str]]:
    """What each share-alike licence asks."""
    return {one.licence: one.terms.asks for one in known if SHARE_ALIKE in one.terms.asks}


def _clashing(known: Iterable[Ingredient]) -> tuple[str, ...]:
    """Two licences that both ask for adaptations under themselves; versions of one text are taken as compatible."""
    alike = _share_alike(known)
    texts = {licence.rstrip("0123456789.").removesuffix(ONLY).removesuffix("-or-later") for licence in alike}
    return tuple(sorted(alike)) if len(texts) > 1 else ()


def _stricter(known: Sequence[Ingredient]) -> Iterator[tuple[str, str, str]]:
    """Share-alike licences rule out that a set asks more of its users than they do themselves."""
    for licence, own in _share_alike(known).items():
        for other in {one.licence: one for one in known if SHARE_ALIKE not in one.terms.asks}.values():
            beyond = [*sorted((other.terms.asks & LIMITS) - own)]
            beyond += [f"not to {DOING[deed]}" for deed in sorted(other.terms.forbids - {REDISTRIBUTE})]
            if beyond:
                yield licence, other.licence, ", ".join(beyond)

"""Whether the ingredients of a recipe allow what it declares to do with the set."""

from dataclasses import dataclass

from spotdiff10k.errors import PlanError
from spotdiff10k.licences.ingredients import Ingredient, ingredients_of
from spotdiff10k.licences.joining import MIXED, Joined, join
from spotdiff10k.licences.table import REDISTRIBUTE, SHARE_ALIKE, TRAIN_GENERATIVE, UNKNOWN, terms_of
from spotdiff10k.recipe.schema import Recipe

DOING = {REDISTRIBUTE: "redistribute the set", TRAIN_GENERATIVE: "train generative models on it"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What the gate found out about a recipe."""

    ingredients: tuple[Ingredient, ...]
    joined: Joined
    declared: str  # the licence that the recipe puts the set under
    objections: tuple[str, ...]  # sentences; any of them refuses the plan
    warnings: tuple[str, ...]  # sentences
    accepted: tuple[str, ...]  # licences whose objections the recipe overrides


def examine(recipe: Recipe) -> Finding:
    """Look at what goes into a recipe's set. Raises PlanError for a broken table of licences."""
    found = ingredients_of(recipe)
    accepted = tuple(sorted({one.licence for one in found if one.licence in recipe.terms.accept}))
    counted = tuple(one for one in found if one.licence not in recipe.terms.accept)
    joined, rest = join(found), join(counted)
    objections = [*_forbidden(recipe, counted), *_unreadable(recipe, rest), *_too_free(recipe, rest)]
    if recipe.terms.redistribute and rest.clashing:
        objections.append(f"{' and '.join(rest.clashing)} each ask for adaptations under themselves, and one set cannot be both")
    return Finding(found, joined, recipe.licence, tuple(objections), tuple(_warnings(recipe, rest)), accepted)


def require(recipe: Recipe) -> Finding:
    """Examine, and raise PlanError when the ingredients forbid what the recipe declares."""
    found = examine(recipe)
    if found.objections:
        raise PlanError(
            f"The licences of what goes into {recipe.name} do not allow it: {'; '.join(found.objections)}. "
            "Change the ingredient or `terms`, or take the responsibility with --accept-licence NAME, which the release records."
        )
    return found


def _forbidden(recipe: Recipe, ingredients: tuple[Ingredient, ...]) -> list[str]:
    """One sentence for each ingredient that forbids something declared, with where its licence says so."""
    declared = {TRAIN_GENERATIVE: recipe.terms.purpose == TRAIN_GENERATIVE, REDISTRIBUTE: recipe.terms.redistribute}
    return [
        f"{one.what} ({one.licence}) forbid to {DOING[deed]} ({one.terms.clause}; {one.terms.source})"
        for one in ingredients
        for deed, is_planned in declared.items()
        if is_planned and deed in one.terms.forbids
    ]


def _unreadable(recipe: Recipe, joined: Joined) -> list[str]:
    """What nobody knows the terms of cannot be passed on."""
    if not recipe.terms.redistribute:
        return []
    return [f"nobody knows whether {one.what} {_under(one)} may be redistributed" for one in joined.unknown]


def _too_free(recipe: Recipe, joined: Joined) -> list[str]:
    """A set must ask of its users what its ingredients ask."""
    if not recipe.terms.redistribute or recipe.licence == joined.licence or joined.unknown:
        return []
    declared = terms_of(recipe.licence)
    if not declared.known:
        return []
    lacking = sorted(joined.asks - declared.asks)
    if not lacking and not (SHARE_ALIKE in joined.asks and joined.licence != MIXED):
        return []
    why = ", ".join(lacking) if lacking else "the very same licence"
    return [f"the set is declared {recipe.licence}, and what goes into it asks for {why}; {joined.licence} would do"]


def _warnings(recipe: Recipe, joined: Joined) -> list[str]:
    if recipe.terms.redistribute:
        return []
    told = [f"nobody knows the terms of {one.what} {_under(one)}" for one in joined.unknown]
    if REDISTRIBUTE in joined.forbids:
        told.append("the set may not be passed on")
    return told


def _under(one: Ingredient) -> str:
    return "without a licence" if one.licence == UNKNOWN else f"under '{one.licence}'"

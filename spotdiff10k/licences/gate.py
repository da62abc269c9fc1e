"""Whether the ingredients of a recipe allow what it declares to do with the set."""

from dataclasses import dataclass

from spotdiff10k.errors import PlanError
from spotdiff10k.licences.ingredients import Ingredient, ingredients_of
from spotdiff10k.licences.joining import MIXED, Joined, join
from spotdiff10k.licences.table import DOING, REDISTRIBUTE, SHARE_ALIKE, TRAIN_GENERATIVE, UNKNOWN, canonical, terms_of
from spotdiff10k.recipe.schema import Recipe


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
    overridden = {canonical(licence) for licence in recipe.terms.accept}
    counted = tuple(one for one in found if one.licence not in overridden)
    rest = join(counted)
    objections, warnings = _forbidden(recipe, counted), _untold(recipe, rest)
    if recipe.terms.redistribute:
        objections += [*_unreadable(rest), *_too_free(recipe, rest), *_irreconcilable(rest)]
    else:
        warnings += [*_warnings(rest), *_too_free(recipe, rest), *_irreconcilable(rest)]
    accepted = tuple(sorted({one.licence for one in found} & overridden))
    return Finding(found, join(found), recipe.licence, tuple(objections), tuple(warnings), accepted)


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


def _unreadable(joined: Joined) -> list[str]:
    """What nobody knows the terms of cannot be passed on."""
    return [f"nobody knows whether {one.what} {_under(one)} may be redistributed" for one in joined.unknown]


def _irreconcilable(joined: Joined) -> list[str]:
    """Share-alike licences that cannot be kept together with others."""
    told = [
        f"{alike} asks for adaptations under itself, and {other} asks for {beyond} on top, which it rules out"
        for alike, other, beyond in joined.stricter
    ]
    if joined.clashing:
        told.append(f"{' and '.join(joined.clashing)} each ask for adaptations under themselves, and one set cannot be both")
    return told


def _too_free(recipe: Recipe, joined: Joined) -> list[str]:
    """A set must ask of its users what its ingredients ask, and say what they forbid."""
    declared = terms_of(recipe.licence)
    if canonical(recipe.licence) == joined.licence or joined.unknown or not declared.known:
        return []
    lacking = sorted(joined.asks - declared.asks)
    lacking += [f"not to {DOING[deed]}" for deed in sorted(joined.forbids - declared.forbids)]
    if not lacking and not (SHARE_ALIKE in joined.asks and joined.licence != MIXED):
        return []
    why = ", ".join(lacking) if lacking else "the very same licence"
    return [f"the set is declared {recipe.licence}, and what goes into it asks for {why}; {joined.licence} would do"]


def _untold(recipe: Recipe, joined: Joined) -> list[str]:
    """A declared licence that the table does not hold cannot be compared with what the ingredients ask."""
    if terms_of(recipe.licence).known or recipe.licence == MIXED or not (joined.asks or joined.forbids):
        return []
    asked = ", ".join([*sorted(joined.asks), *(f"not to {DOING[deed]}" for deed in sorted(joined.forbids))])
    return [f"the set is declared {recipe.licence}, which is not in the table; see yourself that it asks for {asked}"]


def _warnings(joined: Joined) -> list[str]:
    told = [f"nobody knows the terms of {one.what} {_under(one)}" for one in joined.unknown]
    if REDISTRIBUTE in joined.forbids:
        told.append("the set may not be passed on")
    return told


def _under(one: Ingredient) -> str:
    return "without a licence" if one.licence == UNKNOWN else f"under '{one.licence}'"

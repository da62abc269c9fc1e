"""What goes into a recipe's set, and under which licence: people's own subjects and backgrounds, and the weights that paint."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from spotdiff10k import registry
from spotdiff10k.errors import PlanError
from spotdiff10k.licences.table import Terms, canonical, terms_of
from spotdiff10k.photos.catalogue import read_catalogue
from spotdiff10k.recipe.abilities import source_kind
from spotdiff10k.recipe.factors import ImageFolder, MeshFolder, PhotoFolder
from spotdiff10k.recipe.schema import Recipe

Role = Literal["subjects", "backgrounds", "weights"]


@dataclass(frozen=True, slots=True)
class Ingredient:
    """One thing that goes into the pictures."""

    role: Role
    what: str  # "3D models", "12 photographs", "stable-diffusion-v1-5"
    licence: str  # SPDX identifier, or the name its card uses; "unknown" where nobody said

    @property
    def terms(self) -> Terms:
        """What it asks of a set that it goes into; of weights, what they ask of outputs."""
        return terms_of(self.licence, of_outputs=self.role == "weights")


def ingredients_of(recipe: Recipe) -> tuple[Ingredient, ...]:
    """Everything with a licence of its own; procedural subjects and scenes have none, and a broken catalogue has none yet."""
    found = (*_subjects(recipe), *_backgrounds(recipe), *_weights(recipe))
    return tuple(replace(one, licence=canonical(one.licence)) for one in found)


def _subjects(recipe: Recipe) -> Iterator[Ingredient]:
    source = recipe.subjects.source
    if isinstance(source, MeshFolder):
        yield Ingredient("subjects", "3D models", source.licence)
    elif isinstance(source, PhotoFolder):
        try:
            subjects = read_catalogue(Path(source.photos)).subjects
        except PlanError:
            return  # said, with what to do about it, when subjects are drawn
        for licence, count in sorted(Counter(canonical(subject.licence) for subject in subjects).items()):
            yield Ingredient("subjects", f"photographs of {count} subject{'s' if count > 1 else ''}", licence)


def _backgrounds(recipe: Recipe) -> Iterator[Ingredient]:
    source = recipe.backgrounds.source
    if isinstance(source, ImageFolder):
        yield Ingredient("backgrounds", "photos and panoramas", source.licence)


def _weights(recipe: Recipe) -> Iterator[Ingredient]:
    """An engine that paints with models says what they are, and the licence of each, by a class method `weights`."""
    engine = registry.find("engines", recipe.engine.name)
    said: Callable[[Mapping[str, Any], str], Mapping[str, str]] | None = getattr(engine, "weights", None)
    if said is not None:
        for what, licence in said(recipe.engine.options, source_kind(recipe.subjects.source)).items():
            yield Ingredient("weights", what, licence)

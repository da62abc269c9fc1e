"""A recipe from a file, or by its shipped name."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from spotdiff10k.errors import RecipeError
from spotdiff10k.recipe import calibrating, explain, folders, lines, overrides
from spotdiff10k.recipe.base import nearest
from spotdiff10k.recipe.lines import Located
from spotdiff10k.recipe.schema import Recipe
from spotdiff10k.resources import shelf

SUFFIXES = (".yaml", ".yml")


def shipped() -> dict[str, Path]:
    """The recipes that come with the package, by name."""
    return {path.stem: path for path in sorted(shelf("pipelines").glob("*.yaml"))}


def find(path_or_name: str | Path) -> Path:
    """The file of a recipe given by path or by shipped name. Raises RecipeError with the nearest name."""
    text = str(path_or_name)
    if "\0" in text:
        raise RecipeError("A recipe's path cannot hold a null character.")
    names = shipped()
    if text in names:
        return names[text]
    path = Path(path_or_name)
    if path.suffix in SUFFIXES or path.exists():
        return path
    raise RecipeError(
        f"There is no recipe '{text}'; shipped are {', '.join(names)}, or give a .yaml file.{nearest(text, list(names))}"
    )


def load(path_or_name: str | Path, overridden: Sequence[str] = ()) -> Recipe:
    """Read, override and check a recipe. Raises RecipeError with file, line, what was found and what is allowed."""
    path = find(path_or_name)
    return parse(_bounded_text(path), path.name, path.parent, overridden)


def read_resolved(path: Path) -> Recipe:
    """Read the recipe.yaml of a run, with people's own folders where the run remembers them. Raises RecipeError."""
    return parse(_bounded_text(path), path.name, path.parent, known=folders.remembered(path.parent))


def text_of(path_or_name: str | Path) -> str:
    """A recipe as it was written, comments and all. Raises RecipeError."""
    return _bounded_text(find(path_or_name))


def parse(text: str, name: str, folder: Path, overridden: Sequence[str] = (), known: Mapping[str, str] | None = None) -> Recipe:
    """A recipe from YAML text; its relative paths start from `folder` unless they are `known`, as those of a run are.

    Raises RecipeError.
    """
    located = lines.read(text, name)
    overrides.apply(located, overridden)
    _anchor_folders(located, folder, known or {})
    try:
        recipe = Recipe.model_validate(located.values)
    except ValidationError as error:
        raise RecipeError(explain.sentences(error, located)) from error
    if known is not None:
        return recipe  # of a run: its thresholds are written out, and may have been edited
    from_here = located.origin(("calibration",)).startswith("--set")
    return _licensed(calibrating.resolved(recipe, Path.cwd() if from_here else folder))


def _licensed(recipe: Recipe) -> Recipe:
    """The recipe with the licence that its ingredients ask for, unless it declares one."""
    if "licence" in recipe.model_fields_set:
        return recipe
    from spotdiff10k.licences.joining import licence_of

    return recipe.model_copy(update={"licence": licence_of(recipe)})


def _bounded_text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(lines.MAX_BYTES + 1)
    except OSError as error:
        raise RecipeError(f"The recipe {path} cannot be read: {error.strerror}.") from error
    if len(data) > lines.MAX_BYTES:
        raise RecipeError(f"{path.name} is larger than {lines.MAX_BYTES // 1024} KiB; a recipe is a page of text.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RecipeError(f"{path.name}: byte {error.start} is not UTF-8 text; save the recipe as UTF-8.") from error


def _anchor_folders(located: Located, folder: Path, known: Mapping[str, str]) -> None:
    """Make the paths of people's own models, photos and lists absolute, so that a run finds them from anywhere."""
    for place in folders.PLACES:
        inside, key = folders.holder(located.values, place), place[-1]
        if inside is not None and "\0" not in inside[key]:
            start = Path.cwd() if located.origin(place).startswith("--set") else folder
            inside[key] = folders.changed(place, known.get(key, inside[key]), partial(_absolute, start))


def _absolute(start: Path, path: str) -> str:
    return str((start / path).absolute())

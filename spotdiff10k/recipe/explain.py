"""Turns what pydantic found into sentences: where, what was found, what is allowed, the nearest known name."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import ValidationError

from spotdiff10k.recipe import phrases
from spotdiff10k.recipe.base import nearest
from spotdiff10k.recipe.factors import FOLDER, PHOTOS, PROCEDURAL
from spotdiff10k.recipe.lines import Loc, Located
from spotdiff10k.recipe.schema import Recipe

MAX_SENTENCES = 5
MAX_SHOWN = 60
"""Characters of a found value that a sentence repeats."""


@cache
def schema() -> phrases.Schema:
    """The JSON schema of a recipe."""
    return Recipe.model_json_schema()


def sentences(error: ValidationError, located: Located) -> str:
    """All that is wrong, one sentence a line, at most five."""
    problems = error.errors(include_url=False)
    lines = list(dict.fromkeys(_sentence(problem, located) for problem in problems))
    more = len(lines) - MAX_SENTENCES
    return "\n".join([*lines[:MAX_SENTENCES], *([f"… and {more} more."] if more > 0 else [])])


def _sentence(problem: Mapping[str, Any], located: Located) -> str:
    loc = _without_branch(problem["loc"])
    where, name = located.origin(loc), _dotted(loc)
    kind = problem["type"]
    if kind == "missing":
        inside = f" inside '{_dotted(loc[:-1])}'" if loc[:-1] else ""
        return f"{where}: '{loc[-1]}' is missing{inside}; expected {phrases.allowed(schema(), loc)}."
    if kind == "extra_forbidden":
        return f"{where}: {_unknown_key(loc)}"
    if kind == "value_error":
        return f"{where}: {name}: {str(problem['ctx']['error']).rstrip('.')}.".replace("?.", "?")
    if loc[0] == "checks" and len(loc) > 2:
        loc, name = loc[:3], _dotted(loc[:3])  # what follows names a type that was tried
        return f"{located.origin(loc)}: {name} should be a number, or false for no bound; found {shown(problem['input'])}."
    expected = phrases.allowed(schema(), loc) or problem["msg"]
    return f"{where}: {name} should be {expected}; found {shown(problem['input'])}.{_near(problem['input'], loc)}"


def _without_branch(loc: Loc) -> Loc:
    """The place in the recipe: pydantic also names which branch of a source it took."""
    is_source = loc[1:2] == ("source",) and loc[2:3] in ((PROCEDURAL,), (FOLDER,), (PHOTOS,))
    return (*loc[:2], *loc[3:]) if is_source else loc


def _unknown_key(loc: Loc) -> str:
    known = phrases.keys(schema(), loc[:-1])
    inside = f"'{_dotted(loc[:-1])}'" if loc[:-1] else "a recipe"
    choices = f"allowed in {inside}: {', '.join(known)}" if known else f"{inside} takes no such names"
    return f"there is no '{shown(loc[-1], quote=False)}' in {inside}.{nearest(str(loc[-1]), known)} {choices.capitalize()}."


def _near(found: Any, loc: Loc) -> str:
    node = phrases.at(schema(), loc) or {}
    known: Sequence[str] = [str(name) for name in node.get("enum", ())]
    return nearest(found, known) if isinstance(found, str) else ""


def _dotted(loc: Loc) -> str:
    text = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in loc).lstrip(".")
    return shown(text, quote=False) if text else "the recipe"


def shown(value: Any, *, quote: bool = True) -> str:
    """A found value in a sentence: short, on one line."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    text = "".join(character if character.isprintable() else " " for character in text[: MAX_SHOWN + 1])
    text = text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"
    return f"'{text}'" if quote and isinstance(value, str) else text

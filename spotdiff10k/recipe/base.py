"""What every part of a recipe shares: closed, frozen models, and fields that say their unit."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

MAX_LEVELS = 10_000
"""Pose or background levels in a catalogue."""
MAX_PER_GROUP = 99
"""Pose or background levels of one group: sample keys number them with two digits."""


class Part(BaseModel):
    """A mapping of the recipe: unknown keys and converted types are refused, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False, validate_default=True)


Names = Annotated[tuple[str, ...], Field(strict=False)]
"""A YAML list of names, kept as a tuple."""


def unit(name: str) -> dict[str, Any]:
    """The `json_schema_extra` of a field that is measured in `name`."""
    return {"unit": name}


def nearest(name: str, known: Sequence[str]) -> str:
    """A hint such as " Did you mean 'fox'?", or nothing where no known name is near."""
    near = get_close_matches(name, known, n=1)
    return f" Did you mean '{near[0]}'?" if near else ""


def chosen(names: Sequence[str], known: Sequence[str], what: str) -> tuple[str, ...]:
    """The names someone chose, or all known ones where none were chosen.

    Raises ValueError, which becomes a sentence with its line, on an unknown or repeated name.
    """
    for position, name in enumerate(names):
        if name not in known:
            raise ValueError(f"there is no {what} '{name}'; known: {', '.join(known)}.{nearest(name, known)}")
        if name in names[:position]:
            raise ValueError(f"'{name}' is listed twice")
    return tuple(names) or tuple(known)

"""What a calibration is of beside what a recipe makes: the engine, the size of the pictures, their format.

Limits that were chosen on other pictures are still limits, but how often they err on these is not known.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from spotdiff10k import registry
from spotdiff10k.recipe.schema import Recipe

if TYPE_CHECKING:
    from spotdiff10k.calibration import Calibration

PHOTOGRAPHS = "pairs"
"""The kind of a calibration on a folder of photographs."""
LOSSLESS = "png"


def is_of_these_sizes(recipe: Recipe, found: "Calibration") -> bool:
    """Whether pictures are of a size between the smallest and the largest that were calibrated on."""
    sizes = found.made_on.sizes
    return not sizes or min(sizes) <= recipe.engine.size <= max(sizes)


def differences(recipe: Recipe, found: "Calibration") -> str:
    """What a calibration is of that a recipe does not make, as a sentence; empty where there is nothing."""
    clauses = list(_clauses(recipe, found))
    if not clauses:
        return ""
    return (
        f"The calibration {found.name} is of {'; and of '.join(clauses)}: how often its limits err here is not known. "
        "Make one for this recipe: spotdiff10k calibrate RECIPE"
    )


def _clauses(recipe: Recipe, found: "Calibration") -> Iterator[str]:
    made_on, engine = found.made_on, recipe.engine.name
    if made_on.kind == PHOTOGRAPHS:
        yield f"photographs, not of what the engine {engine} makes"
    elif made_on.engine != engine:
        yield f"the engine {made_on.engine}, not of {engine}"
    elif made_on.engine_version != (version := registry.find("engines", engine).version):
        yield f"version {made_on.engine_version} of the engine {engine}, not of version {version}"
    if not is_of_these_sizes(recipe, found):
        least, most = min(made_on.sizes), max(made_on.sizes)
        span = f"{least}" if least == most else f"{least} to {most}"
        yield f"pictures of {span} pixels a side, not of {recipe.engine.size}"
    calibrated = made_on.recipe.get("outputs", {}).get("picture", LOSSLESS)
    if made_on.kind != PHOTOGRAPHS and calibrated != recipe.outputs.picture:
        yield f"{calibrated} pictures, not of {recipe.outputs.picture}"

"""The recipe's `calibration`: found, read, and its thresholds written into the checks where the recipe sets none.

A resolved recipe names it with its digest, `rendered@<sha256>`, so that it says where its thresholds came from.
"""

import hashlib
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from spotdiff10k.errors import DataError, RecipeError
from spotdiff10k.recipe.base import nearest
from spotdiff10k.recipe.calibrated_on import LOSSLESS, differences, is_of_these_sizes
from spotdiff10k.recipe.delivery import ENABLED, REQUIRED, Threshold, Thresholds
from spotdiff10k.recipe.schema import AUTO, NO_CALIBRATION, Recipe
from spotdiff10k.resources import shelf
from spotdiff10k.run import Run, write_atomically

if TYPE_CHECKING:
    from spotdiff10k.calibration import Calibration

SUFFIX = ".json"
SHELF = "calibrations"
OTHER_OPTIONS = "other options of it"
PINNED = re.compile(r"(?P<name>[^@/\\]+)@(?P<sha256>[0-9a-f]{64})")

_read: dict[str, bytes] = {}
"""The calibrations read by this process, by digest: a run keeps a copy of its own."""
_parsed: dict[str, "Calibration"] = {}
"""What they say, by digest: a megabyte of numbers is understood once, however many recipes name it."""


def shipped() -> dict[str, Path]:
    """The calibrations that come with the package, by name; one with an engine's name is what that engine starts from."""
    return {path.stem: path for path in sorted((shelf("manifests") / SHELF).glob(f"*{SUFFIX}"))}


def resolved(recipe: Recipe, folder: Path) -> Recipe:
    """The recipe with its calibration's thresholds written out and its digest noted; a relative path starts from `folder`.

    Raises RecipeError when there is no such calibration, or it is not the one that the recipe was resolved with.
    """
    wanted = recipe.calibration
    if wanted == AUTO:
        wanted = recipe.engine.name if _shipped_fits(recipe, folder) else NO_CALIBRATION
    if wanted == NO_CALIBRATION:
        return recipe.model_copy(update={"calibration": NO_CALIBRATION})
    found, digest = _found(wanted, folder)
    if wanted in shipped():
        checks = _filled_as_shipped(recipe.checks, found)
    else:
        from spotdiff10k.calibration.taking import filled

        checks = filled(recipe.checks, found)
    return recipe.model_copy(update={"calibration": f"{found.name}@{digest}", "checks": checks})


def _shipped_fits(recipe: Recipe, folder: Path) -> bool:
    """Whether a calibration is shipped for this engine, and is of pictures of this size and format.

    A JPEG's blocks and noise are other numbers, and so is detail that only large pictures have.
    """
    if recipe.engine.name not in shipped():
        return False
    found, _ = _found(recipe.engine.name, folder)
    return recipe.outputs.picture == LOSSLESS and is_of_these_sizes(recipe, found)


def made_on_others(recipe: Recipe) -> list[str]:
    """A sentence where a resolved recipe's calibration is of another engine, or of pictures of another size or format.

    Also where `auto` took none for that reason.
    """
    pinned = PINNED.fullmatch(recipe.calibration)
    if pinned:
        found = _parsed.get(pinned["sha256"])
        return [sentence] if found is not None and (sentence := differences(recipe, found)) else []
    path = shipped().get(recipe.engine.name)
    passed_over = None if path is None else _known(path)
    if passed_over is None or not differences(recipe, passed_over):
        return []
    what = differences(recipe, passed_over).partition(":")[0]
    return [f"No calibration is taken: the limits are the checks' own. {what}; name it under `calibration` to take it even so."]


def _filled_as_shipped(checks: Thresholds, found: "Calibration") -> Thresholds:
    """The same as `taking.filled` for a calibration that came with these very checks, without importing what they compile."""
    return {
        name: {**(found.thresholds(name) if _same_options(name, values, found) else {}), **values}
        for name, values in checks.items()
    }


def _same_options(name: str, values: Mapping[str, Threshold], found: "Calibration") -> bool:
    """Whether a recipe leaves the options of a check as they were calibrated."""
    calibrated = found.checks[name].options if name in found.checks else {}
    chosen = {
        key: value for key, value in values.items() if key not in (ENABLED, REQUIRED) and not key.endswith(("_min", "_max"))
    }
    return all(calibrated.get(key) == str(value) for key, value in chosen.items())


def left_alone(recipe: Recipe) -> list[str]:
    """Sentences on the checks of a resolved recipe whose thresholds its calibration knows and were not taken, with the reason.

    There are none without a calibration.
    """
    pinned = PINNED.fullmatch(recipe.calibration)
    data = _read.get(pinned["sha256"]) if pinned else None
    if pinned is None or data is None:
        return []
    from spotdiff10k import calibration

    found = _parsed.get(pinned["sha256"]) or calibration.parse(data, pinned["name"])
    if found.name in shipped():
        other = [
            name for name, values in recipe.checks.items() if name in found.checks and not _same_options(name, values, found)
        ]
        reasons = dict.fromkeys(other, OTHER_OPTIONS)
    else:
        from spotdiff10k.calibration.taking import not_taken

        reasons = not_taken(recipe.checks, found)
    return [f"The check {name} keeps its own thresholds: {found.name} is of {why}." for name, why in reasons.items()]


def _found(wanted: str, folder: Path) -> tuple["Calibration", str]:
    """A calibration with its digest."""
    from spotdiff10k import calibration

    pinned = PINNED.fullmatch(wanted)
    path = _pinned(pinned["name"], pinned["sha256"], folder) if pinned else _path(wanted, folder)
    try:
        found = _known(path) or calibration.read(path)
        digest = _digest(path)
    except DataError as error:
        raise RecipeError(f"calibration: {error}") from error
    if pinned and digest != pinned["sha256"]:
        raise RecipeError(
            f"calibration: {pinned['name']} is not the one this recipe was resolved with (sha256 {pinned['sha256'][:12]}...). "
            f"Write 'calibration: {pinned['name']}' to take the thresholds of today."
        )
    _parsed[digest] = found
    return found, digest


def _known(path: Path) -> "Calibration | None":
    """What a file says, where this process has read these very bytes before; the file's size is looked at first."""
    sizes = {len(data) for data in _read.values()}
    with suppress(OSError):  # which `calibration.read` has a sentence for
        return _parsed.get(_digest(path)) if path.stat().st_size in sizes else None
    return None


def _pinned(name: str, sha256: str, folder: Path) -> Path:
    """The shipped file while it is the same, else the copy that a run keeps beside its recipe."""
    path = shipped().get(name)
    return path if path is not None and _digest(path) == sha256 else Run(folder).calibration


def _path(wanted: str, folder: Path) -> Path:
    """The file of a calibration, by shipped name or by path. Raises RecipeError with the nearest name."""
    known = shipped()
    if wanted in known:
        return known[wanted]
    if "\0" in wanted:
        raise RecipeError("calibration: a path cannot hold a null character.")
    if wanted.endswith(SUFFIX):
        return folder / wanted
    names = ", ".join([AUTO, NO_CALIBRATION, *known])
    raise RecipeError(f"calibration: there is no '{wanted}'; expected {names}, or a {SUFFIX} file.{nearest(wanted, list(known))}")


def _digest(path: Path) -> str:
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    _read[digest] = data
    return digest


def keep(recipe: Recipe, run: Run) -> None:
    """Keep a copy of the calibration that a resolved recipe was filled from in the run's folder, for the report."""
    pinned = PINNED.fullmatch(recipe.calibration)
    data = _read.get(pinned["sha256"]) if pinned else None
    if data is not None and not (run.calibration.is_file() and run.calibration.read_bytes() == data):
        write_atomically(run.calibration, data)

"""A plan in a run folder: recipe.yaml, plan.parquet, and plan.json written last.

plan.json holds the facts and the two catalogues; plan.parquet one row a cell, in row groups of whole groups, so that
one group is found without reading the others.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from spotdiff10k import recipe as recipes
from spotdiff10k.errors import RecipeError, RunError
from spotdiff10k.plan.independence import Dependence
from spotdiff10k.plan.make import FORMAT
from spotdiff10k.plan.values import Facts, Plan
from spotdiff10k.recipe import Recipe, calibrating, folders
from spotdiff10k.release import write_sealed
from spotdiff10k.run import Run, write_atomically
from spotdiff10k.types import BackgroundLevel, PoseLevel

MOST_PLAN_BYTES = 256 << 20


def write(plan: Plan, recipe: Recipe, run: Run) -> None:
    """Write recipe and plan into the run folder, or leave the same plan as it is; a changed recipe takes the seal away.

    Raises RunError when the folder holds another plan, saying which setting changed, PlanError when the licences of what goes
    into the set forbid what the recipe declares.
    """
    from spotdiff10k import licences
    from spotdiff10k.plan import cells

    licences.require(recipe)
    if run.plan_json.exists():
        _refuse_another_plan(plan, recipe, run)
        _remember_folders(recipe, run)
        calibrating.keep(recipe, run)
        write_sealed(run, run.recipe, recipes.dump(recipe).encode())
        return
    _remember_folders(recipe, run)
    calibrating.keep(recipe, run)
    write_atomically(run.recipe, recipes.dump(recipe).encode())
    found = hashlib.sha256()
    rows = cells.batch_size(plan)
    write_atomically(run.plan_parquet, _hashed(cells.parquet(plan, rows), found))
    write_atomically(run.plan_json, _encode(plan, rows, found.hexdigest()))


def _remember_folders(recipe: Recipe, run: Run) -> None:
    if found := folders.located(recipe.model_dump(mode="json")):
        write_atomically(run.root / folders.FOLDERS_FILE, json.dumps(found, sort_keys=True).encode())


def read(run: Run, check: bool = True) -> Plan:
    """The plan of a run, its groups read from plan.parquet as they are asked for.

    `check` compares plan.parquet with its digest in plan.json. Raises RunError when a file is missing or altered.
    """
    from spotdiff10k.plan.cells import ParquetGroups

    document = _document(run)
    if check and _digest(run.plan_parquet) != document["cells_sha256"]:
        raise RunError(f"{run.plan_parquet} was altered after it was planned. {_REPLAN}")
    try:
        poses = tuple(PoseLevel(**level) for level in document["levels"]["pose"])
        backgrounds = tuple(BackgroundLevel(**level) for level in document["levels"]["background"])
        facts = {**document["facts"], "dependence": tuple(Dependence(**test) for test in document["facts"]["dependence"])}
        groups, rows = int(document["groups"]), int(document["groups_in_a_row_group"])
        source = ParquetGroups(run.plan_parquet, poses, backgrounds, groups, max(1, rows))
        return Plan(Facts(**facts), poses, backgrounds, source)
    except (KeyError, TypeError, ValueError) as error:
        raise RunError(f"{run.plan_json} was altered ({error}). {_REPLAN}") from error


def refuse_altered(made: Plan, found: Plan, run: Run) -> None:
    """Compare a plan, just made, with the one read from the run. Raises RunError when levels or counts differ.

    The fingerprint is of what was asked for: it does not see a level that was altered in the file.
    """
    if (found.poses, found.backgrounds, found.facts.counts) != (made.poses, made.backgrounds, made.facts.counts):
        raise RunError(f"{run.plan_json} was altered: its levels or counts are not those of its recipe. {_REPLAN}")


_REPLAN = "Restore it, or delete recipe.yaml, plan.json and plan.parquet and run `spotdiff10k plan` again."


def _encode(plan: Plan, rows: int, digest: str) -> bytes:
    document = {
        "format": FORMAT,
        "facts": asdict(plan.facts),
        "levels": {"pose": [asdict(level) for level in plan.poses], "background": [asdict(level) for level in plan.backgrounds]},
        "groups": len(plan),
        "groups_in_a_row_group": rows,
        "cells_sha256": digest,
    }
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False).encode() + b"\n"


def _hashed(chunks: Iterator[bytes], found: Any) -> Iterator[bytes]:
    for chunk in chunks:
        found.update(chunk)
        yield chunk


def _document(run: Run) -> dict[str, Any]:
    """plan.json as plain values. Raises RunError."""
    if not run.plan_json.is_file():
        raise RunError(f"There is no plan in {run.root}. Run: spotdiff10k plan RECIPE --run {run.root}")
    try:
        document = json.loads(_bytes(run.plan_json))
    except (ValueError, RecursionError) as error:
        raise RunError(f"{run.plan_json} is not the plan that was written ({error}). {_REPLAN}") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        found = document.get("format") if isinstance(document, dict) else None
        raise RunError(f"{run.plan_json} has format {found!r}, this version reads format {FORMAT}; use the version that made it.")
    if missing := [key for key in ("facts", "levels", "groups", "groups_in_a_row_group", "cells_sha256") if key not in document]:
        raise RunError(f"{run.plan_json} lacks '{missing[0]}'. {_REPLAN}")
    return document


def _refuse_another_plan(plan: Plan, recipe: Recipe, run: Run) -> None:
    document = _document(run)
    facts = document["facts"] if isinstance(document["facts"], dict) else {}
    if facts.get("fingerprint") == plan.facts.fingerprint:
        refuse_altered(plan, read(run), run)
        return
    raise RunError(
        f"{run.root} holds another plan: {_what_changed(recipe, run)}. "
        f"Use a new run folder, or go back to the recipe in {run.recipe}."
    )


def _what_changed(recipe: Recipe, run: Run) -> str:
    try:
        before = _flat(recipes.read_resolved(run.recipe).pixel_settings())
    except RecipeError:
        return "its recipe.yaml cannot be read"
    after = _flat(recipe.pixel_settings())
    changed = [key for key in before | after if before.get(key) != after.get(key)]
    if not changed:
        return "the recipe is the same, but the catalogues or the files in your own folders changed"
    told = [f"{key} was {before.get(key)!r} and is now {after.get(key)!r}" for key in changed[:3]]
    return "; ".join(told) + (f"; and {len(changed) - 3} more" if len(changed) > 3 else "")


def _flat(values: Any, path: str = "") -> dict[str, Any]:
    if not isinstance(values, dict):
        return {path: values}
    return {key: value for name, inner in values.items() for key, value in _flat(inner, f"{path}.{name}".lstrip(".")).items()}


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_PLAN_BYTES)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise RunError(f"{path} cannot be read: {error.strerror}.") from error


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise RunError(f"{path} cannot be read: {error.strerror}. {_REPLAN}") from error

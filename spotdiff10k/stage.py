"""What every stage after the plan begins with: the run's recipe and its planned groups."""

from collections.abc import Iterator
from dataclasses import dataclass

from spotdiff10k import plan, recipe
from spotdiff10k.errors import RunError
from spotdiff10k.recipe import Recipe
from spotdiff10k.run import Run
from spotdiff10k.types import EngineSettings, PlannedGroup


@dataclass(frozen=True, slots=True)
class Stage:
    """A planned run, opened."""

    run: Run
    recipe: Recipe

    @property
    def settings(self) -> EngineSettings:
        """What the engine is told."""
        return self.recipe.engine_settings()

    @property
    def fingerprint(self) -> str:
        """Of what was asked for."""
        return plan.read(self.run).facts.fingerprint

    def groups(self) -> Iterator[PlannedGroup]:
        """The planned groups, reserves and all, in plan order."""
        yield from plan.read(self.run)


def open_stage(run: Run) -> Stage:
    """Open a planned run. Raises RunError when there is no plan yet."""
    if not run.root.is_dir():
        if run.root.exists():
            raise RunError(f"{run.root} is a file; expected a run folder, as `spotdiff10k plan RECIPE --run DIR` makes one.")
        raise RunError(f"{run.root} does not exist; expected a run folder. Run: spotdiff10k plan RECIPE --run {run.root}")
    if not run.recipe.is_file() or not run.plan_json.is_file() or not run.plan_parquet.is_file():
        raise RunError(f"{run.root} has no plan. Run: spotdiff10k plan RECIPE --run {run.root}")
    return Stage(run, recipe.read_resolved(run.recipe))

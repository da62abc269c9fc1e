"""What the sealed files beside the shards say, as far as they are as they were sealed."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spotdiff10k import plan, recipe, verdicts
from spotdiff10k.errors import DataError, SpotdiffError
from spotdiff10k.index import IndexedSample, read_index
from spotdiff10k.plan import Plan
from spotdiff10k.recipe import Recipe
from spotdiff10k.release import SEALED_BESIDE, FileSeal
from spotdiff10k.run import Run
from spotdiff10k.types import PlannedGroup
from spotdiff10k.verdicts import Verdict
from spotdiff10k.verification import agreement, files
from spotdiff10k.verification.problems import Problem


@dataclass(slots=True)
class Facts:
    """What the files beside the shards say; None where one is not as it was sealed, which is then a problem."""

    recipe: Recipe | None
    fingerprint: str | None  # of the plan
    planned: dict[str, PlannedGroup] | None
    samples: list[IndexedSample]
    indexed: bool  # whether index.parquet could be read
    verdicts: list[Verdict] | None
    problems: list[Problem]

    @classmethod
    def read(cls, root: Path, seals: Mapping[str, FileSeal]) -> "Facts":
        """Read what can be trusted."""
        run = Run(root)
        problems: list[Problem] = []
        altered = set()
        for name in SEALED_BESIDE:
            if name in seals and (problem := files.compare(root, name, seals[name])):
                problems.append(problem)
                altered.add(name)

        def attempt(name: str, read: Callable[[], Any]) -> Any:
            return None if name in altered else _attempt(problems, name, read)

        chosen = attempt("recipe.yaml", lambda: recipe.read_resolved(run.recipe))
        samples = attempt(agreement.INDEX, lambda: list(read_index(run.index)))
        wanted = {sample.group for sample in samples or ()}
        whole = attempt("plan.json", lambda: plan.read(run, check=False))
        planned = None if whole is None else attempt("plan.parquet", lambda: _planned(whole, wanted))
        rows = attempt("verdicts.parquet", lambda: verdicts.read(run.verdicts))
        fingerprint = None if whole is None else whole.facts.fingerprint
        return cls(chosen, fingerprint, planned, samples or [], samples is not None, rows, problems)


def _planned(whole: Plan, wanted: Set[str]) -> dict[str, PlannedGroup]:
    """The planned groups of a release. Raises DataError when one of them cannot be: its numbers come from a file."""
    found: dict[str, PlannedGroup] = {}
    for group in whole:
        if group.id in wanted:
            for cell in group.cells:
                if not (0 <= cell.pose_index < len(group.poses) and 0 <= cell.background_index < len(group.backgrounds)):
                    raise DataError(f"{cell.key} has a pose or a background that its group has not.")
            found[group.id] = group
    return found


def _attempt(problems: list[Problem], name: str, read: Callable[[], Any]) -> Any:
    try:
        return read()
    except SpotdiffError as error:
        problems.append(Problem(name, str(error)))
        return None

"""What the sealed files beside the shards say, as far as they are as they were sealed."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spotdiff10k import plan, recipe, verdicts
from spotdiff10k.errors import DataError, SpotdiffError
from spotdiff10k.index import IndexedSample, read_index
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
    planned: dict[str, PlannedGroup] | None
    samples: list[IndexedSample]
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

        def attempt(names: tuple[str, ...], read: Callable[[], Any]) -> Any:
            return None if altered.intersection(names) else _attempt(problems, names[-1], read)

        chosen = attempt(("recipe.yaml",), lambda: recipe.read_resolved(run.recipe))
        samples = attempt((agreement.INDEX,), lambda: list(read_index(run.index))) or []
        wanted = {sample.group for sample in samples}
        planned = attempt(("plan.json", "plan.parquet"), lambda: _planned(run, wanted))
        rows = attempt(("verdicts.parquet",), lambda: verdicts.read(run.verdicts))
        return cls(chosen, planned, samples, rows, problems)


def _planned(run: Run, wanted: Set[str]) -> dict[str, PlannedGroup]:
    """The planned groups of a release. Raises DataError when one of them cannot be: its numbers come from a file."""
    found: dict[str, PlannedGroup] = {}
    for group in plan.read(run, check=False):
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

"""verify: prove that a release is what was sealed, planned and accepted, bit by bit; works on a run or on a copied release."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from spotdiff10k import schema
from spotdiff10k.attempts import at
from spotdiff10k.engines import workers_for
from spotdiff10k.errors import DataError
from spotdiff10k.executors import Task
from spotdiff10k.index import IndexedSample
from spotdiff10k.recipe import Recipe
from spotdiff10k.release import SEALED_BESIDE, FileSeal, digest_of, read_release
from spotdiff10k.sealing import library_versions
from spotdiff10k.spread import spread
from spotdiff10k.verification import agreement, files
from spotdiff10k.verification.facts import Facts
from spotdiff10k.verification.members import Expectation, GroupTask
from spotdiff10k.verification.problems import Problem, ProblemList
from spotdiff10k.verification.rerender import RerenderWork, choose
from spotdiff10k.verification.shapes import Shapes
from spotdiff10k.verification.work import FileTask, VerifyWork

NAMED = 3
OnProgress = Callable[[int, int], None]
"""Told (samples done, samples in all)."""


@dataclass(slots=True)
class VerifyReport:
    """What verify looked at and what it found."""

    path: Path
    digest: str = ""  # sha256 of release.json
    name: str = ""
    files: int = 0
    groups: int = 0
    samples: int = 0
    members: int = 0
    bytes: int = 0
    rerendered: list[str] = field(default_factory=list)  # groups made again
    proved: str = ""  # "bytes" or "pixels": what making groups again proved equal; "" where none was
    largest_difference: int = 0  # between pixels made twice, in steps of their value
    other_versions: list[str] = field(default_factory=list)  # what decides bytes and is not here as it was then, as phrases
    problems: ProblemList = field(default_factory=ProblemList)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems.count

    def require(self) -> None:
        """Raise DataError when anything is wrong, naming the first few problems."""
        if self.ok:
            return
        named = " ".join(str(problem) for problem in self.problems.listed[:NAMED])
        more = f" And {self.problems.count - NAMED} more." if self.problems.count > NAMED else ""
        raise DataError(f"{self.path} did not pass: {named}{more}")


def verify(path: Path, rerender: int = 0, workers: int = 0, on_progress: OnProgress | None = None) -> VerifyReport:
    """Read everything, decode everything, compare everything; with `rerender`, also make that many groups again.

    What is wrong is in the report, and does not raise; call its `require` for that. Raises RunError when the work cannot be done.
    """
    report = VerifyReport(Path(path))
    try:
        release = read_release(report.path / "release.json")
    except DataError as error:
        report.problems.add(Problem("release.json", str(error)))
        return report
    report.digest, report.name = digest_of(report.path / "release.json"), release["name"]
    seals, wrong = files.sealed_files(release)
    report.problems.extend(wrong)
    report.files = len(seals) + 1
    report.bytes = sum(seal.size for name, seal in seals.items() if name in SEALED_BESIDE)
    report.problems.extend(files.strangers(report.path, seals))
    facts = Facts.read(report.path, seals)
    report.problems.extend(facts.problems)
    _look(report, release, seals, facts, workers, on_progress)
    _compare(report, release, seals, facts)
    if rerender and facts.recipe is not None:
        report.other_versions = _other_versions(release)
        _rerender(report, facts, facts.recipe, rerender, workers)
    return report


def _look(
    report: VerifyReport,
    release: Mapping[str, Any],
    seals: Mapping[str, FileSeal],
    facts: Facts,
    workers: int,
    on_progress: OnProgress | None,
) -> None:
    """Read every file through and examine every group, on all cores."""
    size = facts.recipe.engine.size if facts.recipe else 0
    suffixes = tuple(str(suffix) for suffix in release["members"])
    work = VerifyWork(Expectation(report.path, suffixes, size, str(release["engine"].get("name", ""))))
    shapes = Shapes(facts.samples)
    for _, found in spread(work, _tasks(seals, facts), workers):
        report.problems.extend(found.problems)
        report.samples += found.samples
        report.members += found.members
        report.bytes += found.bytes
        shapes.add(found.shapes)
        if on_progress is not None:
            on_progress(report.samples, len(facts.samples))
    report.problems.extend(shapes.problems())
    report.problems.listed.sort(key=lambda problem: (problem.file, problem.member, problem.text))


def _tasks(seals: Mapping[str, FileSeal], facts: Facts) -> Iterator[Task[FileTask | GroupTask]]:
    for name, seal in seals.items():
        if name in SEALED_BESIDE:
            continue
        yield Task(name, FileTask(name, seal))
    for group, rows in groupby((sample for sample in facts.samples if sample.shard in seals), lambda sample: sample.group):
        samples = tuple(rows)
        yield Task(group, GroupTask(samples, _planned_fields(facts, group, samples)))


def _planned_fields(facts: Facts, group: str, samples: tuple[IndexedSample, ...]) -> dict[str, dict[str, str | int]]:
    """What the plan says that each record of a group says, at the attempts that were released."""
    planned = (facts.planned or {}).get(group)
    if planned is None or facts.recipe is None:
        return {}
    released = at(planned, {sample.key: sample.attempt for sample in samples}, facts.recipe.seed)
    return {cell.key: schema.planned_fields(released, cell) for cell in released.cells}


def _compare(report: VerifyReport, release: Mapping[str, Any], seals: Mapping[str, FileSeal], facts: Facts) -> None:
    """Compare release.json, recipe, index, plan, verdicts and counts."""
    if facts.recipe is not None:
        report.problems.extend(agreement.check_claims(release, facts.recipe, facts.fingerprint))
    if not facts.indexed:
        return
    samples = facts.samples
    report.groups = len({sample.group for sample in samples})
    report.problems.extend(agreement.check_index(samples, seals))
    report.problems.extend(agreement.check_splits(samples))
    report.problems.extend(agreement.check_counts(samples, release))
    if facts.planned is not None:
        report.problems.extend(agreement.check_plan(samples, facts.planned.values()))
    if facts.verdicts is not None:
        report.problems.extend(agreement.check_verdicts(samples, facts.verdicts))


def _other_versions(release: Mapping[str, Any]) -> list[str]:
    """Why pixels made here may differ from those that were sealed."""
    here = library_versions()
    return [
        f"{name} {version} (here {here.get(name)})" for name, version in release["versions"].items() if here.get(name) != version
    ]


def _rerender(report: VerifyReport, facts: Facts, chosen: Recipe, count: int, workers: int) -> None:
    tasks = choose(facts.samples, facts.planned or {}, count, chosen.seed)
    settings = chosen.engine_settings()
    work = RerenderWork(report.path, chosen.engine.name, settings)
    at_most = workers_for(chosen.engine.name, settings, workers)
    same = True
    for group, found in spread(work, (Task(task.planned.id, task) for task in tasks), at_most):
        report.rerendered.append(group)
        report.problems.extend(found.problems)
        report.largest_difference = max(report.largest_difference, found.largest_difference)
        same = same and found.same_bytes == found.members
    report.rerendered.sort()
    report.proved = ("bytes" if same else "pixels") if tasks else ""

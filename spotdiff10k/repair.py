"""repair: refused cells are made again under new attempts, then reserves stand in for groups that stay refused."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spotdiff10k import generate, plan, registry, verdicts
from spotdiff10k.committed import read_tar, tar_paths
from spotdiff10k.errors import DataError
from spotdiff10k.generate import QuarantinedError
from spotdiff10k.limits import Scope, read_rules
from spotdiff10k.making import DAMAGED_SUFFIX
from spotdiff10k.making import OnProgress as OnMaking
from spotdiff10k.measuring import STRUCTURE
from spotdiff10k.run import Run, driver_lock, remove_leftovers
from spotdiff10k.stage import Stage, open_stage
from spotdiff10k.types import PlannedGroup
from spotdiff10k.validate import DamagedError, OnProgress, Seconds, ValidateSummary, judge


@dataclass(frozen=True, slots=True)
class Watchers:
    """Whom to tell how far it is; all may be left out."""

    judging: OnProgress | None = None
    making: OnMaking | None = None
    said: Callable[[str], None] = field(default=lambda _: None)  # told, in a sentence, what is done next


def repair(run: Run, workers: int = 0, watchers: Watchers | None = None) -> ValidateSummary:
    """Validate, and mend what was refused, as far as the recipe allows; under the run's driver lock.

    Raises what `generate` raises, but for groups that cannot be made: reserves stand in for them as well.
    """
    stage = open_stage(run)
    with driver_lock(run):
        remove_leftovers(run)
        return mend(stage, workers, watchers or Watchers())


def mend(stage: Stage, workers: int, watchers: Watchers) -> ValidateSummary:
    """Judge, make refused cells again, judge, ..., let reserves stand in, ...; the caller holds the driver lock."""
    mending = _Mending(stage, workers, watchers)
    summary = mending.judge(None)
    while True:
        changed = mending.make_again() or mending.stand_in()
        if not changed:
            return summary
        summary = mending.judge(changed)


def mend_made(stage: Stage, workers: int, watchers: Watchers) -> tuple[ValidateSummary, Seconds]:
    """Judge the groups that are made, and make their refused cells again; no reserves stand in, missing groups stay missing.

    Returns what came of it, and the seconds that measuring took, what was made again included. The caller holds the driver lock.
    """
    mending = _Mending(stage, workers, watchers, partial=True)
    summary = mending.judge(None)
    while changed := mending.make_again():
        summary = mending.judge(changed)
    return summary, mending.seconds


class _Mending:
    """One repair: what it has already given up on."""

    def __init__(self, stage: Stage, workers: int, watchers: Watchers, partial: bool = False) -> None:
        self._partial = partial
        self._stage = stage
        self._workers = workers
        self._watchers = watchers
        rules = read_rules(stage.recipe.checks)
        self._across = {(rule.check, rule.measure) for rule in rules if rule.scope is Scope.ACROSS}
        self._attempts_differ = getattr(registry.find("engines", stage.recipe.engine.name), "attempts_differ", True)
        self._hopeless: set[str] = set()  # groups whose cells, or reserves that, could not be made at all
        self.seconds: Seconds = {}

    def judge(self, only: set[str] | None) -> ValidateSummary:
        """Judge; a damaged tar of an earlier repair is set aside, and will be made again."""
        while True:
            try:
                judging, partial = self._watchers.judging, self._partial
                return judge(self._stage, self._workers, False, judging, only, partial, self.seconds)
            except DamagedError as error:
                if not self._set_aside(error.groups):
                    raise

    def make_again(self) -> set[str]:
        """Make the refused cells of every group that has attempts left; the groups that changed."""
        refused: dict[str, set[str]] = {}
        for row in verdicts.read(self._stage.run.verdicts):
            if (row.check, row.measure) in self._across:
                self._hopeless.add(row.group)  # it does not go with other groups, and would not if it were made again
            if row.sample and not row.accepted and not row.superseded and self._may_mend(row):
                refused.setdefault(row.group, set()).add(row.sample)
        rounds: dict[int, list[PlannedGroup]] = {}
        for group in self._stage.groups():
            if group.id in refused:
                attempt = len(tar_paths(self._stage.run, group.id))
                if attempt <= self._stage.recipe.repair.attempts:
                    part = plan.remade(group, self._with_others(group, refused[group.id]), attempt, self._stage.recipe.seed)
                    rounds.setdefault(attempt, []).append(part)
        return {name for attempt, parts in rounds.items() for name in self._remake(parts, attempt)}

    def _may_mend(self, row: verdicts.Verdict) -> bool:
        """Whether making a refused sample again may give another: broken bytes always, the same pixels never."""
        return row.group not in self._hopeless and (self._attempts_differ or STRUCTURE in row.refused_by.split(","))

    def _with_others(self, group: PlannedGroup, keys: set[str]) -> set[str]:
        """The refused cells, and those of their poses where the engine makes a pose's cells together."""
        chosen = self._stage.recipe.engine
        together: Callable[[Mapping[str, Any]], bool] | None = getattr(
            registry.find("engines", chosen.name), "remakes_poses", None
        )
        if together is None or not together(chosen.options):
            return keys
        poses = {cell.pose_index for cell in group.cells if cell.key in keys}
        return {cell.key for cell in group.cells if cell.pose_index in poses}

    def _remake(self, parts: list[PlannedGroup], attempt: int) -> set[str]:
        cells = sum(len(part.cells) for part in parts)
        self._watchers.said(f"Making {cells} refused samples of {len(parts)} groups again, attempt {attempt}.")
        try:
            generate.remake(self._stage.run, parts, attempt, self._workers, on_progress=self._watchers.making)
        except QuarantinedError as error:
            self._hopeless.update(item.group.partition(".")[0] for item in error.summary.quarantined)
        return {part.id for part in parts} - self._hopeless

    def stand_in(self) -> set[str]:
        """Make the next reserves of each split that lacks groups, until some can be made; the groups that were made."""
        while chosen := self._next_reserves():
            if made := self._make_reserves(chosen):
                return made
        return set()

    def _next_reserves(self) -> list[str]:
        wanted = self._lacking()
        chosen: list[str] = []
        for group in self._stage.groups():
            free = group.reserve and group.id not in self._hopeless and not self._stage.run.group_tar(group.id).is_file()
            if free and wanted[group.split] > 0:
                wanted[group.split] -= 1
                chosen.append(group.id)
        return chosen

    def _make_reserves(self, chosen: list[str]) -> set[str]:
        self._watchers.said(f"{len(chosen)} reserve subjects stand in for refused ones.")
        try:
            generate.generate(self._stage.run, self._workers, groups=chosen, on_progress=self._watchers.making)
        except QuarantinedError as error:
            self._hopeless.update(item.group for item in error.summary.quarantined)
        return set(chosen) - self._hopeless

    def _lacking(self) -> Counter[str]:
        """How many groups each split still lacks."""
        accepted = {row.group for row in verdicts.read(self._stage.run.verdicts) if not row.sample and row.accepted}
        lacking: Counter[str] = Counter()
        for group in self._stage.groups():
            lacking[group.split] += (not group.reserve) - (group.id in accepted)
        return lacking

    def _set_aside(self, groups: Iterable[str]) -> bool:
        """Set damaged tars of repairs aside, so that they are made again; False when there is none among these groups."""
        found = [path for name in groups for path in _damaged_repairs(self._stage.run, name)]
        for path in found:
            path.replace(path.with_name(path.name + DAMAGED_SUFFIX))
        return bool(found)


def _damaged_repairs(run: Run, group: str) -> list[Path]:
    """The first damaged tar of a group's repairs, and the later ones, which were made because of what it held."""
    repairs = tar_paths(run, group)[1:]
    for number, path in enumerate(repairs):
        try:
            read_tar(path)
        except DataError:
            return repairs[number:]
    return []

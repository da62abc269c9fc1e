"""Reads a run folder, whatever stages it has been through, as one story."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from spotdiff10k import release, verdicts
from spotdiff10k.errors import DataError
from spotdiff10k.report import checks, pace
from spotdiff10k.report.certified import read_certified
from spotdiff10k.report.facts import describe_run, version_list
from spotdiff10k.report.library import RunLibrary, released_members
from spotdiff10k.report.values import Members, Quarantined, Refusal, StageState, Story, Tallies
from spotdiff10k.run import Run
from spotdiff10k.samples import GROUP_PATTERN
from spotdiff10k.stage import Stage, open_stage
from spotdiff10k.types import PlannedGroup
from spotdiff10k.verification.files import sealed_files

MAX_PICTURES = 20_000
"""Pictures that can be browsed: whole groups, evenly chosen from a larger run."""
MAX_WAITING = 240
"""Groups without pictures that are shown while nothing was made yet."""
SHOWN = ("released", "accepted", "refused", "made", "quarantined")


@dataclass(slots=True)
class _Found:
    """What lies in the run folder, as far as it could be read."""

    run: Run
    stage: Stage
    release: Mapping[str, Any] | None = None
    released: Mapping[str, Members] = field(default_factory=dict)
    rows: list[verdicts.Verdict] = field(default_factory=list)
    quarantined: dict[str, str] = field(default_factory=dict)  # group -> error
    problems: list[str] = field(default_factory=list)


def read(run: Run) -> Story:
    """Read a run. Raises RunError when it has no plan; anything else that is damaged becomes a problem in the story."""
    found = _Found(run, open_stage(run))
    _read_release(found)
    if run.verdicts.is_file():
        try:
            found.rows = verdicts.read(run.verdicts)
        except DataError as error:
            found.problems.append(str(error))
    found.quarantined = dict(_quarantined(run))
    return _told(found)


def _read_release(found: _Found) -> None:
    """The sealed release, if there is one that can be read; without it, the tars of the groups are shown."""
    if not found.run.release.is_file():
        return
    try:
        found.release = release.read_release(found.run.release)
        shards = sorted(name for name in sealed_files(found.release)[0] if name.startswith("shards/"))
        found.released = released_members(found.run, shards)
    except DataError as error:
        found.release = None
        found.problems.append(f"{error} The groups are shown as they were made.")


def _quarantined(run: Run) -> Iterable[tuple[str, str]]:
    for path in sorted(run.quarantine.glob("*.json")):
        try:
            record = json.loads(path.read_bytes())
            yield path.stem, str(record.get("error", record))
        except (OSError, ValueError, AttributeError) as error:
            yield path.stem, f"Its record cannot be read: {error}."


def _told(found: _Found) -> Story:
    states = _States(found)
    tallies = Tallies(counted=states.counted)
    chosen: list[tuple[str, int]] = []
    seen = {"planned": 0, "made": 0, "given_up": 0}  # regular groups
    for group in found.stage.groups():
        state = states.of(group)
        seen["planned"] += not group.reserve
        seen["made"] += state not in ("waiting", "quarantined") and not group.reserve
        seen["given_up"] += state == "quarantined" and not group.reserve
        if state == states.counted or (states.counted == "planned" and not group.reserve):
            tallies.count(group)
        if state in SHOWN and GROUP_PATTERN.fullmatch(group.id):
            chosen.append((group.id, len(group.cells)))
    names = _browsable(chosen)
    groups = [group for group in found.stage.groups() if group.id in names] if names else _waiting(found.stage)
    library = RunLibrary(found.run, found.released)
    judged = checks.tell(found.stage, found.rows, library)
    facts = describe_run(found.run, found.stage.recipe, found.release, found.rows, tallies)
    facts["certificate"] = read_certified(found.run, facts["digest"].removeprefix("sha256:"), found.problems)
    return Story(
        title=found.stage.recipe.name,
        purpose=found.stage.recipe.purpose,
        recipe=found.run.recipe.read_text(encoding="utf-8"),
        stages=_stages(found, **seen),
        groups=tuple(groups),
        states={group.id: states.of(group) for group in groups},
        library=library,
        tallies=tallies,
        refusals=tuple(_refusals(found.rows)),
        quarantined=tuple(Quarantined(group, error) for group, error in found.quarantined.items()),
        facts=facts,
        versions=version_list(found.stage, found.release),
        throughput=pace.throughput(found.run.events),
        problems=(*found.problems, *judged.problems),
        judged=judged,
    )


class _States:
    """How far each group has come."""

    def __init__(self, found: _Found) -> None:
        self._found = found
        self._judged = {row.group: row.accepted for row in found.rows if not row.sample}
        self.counted = self._which()

    def _which(self) -> str:
        """Which groups are counted: the furthest that the run has come."""
        if self._found.released:
            return "released"
        if self._judged:
            return "accepted"
        return "made" if any(self._found.run.groups.glob("*/*.tar")) else "planned"

    def of(self, group: PlannedGroup) -> str:
        """The state of a group, one word."""
        if group.id in self._found.released:
            return "released"
        if not self._found.run.group_tar(group.id).is_file():
            return "quarantined" if group.id in self._found.quarantined else "waiting"
        if group.id in self._judged:
            return "accepted" if self._judged[group.id] else "refused"
        return "made"


def _browsable(chosen: list[tuple[str, int]]) -> set[str]:
    """The groups that are shown: all of them, or evenly chosen ones with MAX_PICTURES pictures together."""
    pictures = sum(cells for _, cells in chosen)
    count = len(chosen) if pictures <= MAX_PICTURES else max(1, len(chosen) * MAX_PICTURES // pictures)
    return {chosen[place * len(chosen) // count][0] for place in range(count)}


def _waiting(stage: Stage) -> list[PlannedGroup]:
    return list(islice((group for group in stage.groups() if not group.reserve), MAX_WAITING))


def _stages(found: _Found, planned: int, made: int, given_up: int) -> tuple[StageState, ...]:
    generated = made + given_up >= planned
    return (
        StageState("plan", True),
        StageState("generate", generated, "" if generated else f"{made:,} of {planned:,} groups"),
        StageState("validate", bool(found.rows)),
        StageState("shard", found.release is not None),
    )


def _refusals(rows: Iterable[verdicts.Verdict]) -> list[Refusal]:
    """Refused samples, and groups that were refused as such; a group that only follows its samples is left out."""
    rows = list(rows)
    follows = {row.group for row in rows if row.sample and not row.accepted and not row.superseded}
    return [
        Refusal(row.group, row.sample, row.check or "earlier thresholds", row.reason, row.evidence, row.attempt, row.superseded)
        for row in rows
        if not row.accepted and (row.sample or row.group not in follows)
    ]

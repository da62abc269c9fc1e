"""Measuring one group: only what its tars, its plan and the checks' versions leave unmeasured."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from spotdiff10k import measures
from spotdiff10k.attempts import as_of
from spotdiff10k.committed import GroupView, StoredTar, read_tar, tar_paths, view_group
from spotdiff10k.errors import DataError
from spotdiff10k.limits import Thresholds, chosen_checks, make_check, options_of
from spotdiff10k.measures import Check, CheckMeasures, GroupMeasures, Measures, Round, planned_digest, setup_of
from spotdiff10k.run import Run
from spotdiff10k.types import EngineSettings, PlannedGroup

STRUCTURE = "structure"
ENCODER = "encoder"
"""The option of a check that names its encoder."""
NO_MODELS = frozenset({"blocklist"})
"""Options of checks that never name a model."""
NOBODY = frozenset({"", "none"})
"""Values of an option that name no model."""
GROUPS_IN_HAND = 2


class Measured(NamedTuple):
    """What came of measuring a group."""

    samples: int  # measured now; 0 when all was known
    damaged: str = ""  # the name of a tar that cannot be read
    damage: str = ""  # why, as a sentence
    seconds: float = 0.0  # on the clock of its worker, for a pilot; no result depends on it


@dataclass(frozen=True, slots=True)
class MeasureWork:
    """Measures groups wherever an executor runs it."""

    run: Run
    seed: int  # the recipe's
    engine: str
    settings: EngineSettings
    checks: Thresholds  # as in the recipe

    @property
    def in_hand(self) -> int:
        """Groups of a worker at a time: two where an encoder looks, one is read and decoded while the network has another.

        One where a segmenter or a scorer looks, which may not be meant for several threads.
        """
        options = [options_of(name, check, self.checks.get(name, {})) for name, check in chosen_checks(self.checks).items()]
        looking = {option for chosen in options for option, value in chosen.items() if value not in NOBODY}
        return GROUPS_IN_HAND if looking - NO_MODELS == {ENCODER} else 1

    def warm_up(self) -> None:
        """Import the checks, and what they compile."""
        for check in chosen_checks(self.checks).values():
            warm_up: Callable[[], None] | None = getattr(check, "warm_up", None)
            if warm_up is not None:
                warm_up()

    def open(self) -> Callable[[PlannedGroup], Measured]:
        """Make the checks once."""
        checks = {name: make_check(name, self.checks) for name in chosen_checks(self.checks)}
        at_once = self.in_hand

        def measure(planned: PlannedGroup) -> Measured:
            began = time.monotonic()
            found = self.measure(planned, checks)
            return found._replace(seconds=(time.monotonic() - began) / at_once)

        return measure

    def measure(self, planned: PlannedGroup, checks: Mapping[str, Check]) -> Measured:
        """Bring the measures of one committed group up to date."""
        tars: list[tuple[StoredTar, bytes]] = []
        for path in tar_paths(self.run, planned.id):
            try:
                tars.append(read_tar(path))
            except DataError as error:
                return Measured(0, path.name, str(error))
        path = self.run.group_measures(planned.id)
        digest = planned_digest(planned)
        on_disk = measures.read(path)
        known = _usable(on_disk, digest, [stored for stored, _ in tars])
        changed = on_disk is None or len(on_disk.rounds) != len(tars)
        rounds: list[Round] = []
        view: GroupView | None = None
        for number in range(len(tars)):
            before = known[number].checks if number < len(known) else {}
            missing = {name: check for name, check in checks.items() if not _is_current(before.get(name), check)}
            fresh: Mapping[str, CheckMeasures] = {}
            if missing:
                keys = [stored.keys for stored, _ in tars[1 : number + 1]]
                view = view_group(as_of(planned, keys, self.seed), self.settings, self.engine, tars[: number + 1], view)
                view = replace(view, run=self.run)
                fresh = _take(view, missing, before)
                changed = True
            rounds.append(Round(tars[number][0], {**before, **fresh}))
        if not changed:
            return Measured(0)
        measures.write(path, GroupMeasures(planned.id, digest, tuple(rounds)))
        return Measured(len(planned.cells))


def _is_current(known: CheckMeasures | None, check: Check) -> bool:
    return known is not None and known.version == check.version and known.setup == setup_of(check)


def _usable(known: GroupMeasures | None, digest: str, stored: Sequence[StoredTar]) -> tuple[Round, ...]:
    """The rounds that were measured on the very tars that are there now, under the same plan."""
    if known is None or known.planned != digest:
        return ()
    usable: list[Round] = []
    for item, tar in zip(known.rounds, stored, strict=False):
        if item.tar != tar:
            break
        usable.append(item)
    return tuple(usable)


def _take(view: GroupView, checks: Mapping[str, Check], known: Mapping[str, CheckMeasures]) -> dict[str, CheckMeasures]:
    """Run checks on a group; all but `structure` see only the samples that `structure` found no fault with."""
    taken: dict[str, CheckMeasures] = {}
    if STRUCTURE in checks:
        taken[STRUCTURE] = _taken(checks[STRUCTURE], view)
    structure = taken.get(STRUCTURE) or known[STRUCTURE]
    sound = replace(view, samples=tuple(sample for sample in view.samples if _is_sound(structure.measures, sample.key)))
    for name, check in checks.items():
        if name != STRUCTURE:
            taken[name] = _taken(check, sound)
    return taken


def _taken(check: Check, view: GroupView) -> CheckMeasures:
    return CheckMeasures(check.version, check.measure(view), setup_of(check))


def _is_sound(structure: Measures, key: str) -> bool:
    return not any(structure.samples[key].values())

"""Calibrate on groups: make good ones, plant defects, choose thresholds on one half of the subjects, report on the other."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from spotdiff10k import __version__, registry
from spotdiff10k.calibration.across import add_across
from spotdiff10k.calibration.bench import BenchWork, GroupOutcome
from spotdiff10k.calibration.choosing import choose, with_chosen
from spotdiff10k.calibration.defects import DEFECTS
from spotdiff10k.calibration.defects.plans import PLAN_DEFECTS
from spotdiff10k.calibration.good import HELD_OUT, ROLES, THRESHOLDS, siblings, subject_name
from spotdiff10k.calibration.observed import Observed, observe
from spotdiff10k.calibration.parts import Parts
from spotdiff10k.calibration.preparing import Prepared
from spotdiff10k.calibration.reporting import check_calibration, defect_calibration, graded, refusals
from spotdiff10k.calibration.sets import add_sets
from spotdiff10k.calibration.sides import Chosen
from spotdiff10k.calibration.values import Calibration, MadeOn
from spotdiff10k.executors import Task
from spotdiff10k.limits import Rule, Thresholds, chosen_checks, make_check, options_of, read_rules
from spotdiff10k.measures import Check, setup_of
from spotdiff10k.spread import spread

OnProgress = Callable[[int, int], None]
"""Told (groups done, groups in all)."""


def calibrate(
    prepared: Prepared,
    workers: int = 0,
    on_progress: OnProgress | None = None,
    kept: Path | None = None,
    choosing: bool = True,
) -> Calibration:
    """Measure everything, choose, report; what is measured is kept in the folder `kept`, and not measured again.

    Without `choosing`, the thresholds of the request are reported on as they are. Raises RunError when a group cannot be made
    or measured.
    """
    checks = {name: make_check(name, prepared.checks) for name in chosen_checks(prepared.checks)}
    measured = _measured(prepared, checks, workers, on_progress, kept)
    outcomes = sorted(measured, key=lambda one: (one.assigned.role, one.assigned.plan, one.assigned.place))
    own = read_rules(prepared.checks)
    halves = {role: _half(role, outcomes, own, checks) for role in ROLES}
    severe = {(name, i): grade >= one.severe for name, one in DEFECTS.items() for i, grade in enumerate(one.grades)}
    chosen = choose(halves[THRESHOLDS], own, severe, prepared.request.target) if choosing else []
    _look_at_sets(prepared, halves[HELD_OUT], [one for one in outcomes if one.assigned.role == HELD_OUT], own, checks)
    return _reported(prepared, halves, checks, chosen)


def _look_at_sets(
    prepared: Prepared,
    seen: Observed,
    held_out: Sequence[GroupOutcome],
    rules: Sequence[Rule],
    checks: Mapping[str, Check],
) -> None:
    names = [name for name in prepared.request.defects if name in PLAN_DEFECTS]
    twins = {name: [one for one in held_out if one.assigned.plan == name] for name in names}
    most = prepared.request.counts.planned_sets
    good = [one for one in held_out if not one.assigned.plan and one.assigned.place < most]
    add_sets(seen, good, twins, rules, checks, prepared.recipe.seed)


def _reported(
    prepared: Prepared, halves: Mapping[str, Observed], checks: Mapping[str, Check], chosen: Sequence[Chosen]
) -> Calibration:
    """What the thresholds do on the half that had no part in choosing them."""
    rules = read_rules(with_chosen(prepared.checks, chosen))
    seen = halves[HELD_OUT]
    return Calibration(
        name=prepared.request.name,
        made_on=_made_on(prepared, halves),
        target=prepared.request.target,
        refused=refusals(seen.good, rules),
        checks={
            name: check_calibration(
                check, options_of(name, type(check), prepared.checks.get(name, {})), seen, _of(rules, name), chosen
            )
            for name, check in checks.items()
        },
        defects={name: defect_calibration(name, graded(name), seen, rules) for name in prepared.request.defects},
        skipped=dict(prepared.skipped),
    )


def _of(rules: Iterable[Rule], check: str) -> list[Rule]:
    return [rule for rule in rules if rule.check == check]


def _measured(
    prepared: Prepared, checks: Mapping[str, Check], workers: int, on_progress: OnProgress | None, kept: Path | None
) -> Iterator[GroupOutcome]:
    work = _work(prepared)
    parts = None if kept is None else Parts(kept, _asked(work, checks))
    found = [(one, parts.read(one) if parts else None) for one in prepared.groups]
    missing = [one for one, outcome in found if outcome is None]
    known = [outcome for _, outcome in found if outcome is not None]
    yield from known
    for done, (_, outcome) in enumerate(
        spread(work, (Task(f"{one.planned.id}{one.plan}", one) for one in missing), workers), start=1
    ):
        if parts is not None:
            parts.write(outcome)
        if on_progress is not None:
            on_progress(len(known) + done, len(prepared.groups))
        yield outcome


def _work(prepared: Prepared) -> BenchWork:
    return BenchWork(
        engine=prepared.recipe.engine.name,
        settings=prepared.recipe.engine_settings(),
        checks=_options(prepared),
        defects=tuple(name for name in prepared.request.defects if name in DEFECTS),
        seed=prepared.recipe.seed,
        poses=prepared.plan.poses,
        backgrounds=prepared.plan.backgrounds,
        siblings={role: siblings(prepared.plan, role, prepared.recipe.seed) for role in ROLES},
    )


def _options(prepared: Prepared) -> Thresholds:
    """What chooses how the checks measure, where it is not the default; thresholds change nothing about it."""
    found = {}
    for name, check in chosen_checks(prepared.checks).items():
        default = options_of(name, check, {})
        asked = options_of(name, check, prepared.checks.get(name, {}))
        found[name] = {option: value for option, value in asked.items() if value != default[option]}
    return found


def _asked(work: BenchWork, checks: Mapping[str, Check]) -> str:
    """All that the numbers of a group depend on besides the group."""
    versions = {name: [check.version, setup_of(check)] for name, check in checks.items()}
    engine = registry.find("engines", work.engine).version
    return json.dumps([__version__, engine, versions, asdict(work)], sort_keys=True, default=str)


def _half(role: str, outcomes: Iterable[GroupOutcome], rules: tuple[Rule, ...], checks: Mapping[str, Check]) -> Observed:
    mine = [one for one in outcomes if one.assigned.role == role and not one.assigned.plan]
    subjects = {one.assigned.planned.id: subject_name(one.assigned.planned.subject) for one in mine}
    seen = observe(mine, rules, subjects)
    add_across(seen, mine, rules, checks)
    return seen


def _made_on(prepared: Prepared, halves: Mapping[str, Observed]) -> MadeOn:
    engine = prepared.recipe.engine.name
    return MadeOn(
        kind="groups",
        engine=engine,
        engine_version=registry.find("engines", engine).version,
        sizes=prepared.request.sizes,
        seed=prepared.request.seed,
        recipe=prepared.recipe.pixel_settings(),
        threshold_subjects=tuple(sorted(one.subject for one in halves[THRESHOLDS].good)),
        held_out_subjects=tuple(sorted(one.subject for one in halves[HELD_OUT].good)),
        threshold_samples=halves[THRESHOLDS].samples,
        held_out_samples=halves[HELD_OUT].samples,
    )

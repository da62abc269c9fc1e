"""Calibrate on real photographs: the same object in other views, other objects, and copies of a view."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from spotdiff10k.calibration.bench import measure, seen
from spotdiff10k.calibration.choosing import choose, with_chosen
from spotdiff10k.calibration.copying import nearly
from spotdiff10k.calibration.edits import picture_of, with_picture
from spotdiff10k.calibration.observed import GoodGroup, Observed, Planting, values_of
from spotdiff10k.calibration.photographs import Photographed, group_of, halves, read_folder
from spotdiff10k.calibration.planting import Group, Planted
from spotdiff10k.calibration.reporting import Graded, check_calibration, defect_calibration, refusals
from spotdiff10k.calibration.values import Calibration, MadeOn
from spotdiff10k.limits import Rule, Scope, Thresholds, make_check, options_of, read_rules
from spotdiff10k.measures import Check
from spotdiff10k.seeds import seed_for
from spotdiff10k.types import EngineSettings

CHECKS = ("identity", "duplicates")
"""Checks that need no other label than which pictures show the same object."""
NO_ENGINE = "photographs"
OTHER_OBJECT, COPIED_VIEW = "other-object", "copied-view"
DEFECTS: Mapping[str, Graded] = {
    OTHER_OBJECT: Graded("one view shows another object", "pairs", "views", (1.0,), 1.0),
    COPIED_VIEW: Graded(
        "one view is a copy of another", "pairs", "% alike: 100 exact, 95 squeezed and brighter, 90 cropped as well",
        (90.0, 95.0, 100.0), 90.0,
    ),
}  # fmt: skip

OnProgress = Callable[[int, int], None]
"""Told (objects done, objects in all)."""


@dataclass(frozen=True, slots=True)
class PairsRequest:
    """What to calibrate on a folder of photographs."""

    name: str
    folder: Path
    size: int  # pixels that pictures are made to
    target: float
    checks: Thresholds
    seed: int = 0


def calibrate_pairs(request: PairsRequest, on_progress: OnProgress | None = None) -> Calibration:
    """Choose thresholds on one half of the objects, report on the other. Raises DataError when there are too few."""
    parts = halves(read_folder(request.folder), request.seed)
    checks = {name: make_check(name, request.checks) for name in request.checks}
    rules = _rules(request.checks)
    seen_by: dict[str, Observed] = {}
    done, total = 0, sum(len(objects) for objects in parts.values())
    for role, objects in parts.items():
        seen_by[role] = Observed()
        groups = [_group(request, one, place) for place, one in enumerate(objects)]
        for place, group in enumerate(groups):
            _look(request, seen_by[role], group, groups, place, checks, rules)
            done += 1
            if on_progress is not None:
                on_progress(done, total)
    severe = {(name, i): grade >= one.severe for name, one in DEFECTS.items() for i, grade in enumerate(one.grades)}
    chosen = choose(seen_by["train"], rules, severe, request.target)
    decided = _rules(with_chosen(request.checks, chosen))
    held_out = seen_by["test"]
    return Calibration(
        name=request.name,
        made_on=_made_on(request, parts, seen_by),
        target=request.target,
        refused=refusals(held_out.good, decided),
        checks={
            name: check_calibration(
                check,
                options_of(name, type(check), request.checks[name]),
                held_out,
                [rule for rule in decided if rule.check == name],
                chosen,
            )
            for name, check in checks.items()
        },
        defects={name: defect_calibration(name, one, held_out, decided) for name, one in DEFECTS.items()},
    )


def _rules(checks: Thresholds) -> list[Rule]:
    """Rules of the chosen checks about samples and groups; photographs are not looked at as a set."""
    return [rule for rule in read_rules(checks) if rule.check in checks and rule.scope in (Scope.SAMPLE, Scope.GROUP)]


def _group(request: PairsRequest, one: Photographed, place: int) -> Group:
    rng = random.Random(seed_for(request.seed, "views", one.name))  # noqa: S311 - not for secrets
    return group_of(one, place, request.size, rng)


def _look(
    request: PairsRequest,
    found: Observed,
    group: Group,
    groups: Sequence[Group],
    place: int,
    checks: Mapping[str, Check],
    rules: Sequence[Rule],
) -> None:
    """Measure an object's views as they are, and with every defect."""
    settings = EngineSettings(size=request.size, outputs=())
    taken = measure(seen(group, settings, NO_ENGINE), checks)
    keys = [cell.key for cell in group.planned.cells]
    name = group.planned.subject.source
    found.good.append(GoodGroup(group.planned.id, name, len(keys), values_of(taken, keys, rules)))
    for rule in rules:
        if why := taken[rule.check].unchecked.get(rule.measure, ""):
            found.unchecked[f"{rule.check}.{rule.measure}"][why] += 1
    for defect, graded in DEFECTS.items():
        for grade, severity in enumerate(graded.grades):
            rng = random.Random(seed_for(request.seed, "pairs", defect, name))  # noqa: S311 - not for secrets
            planted = _planted(defect, severity, group, groups, place, rng)
            values = measure(seen(planted.group, settings, NO_ENGINE), checks)
            found.planted[defect, grade].append(Planting(group.planned.id, values_of(values, planted.changed, rules)))


def _planted(defect: str, severity: float, group: Group, groups: Sequence[Group], place: int, rng: random.Random) -> Planted:
    cell = rng.choice(group.planned.cells)
    if defect == OTHER_OBJECT:
        other = rng.choice([one for position, one in enumerate(groups) if position != place])
        return Planted.in_samples(group, {cell.key: other.members(rng.choice(other.planned.cells))})
    source = group.members(rng.choice([one for one in group.planned.cells if one != cell]))
    return Planted.in_samples(group, {cell.key: with_picture(source, nearly(picture_of(source), severity))})


def _made_on(request: PairsRequest, parts: Mapping[str, Sequence[Photographed]], seen_by: Mapping[str, Observed]) -> MadeOn:
    return MadeOn(
        kind="pairs",
        engine="",
        engine_version=0,
        sizes=(request.size,),
        seed=request.seed,
        recipe={},
        threshold_subjects=tuple(sorted(one.name for one in parts["train"])),
        held_out_subjects=tuple(sorted(one.name for one in parts["test"])),
        threshold_samples=seen_by["train"].samples,
        held_out_samples=seen_by["test"].samples,
    )

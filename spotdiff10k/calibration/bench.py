"""The work of a worker: make a good group, measure it, plant every defect of every grade in it, measure each."""

import io
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from spotdiff10k.calibration.defects import DEFECTS
from spotdiff10k.calibration.good import Assigned
from spotdiff10k.calibration.planting import Defect, Group, Planted, Workshop, open_engine
from spotdiff10k.committed import GroupView, SampleView, StoredMember, StoredTar, view_group
from spotdiff10k.engines import warm_up
from spotdiff10k.limits import Thresholds, chosen_checks, make_check
from spotdiff10k.measures import Check, Measures
from spotdiff10k.measuring import STRUCTURE
from spotdiff10k.seeds import seed_for
from spotdiff10k.tar import group_bytes, read_members
from spotdiff10k.types import BackgroundLevel, EngineSettings, PoseLevel, SubjectLevel

Taken = Mapping[str, Measures]
"""What every check measured on one group, by the check's name."""


@dataclass(frozen=True, slots=True)
class PlantedOutcome:
    """A planted defect and what was measured on it. Of samples that do not carry it only facts are kept."""

    defect: str
    grade: int  # its place among the defect's grades
    changed: tuple[str, ...]
    visible: bool
    taken: Taken


@dataclass(frozen=True, slots=True)
class GroupOutcome:
    """A good group measured, and all that was planted in it."""

    assigned: Assigned
    good: Taken
    planted: tuple[PlantedOutcome, ...]


@dataclass(frozen=True, slots=True)
class BenchWork:
    """Calibrates on groups wherever an executor runs it."""

    engine: str
    settings: EngineSettings  # at any size
    checks: Thresholds
    defects: tuple[str, ...]
    seed: int
    poses: tuple[PoseLevel, ...]
    backgrounds: tuple[BackgroundLevel, ...]
    siblings: Mapping[str, Mapping[str, tuple[SubjectLevel, ...]]]  # by role, by family

    def warm_up(self) -> None:
        """Import the engine and the checks, and what they compile."""
        warm_up(open_engine(self.engine, self.settings))
        for check in chosen_checks(self.checks).values():
            found: Callable[[], None] | None = getattr(check, "warm_up", None)
            if found is not None:
                found()

    def open(self) -> Callable[[Assigned], GroupOutcome]:
        """Checks and engines are made once in a worker."""
        checks = {name: make_check(name, self.checks) for name in chosen_checks(self.checks)}
        shops: dict[int, Workshop] = {}

        def do(assigned: Assigned) -> GroupOutcome:
            if assigned.size not in shops:
                shops[assigned.size] = self._workshop(assigned.size)
            shop = replace(shops[assigned.size], siblings=self.siblings[assigned.role], partner=assigned.partner)
            return self._calibrate(assigned, shop, checks)

        return do

    def _workshop(self, size: int) -> Workshop:
        settings = replace(self.settings, size=size)
        return Workshop(open_engine(self.engine, settings), settings, self.poses, self.backgrounds, {})

    def _calibrate(self, assigned: Assigned, shop: Workshop, checks: Mapping[str, Check]) -> GroupOutcome:
        finished = next(iter(shop.engine.generate([assigned.planned])))
        group = Group(assigned.planned, finished)
        view = seen(group, shop.settings, self.engine)
        good = measure(view, checks)
        planted: list[PlantedOutcome] = []
        for name in self.defects if assigned.planted else ():
            defect = DEFECTS[name]
            for place, severity in enumerate(defect.grades):
                if severity < defect.severe and not assigned.mild:
                    continue
                rng = random.Random(seed_for(self.seed, "defect", name, group.planned.id))  # noqa: S311 - not for secrets
                found = defect.plant(group, severity, rng, shop)
                if found is not None:
                    planted.append(_outcome(defect, place, found, revised(view, group, found.group), checks))
        return GroupOutcome(assigned, good, tuple(planted))


def _outcome(defect: Defect, place: int, found: Planted, view: GroupView, checks: Mapping[str, Check]) -> PlantedOutcome:
    taken: Taken = {}
    if found.visible:
        every = measure(view, checks)
        taken = {name: _only(values, found.changed, defect.across) for name, values in every.items()}
    return PlantedOutcome(defect.name, place, found.changed, found.visible, taken)


def seen(group: Group, settings: EngineSettings, engine: str) -> GroupView:
    """A group as checks see it, without a file."""
    data = b"".join(group_bytes(group.finished))
    file = io.BytesIO(data)
    file.name = f"{group.planned.id}.tar"
    members = tuple(StoredMember(name, offset, size, "") for name, offset, size in read_members(file))
    return view_group(group.planned, settings, engine, [(StoredTar(file.name, len(data), "", members), data)])


def revised(view: GroupView, before: Group, after: Group) -> GroupView:
    """The view of a group after a defect was planted; samples that do not carry it keep what was decoded of them."""
    samples: list[SampleView] = []
    for sample, cell in zip(view.samples, after.planned.cells, strict=True):
        if after.by_key[cell.key] is before.by_key[cell.key]:
            samples.append(replace(sample, cell=cell))
        else:
            samples.append(sample.altered(cell, after.by_key[cell.key]))
    return replace(view, planned=after.planned, samples=tuple(samples))


def measure(view: GroupView, checks: Mapping[str, Check]) -> dict[str, Measures]:
    """What every check measures; all but `structure` see only the samples that `structure` found no fault with."""
    if STRUCTURE not in checks:
        return {name: check.measure(view) for name, check in checks.items()}
    structure = checks[STRUCTURE].measure(view)
    sound = tuple(sample for sample in view.samples if not any(structure.samples[sample.key].values()))
    rest = replace(view, samples=sound)
    return {name: structure if name == STRUCTURE else check.measure(rest) for name, check in checks.items()}


def _only(values: Measures, keys: Sequence[str], facts: bool) -> Measures:
    """The measures of some samples and of the group, without evidence."""
    samples = {key: values.samples[key] for key in (values.samples if facts else keys) if key in values.samples}
    return Measures(samples, values.group, {}, values.unchecked, values.facts if facts else {})

"""Known-good groups to calibrate on: planned like any dataset, in two halves that share no subject."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from spotdiff10k import plan
from spotdiff10k.errors import RecipeError
from spotdiff10k.plan import Plan
from spotdiff10k.plan.captions import spoken
from spotdiff10k.recipe import Recipe
from spotdiff10k.seeds import seed_for
from spotdiff10k.traits import catalogue, describe, draw, noun
from spotdiff10k.types import EngineSettings, PlannedGroup, SubjectLevel

THRESHOLDS, HELD_OUT = "train", "test"
"""Splits that the two halves are planned as: one to choose thresholds on, one to report on."""
ROLES = (THRESHOLDS, HELD_OUT)
MILD_EVERY = 3
"""Mild grades, whose curves are reported as they are, are planted in every third group; severe ones in all."""
TO_CHOOSE_BY = 60
"""Groups of the half that chooses, that severe grades are planted in where they are planted in so many of the other."""
MOST_IN_SETS = 100
"""Held-out groups that sets are drawn from and confounded plans are made for; more say little and cost three times as much."""
SIBLINGS = 12
"""Subjects of each family that are in no group, for swapping."""
LAYERS = ("plate", "shadow", "depth", "normal")
"""What good groups have; maps that are made of the picture would go stale when the picture is edited."""
DEFAULT_RECIPE: Mapping[str, Any] = {
    "name": "rendered",
    "engine": {"name": "rendered"},
    "poses": {"levels": 12, "count": 3},
    "backgrounds": {"levels": 120, "count": 3},
}
"""Many backgrounds, each of a few groups: what a threshold has to hold for is backgrounds that nobody has seen."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much to measure; all in groups."""

    thresholds: int
    held_out: int
    planted: int  # of the held-out ones, how many get the defects, and half as many of the others; the rest are only good
    severe: int = 0  # of the held-out ones, how many get the severe grades, where that is more

    @property
    def planned_sets(self) -> int:
        """Of the held-out ones, how many are in the sets that confounded plans are looked for in."""
        return min(self.held_out, max(MOST_IN_SETS, self.planted))


@dataclass(frozen=True, slots=True)
class Assigned:
    """A good group with what it is for."""

    planned: PlannedGroup
    role: str
    size: int  # pixels
    planted: bool  # gets the severe grades
    mild: bool  # gets the mild ones as well
    partner: PlannedGroup | None  # an earlier group of the same half, for what crosses over
    place: int  # in its half
    plan: str = ""  # the defect of the plan that it is part of


def calibration_recipe(base: Mapping[str, Any], counts: Counts, size: int, seed: int) -> Recipe:
    """A recipe like `base` for as many subjects as wanted, none of which the base's own seed would give."""
    total = counts.thresholds + counts.held_out
    values = {key: value for key, value in base.items() if key not in ("checks", "calibration", "certificate", "repair")}
    values["seed"] = seed_for(int(base.get("seed", 0)), "calibration", seed)
    values["engine"] = {**base.get("engine", {}), "size": size}
    values["subjects"] = {**base.get("subjects", {}), "count": total, "reserve": 0}
    values["outputs"] = {**base.get("outputs", {}), "layers": tuple(name for name in _layers(base) if name in LAYERS)}
    values["splits"] = {THRESHOLDS: counts.thresholds / total, "validation": 0.0, HELD_OUT: counts.held_out / total}
    return Recipe.model_validate(values)


def _layers(base: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(base.get("outputs", {}).get("layers", LAYERS))


def assigned(made: Plan, counts: Counts, sizes: tuple[int, ...]) -> Iterator[Assigned]:
    """Every group of both halves; sizes in turn. Every second has the one before it, of the same size, as its partner."""
    for role in ROLES:
        groups = list(made.groups(split=role))
        for place, planned in enumerate(groups):
            partner = groups[place - 1] if place % 2 else None
            all_grades = counts.planted if role == HELD_OUT else counts.planted // 2
            severe = counts.severe if role == HELD_OUT else min(counts.severe, TO_CHOOSE_BY)
            planted = place < max(all_grades, severe)
            mild = place < all_grades and place % MILD_EVERY == 0
            yield Assigned(planned, role, sizes[(place // 2) % len(sizes)], planted, mild, partner, place)


def confounded(base: Recipe, factor: str, counts: Counts, sizes: tuple[int, ...], defect: str) -> Iterator[Assigned]:
    """The held-out groups with levels of one factor that their families decide."""
    values = base.model_dump(mode="json")
    values["purpose"] = "control"
    values[factor] = {**values[factor], "depends_on": "family"}
    for one in assigned(plan.make(Recipe.model_validate(values)), counts, sizes):
        if one.role == HELD_OUT and one.place < counts.planned_sets:
            yield replace(one, planted=False, mild=False, partner=None, plan=defect)


def plan_good(recipe: Recipe, counts: Counts) -> Plan:
    """Plan the groups. Raises RecipeError when the halves would not be what was asked for."""
    made = plan.make(recipe)
    found = {role: sum(1 for _ in made.groups(split=role)) for role in ROLES}
    if found != {THRESHOLDS: counts.thresholds, HELD_OUT: counts.held_out}:
        raise RecipeError(f"{counts.thresholds} and {counts.held_out} subjects cannot be split so; take numbers that are closer.")
    return made


def subject_name(subject: SubjectLevel) -> str:
    """Who a subject is wherever it is used: "quadruped:812345", or "mesh:chair.glb"."""
    return f"{subject.family}:{subject.source or subject.identity}"


def siblings(made: Plan, role: str, seed: int) -> dict[str, tuple[SubjectLevel, ...]]:
    """By family, subjects to swap in: of procedural families new ones for each half, else the others of the same half."""
    groups = list(made.groups(split=role))
    taken = {(group.subject.family, group.subject.identity) for group in made}
    found: dict[str, tuple[SubjectLevel, ...]] = {}
    for family in sorted({group.subject.family for group in groups}):
        if family in catalogue("subjects"):
            numbers = (seed_for(seed, "calibration", "sibling", role, family, place) for place in range(SIBLINGS + len(taken)))
            fresh = [number for number in numbers if (family, number) not in taken][:SIBLINGS]
            found[family] = tuple(_sibling(family, number) for number in fresh)
        else:
            found[family] = tuple(group.subject for group in groups if group.subject.family == family)
    return found


def _sibling(family: str, identity: int) -> SubjectLevel:
    spec = catalogue("subjects")[family]
    traits = draw(spec, identity)
    return SubjectLevel(f"sibling-{identity}", family, identity, noun(spec, traits), spoken(describe(spec, traits)))


def settings_at(recipe: Recipe, size: int) -> EngineSettings:
    """What the engine is told, at one of the sizes."""
    return replace(recipe.engine_settings(), size=size)

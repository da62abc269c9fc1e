"""Make a plan from a recipe: a pure function of the recipe, the catalogues and people's own files."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from spotdiff10k import registry
from spotdiff10k.errors import PlanError
from spotdiff10k.plan import independence, matched_camera, own, photographed, subjects, summary
from spotdiff10k.plan.allocation import Columns, Demand, allocate, sharing
from spotdiff10k.plan.levels import background_levels, pose_levels
from spotdiff10k.plan.splits import apportion, apportion_reserve, deal
from spotdiff10k.plan.subjects import Drawn, balanced_order
from spotdiff10k.plan.table import GroupTable
from spotdiff10k.plan.values import Facts, Plan
from spotdiff10k.recipe import Recipe, folders
from spotdiff10k.recipe.factors import ImageFolder, MeshFolder, PhotoFolder
from spotdiff10k.types import BackgroundLevel, PoseLevel

MOST_SAMPLES = 100_000_000
FORMAT = 1
"""Of plan.json and plan.parquet, and part of the fingerprint."""


def make(recipe: Recipe) -> Plan:
    """Expand a recipe. Raises PlanError when the numbers do not fit, or when the plan would be confounded."""
    _refuse_too_many(recipe)
    poses, drawn, rejected, elevation = _poses_and_subjects(recipe)
    backgrounds = matched_camera.seen_from(_backgrounds(recipe), elevation)
    splits = _splits(recipe, drawn)
    pose_sets, background_sets = allocate(
        drawn,
        splits,
        recipe.subjects.count,
        Demand(recipe.poses.levels, recipe.poses.count, recipe.poses.depends_on),
        Demand(recipe.backgrounds.levels, recipe.backgrounds.count, recipe.backgrounds.depends_on),
        recipe.seed,
    )
    table = GroupTable(recipe.seed, poses, backgrounds, drawn, splits, recipe.subjects.count, pose_sets, background_sets)
    return Plan(_facts(recipe, table, rejected), poses, backgrounds, table)


def _refuse_too_many(recipe: Recipe) -> None:
    samples = recipe.samples
    if samples > MOST_SAMPLES:
        raise PlanError(
            f"{recipe.subjects.count:,} subjects × {recipe.poses.count} poses × {recipe.backgrounds.count} backgrounds are "
            f"{samples:,} samples; a plan has at most {MOST_SAMPLES:,}. Lower subjects.count, or make several sets."
        )


def _backgrounds(recipe: Recipe) -> tuple[BackgroundLevel, ...]:
    wanted = recipe.backgrounds
    if isinstance(wanted.source, ImageFolder):
        return own.images(Path(wanted.source.images), wanted.source.licence, wanted.levels, recipe.seed)
    return background_levels(wanted.levels, recipe.seed, wanted.kinds)


def _poses_and_subjects(recipe: Recipe) -> tuple[tuple[PoseLevel, ...], list[Drawn], dict[str, int], float | None]:
    """Pose levels, subjects, refused draws, and the height of a camera to match: photographs bring their poses and cameras."""
    wanted = recipe.subjects
    if isinstance(wanted.source, PhotoFolder):
        total = wanted.count + wanted.reserve
        found = photographed.levels_and_subjects(Path(wanted.source.photos), recipe.poses.levels, total, recipe.seed)
        return found[0], found[1], {}, found[2]
    poses = pose_levels(recipe.poses.levels, recipe.seed, recipe.poses.articulations, recipe.poses.turns)
    return poses, *_subjects(recipe), None


def _subjects(recipe: Recipe) -> tuple[list[Drawn], dict[str, int]]:
    wanted = recipe.subjects
    total = wanted.count + wanted.reserve
    if isinstance(wanted.source, MeshFolder):
        return own.meshes(Path(wanted.source.meshes), wanted.source.licence, total, recipe.seed), {}
    return subjects.procedural(wanted.families, total, wanted.least_difference, recipe.seed)


def _splits(recipe: Recipe, drawn: Sequence[Drawn]) -> list[str]:
    """The split of every group: dealt along the order of likeness, so that splits have the same families and colours."""
    regular = apportion(recipe.subjects.count, recipe.fractions)
    reserve = apportion_reserve(recipe.subjects.reserve, regular)
    splits = [""] * len(drawn)
    for start, shares in ((0, regular), (recipe.subjects.count, reserve)):
        members = drawn[start : start + sum(shares.values())]
        for position, split in zip(balanced_order(members, recipe.seed, "splits"), deal(shares), strict=True):
            splits[start + position] = split
    return splits


def _facts(recipe: Recipe, table: GroupTable, rejected: dict[str, int]) -> Facts:
    regular = table.regular
    drawn, splits = table.subjects[:regular], table.splits[:regular]
    pose_sets, background_sets = table.pose_sets[:regular], table.background_sets[:regular]
    tests = independence.measure(
        pose_sets, background_sets, [subject.family for subject in drawn], [subject.colour for subject in drawn], recipe.seed
    )
    summary.refuse_confounded(tests, recipe.purpose)
    inputs = _inputs(recipe, table)
    return Facts(
        fingerprint=_fingerprint(recipe, table, inputs),
        name=recipe.name,
        purpose=recipe.purpose,
        seed=recipe.seed,
        counts=summary.counts(table.splits, regular, recipe.poses.count * recipe.backgrounds.count, recipe.fractions),
        balance=summary.balance(drawn, splits, _sets(table, pose_sets, background_sets)),
        sharing=sharing(pose_sets, background_sets, table.splits, regular, recipe.poses.levels, recipe.backgrounds.levels),
        dependence=tests,
        rejected=rejected,
        inputs=inputs,
    )


def _sets(table: GroupTable, pose_sets: Columns, background_sets: Columns) -> dict[str, tuple[list[str], Columns]]:
    return {
        "pose": ([level.id for level in table.poses], pose_sets),
        "background": ([level.id for level in table.backgrounds], background_sets),
    }


def _inputs(recipe: Recipe, table: GroupTable) -> dict[str, str]:
    """The digests of people's own files that the plan uses, by folder and name."""
    found: dict[str, str] = {}
    if isinstance(recipe.subjects.source, MeshFolder):
        folder = Path(recipe.subjects.source.meshes)
        found |= {f"meshes/{subject.source}": own.digest(folder / subject.source) for subject in table.subjects}
    if isinstance(recipe.subjects.source, PhotoFolder):
        found |= photographed.inputs(Path(recipe.subjects.source.photos), [subject.source for subject in table.subjects])
    if isinstance(recipe.backgrounds.source, ImageFolder):
        folder = Path(recipe.backgrounds.source.images)
        found |= {f"images/{level.source}": own.digest(folder / level.source) for level in table.backgrounds}
    return dict(sorted(found.items()))


def _fingerprint(recipe: Recipe, table: GroupTable, inputs: dict[str, str]) -> str:
    """Of the engine's version, the recipe's pixel settings without folder names, the catalogues as they came out, the inputs."""
    settings: dict[str, Any] = recipe.pixel_settings()
    for factor, key in folders.SOURCES:
        if folders.holder(settings, (factor, "source", key)):
            settings[factor] = {**settings[factor], "source": {**settings[factor]["source"], key: ""}}
    for place in folders.OPTIONS:
        if inside := folders.holder(settings, place):
            inside[place[-1]] = folders.changed(place, inside[place[-1]], lambda _: "")  # what lies there is told by the records
    poses = [asdict(level) for level in table.poses]
    backgrounds = [asdict(level) for level in table.backgrounds]
    described = [subject.description for subject in table.subjects]
    version = registry.find("engines", recipe.engine.name).version
    return summary.fingerprint(FORMAT, version, settings, poses, backgrounds, described, inputs)

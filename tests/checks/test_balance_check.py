"""The balance check on planned sets whose pictures are stood in for by what would be noted of them."""

import base64
import random
from collections.abc import Sequence

import numpy as np
import pytest

from spotdiff10k import plan, recipe
from spotdiff10k.checks._leaks import tells
from spotdiff10k.checks._ridge import FOLDS, PENALTY, Probe
from spotdiff10k.checks.balance import Balance
from spotdiff10k.limits import Limit
from spotdiff10k.measures import Measures
from spotdiff10k.set_measures import SetGroup, SetMeasures
from spotdiff10k.types import PlannedGroup

CHECK = Balance()
CELLS, SIDE, BINS = 64, 8, 64
PICTURE_NOISE = 0.002


def planned(count: int, seed: int = 0, *changes: str) -> list[PlannedGroup]:
    """The regular groups of a recipe with so many subjects."""
    small = ["poses.levels=12", "poses.count=3", "backgrounds.levels=24", "backgrounds.count=3"]
    chosen = recipe.load("spotdiff10k", [f"subjects.count={count}", "subjects.reserve=0", f"seed={seed}", *small, *changes])
    return list(plan.make(chosen).groups(reserve=False))


def coded(values: np.ndarray) -> str:
    return base64.b64encode(values.astype(np.uint8).tobytes()).decode()


def noted(groups: Sequence[PlannedGroup], seed: int = 0, bleed: float = 0.0, told: bool = True) -> list[SetGroup]:
    """The groups with what checks would note: backgrounds by level, colours by subject and family, a hole where a subject is.

    bleed: how much a subject colours its backgrounds; told: whether subjects differ in colour at all.
    """
    rng = np.random.default_rng(seed)
    levels: dict[str, np.ndarray] = {}
    families: dict[str, np.ndarray] = {}
    found = []
    for group in groups:
        kin = families.setdefault(group.subject.family, rng.random(BINS) ** 4)
        own = 0.3 * kin + rng.random(BINS) ** 6 if told else np.ones(BINS)
        tint = rng.normal(0.0, bleed, 3)
        width = 1 + len(group.subject.family) % 3
        colours, grids = {}, {}
        for cell in group.cells:
            level = levels.setdefault(group.backgrounds[cell.background_index].id, rng.random((CELLS, 3)))
            shown = np.clip(level + tint + rng.normal(0.0, PICTURE_NOISE, level.shape), 0.0, 1.0)
            free = np.ones((SIDE, SIDE), np.bool_)
            free[2:7, 4 - width : 4 + width] = rng.random((5, 2 * width)) > 0.8
            grids[cell.key] = {"grid": coded(np.concatenate([np.rint(shown * 255).ravel(), np.packbits(free)]))}
            lit = own * np.exp(rng.normal(0.0, 0.5, BINS))
            colours[cell.key] = {"colours": coded(np.rint(np.sqrt(lit / lit.sum()) * 255))}
        measures = {"balance": Measures({}, facts=colours), "background": Measures({}, facts=grids)}
        found.append(SetGroup(group, measures))
    return found


def refused(found: SetMeasures) -> set[str]:
    return {name for name, value in found.whole.items() if not Balance.limits.get(name, Limit()).holds(value)}


@pytest.mark.parametrize(("count", "seed"), [(24, 1), (24, 2), (48, 3), (96, 4), (200, 5)])
def test_good_sets_pass(count: int, seed: int) -> None:
    found = CHECK.measure_set(noted(planned(count, seed), seed))
    assert refused(found) == set()
    assert set(found.unchecked) <= {"background_gap"}


@pytest.mark.parametrize("share", [0.05, 0.2])
def test_sets_that_lost_groups_at_random_pass(share: float) -> None:
    groups = planned(96, 7)
    kept = sorted(random.Random(3).sample(range(96), round((1 - share) * 96)))
    assert refused(CHECK.measure_set(noted([groups[i] for i in kept]))) == set()


@pytest.mark.parametrize("count", [24, 96])
@pytest.mark.parametrize(
    ("change", "found_by"),
    [
        ("backgrounds.depends_on=family", {"background_by_family", "family_from_background"}),
        ("poses.depends_on=family", {"pose_by_family"}),
        ("backgrounds.depends_on=palette", {"background_by_palette"}),
    ],
)
def test_confounded_sets_are_refused(count: int, change: str, found_by: set[str]) -> None:
    found = CHECK.measure_set(noted(planned(count, 1, change, "purpose=control")))
    assert found_by <= refused(found)


def test_refusals_that_leave_some_families_in_some_backgrounds_are_found() -> None:
    """Each half of the families keeps the groups that have both their backgrounds in its half of the levels."""
    groups = planned(200, 2, "backgrounds.levels=6", "backgrounds.count=2")
    families = sorted({group.subject.family for group in groups})
    halves = {level.id: place // 3 for place, level in enumerate(sorted({b for g in groups for b in g.backgrounds}, key=str))}
    kept = [
        group
        for group in groups
        if {halves[level.id] for level in group.backgrounds} == {families.index(group.subject.family) // 6}
    ]
    assert "background_by_family" in refused(CHECK.measure_set(noted(kept)))


def test_a_background_gap_shows_when_backgrounds_depend_on_families() -> None:
    found = CHECK.measure_set(noted(planned(96, 1, "backgrounds.depends_on=family", "purpose=control")))
    assert found.whole["background_gap"] > 0.3


@pytest.mark.parametrize("bleed", [0.03, 0.1])
def test_a_subject_that_colours_its_backgrounds_is_found(bleed: float) -> None:
    assert "subject_from_background" in refused(CHECK.measure_set(noted(planned(48), bleed=bleed)))


def test_subjects_that_cannot_be_told_apart_are_found() -> None:
    assert "subject_from_subject" in refused(CHECK.measure_set(noted(planned(48), told=False)))


def test_subjects_shuffled_among_groups_are_found() -> None:
    groups = noted(planned(48))
    pool = [texts for group in groups for texts in group.measured["balance"].facts.values()]
    random.Random(1).shuffle(pool)
    shuffled = []
    for group in groups:
        colours = {key: pool.pop() for key in group.measured["balance"].facts}
        shuffled.append(SetGroup(group.planned, {**group.measured, "balance": Measures({}, facts=colours)}))
    assert "subject_from_subject" in refused(CHECK.measure_set(shuffled))


def test_few_groups_say_nothing() -> None:
    found = CHECK.measure_set(noted(planned(12)))
    assert set(found.unchecked) == set(Balance.set_ranges)
    assert "12 groups" in found.unchecked["background_gap"]


def test_without_notes_of_backgrounds_counts_and_dependences_are_left() -> None:
    groups = [SetGroup(group.planned, {"balance": group.measured["balance"]}) for group in noted(planned(24))]
    found = CHECK.measure_set(groups)
    assert {"family_from_background", "subject_from_subject", "background_gap"} <= set(found.unchecked)
    assert {"cells_shared", "pose_by_background"} <= set(found.whole)
    assert set(found.whole) | set(found.unchecked) == set(Balance.set_ranges)


def test_the_same_set_says_the_same_twice() -> None:
    groups = noted(planned(24))
    assert CHECK.measure_set(groups) == CHECK.measure_set(groups)


def test_the_probe_is_ridge_regression() -> None:
    rng = np.random.default_rng(0)
    features = rng.normal(size=(80, 6))
    groups, labels = np.repeat(np.arange(20), 4), rng.integers(0, 3, 80)
    probe = Probe(features, groups, np.random.default_rng(1))
    scaled = (features - features.mean(axis=0)) / features.std(axis=0)
    expected = np.zeros(80, np.int64)
    for fold in range(FOLDS):
        train, test = probe.folds != fold, probe.folds == fold
        targets = np.eye(3)[labels[train]]
        inside = scaled[train]
        gram = inside.T @ inside + PENALTY * train.sum() * np.eye(6)
        weights = np.linalg.solve(gram, inside.T @ (targets - targets.mean(axis=0)))
        expected[test] = (scaled[test] @ weights + targets.mean(axis=0)).argmax(axis=1)
    assert probe.answers(labels).tolist() == expected.tolist()


def test_no_group_is_both_trained_on_and_asked_about() -> None:
    groups = np.repeat(np.arange(20), 4)
    folds = Probe(np.random.default_rng(0).normal(size=(80, 3)), groups, np.random.default_rng(1)).folds
    assert all(len(set(folds[groups == group].tolist())) == 1 for group in range(20))


def test_what_is_told_is_certain_only_beyond_what_permuted_labels_reach() -> None:
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(40), 3)
    labels = np.arange(40) % 4
    noise = rng.normal(size=(120, 5))
    assert tells(noise, groups, labels, np.random.default_rng(1)).certain <= 0.05
    clear = noise + 3.0 * np.eye(5)[labels[groups]]
    assert tells(clear, groups, labels, np.random.default_rng(1)).certain > 0.4

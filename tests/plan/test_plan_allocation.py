"""Levels are shared out evenly, every cell is shared, and what depends on something is caught."""

from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spotdiff10k.plan import independence
from spotdiff10k.plan.allocation import Demand, allocate, sharing
from spotdiff10k.plan.splits import apportion, apportion_reserve, deal
from spotdiff10k.plan.subjects import Drawn

COLOURS = ("red", "blue", "green", "grey", "black")


def drawn(count: int, families: int = 6) -> list[Drawn]:
    return [Drawn(f"f{i % families}", i, "thing", "a thing", COLOURS[(i * 7 + i // 11) % 5], i % 13) for i in range(count)]


def splits_of(count: int) -> list[str]:
    return list(deal(apportion(count, {"train": 0.8, "validation": 0.1, "test": 0.1})))


@settings(deadline=None)
@given(st.integers(1, 500), st.lists(st.floats(0.01, 1), min_size=1, max_size=4))
def test_apportioning_is_exact_and_off_by_less_than_one(total: int, raw: list[float]) -> None:
    fractions = {f"s{i}": value / sum(raw) for i, value in enumerate(raw)}
    counts = apportion(total, fractions)
    assert sum(counts.values()) == total
    assert all(abs(counts[name] - total * fractions[name]) < 1 + 1e-9 for name in fractions)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from("abcd"), st.integers(0, 40), min_size=1))
def test_dealing_is_exact_and_even_in_every_run(counts: dict[str, int]) -> None:
    sequence = deal(counts)
    assert Counter(sequence) == Counter({name: count for name, count in counts.items() if count})
    for name, count in counts.items():
        taken = np.cumsum([dealt == name for dealt in sequence])
        due = count / max(1, len(sequence)) * np.arange(1, len(sequence) + 1)
        assert np.all(np.abs(taken - due) < len(counts))


def test_every_split_gets_a_reserve_where_there_are_enough() -> None:
    assert apportion_reserve(3, {"train": 500, "validation": 60, "test": 60}) == {"train": 1, "validation": 1, "test": 1}
    assert apportion_reserve(2, {"train": 80, "validation": 10, "test": 10}) == {"train": 2, "validation": 0, "test": 0}
    assert apportion_reserve(12, {"train": 80, "validation": 20, "test": 0}) == {"train": 9, "validation": 3, "test": 0}


def allocated(
    count: int, poses: Demand, backgrounds: Demand, seed: int = 0
) -> tuple[list[Drawn], list[str], np.ndarray, np.ndarray]:
    subjects, splits = drawn(count), splits_of(count)
    return subjects, splits, *allocate(subjects, splits, count, poses, backgrounds, seed)


@pytest.mark.parametrize(
    ("count", "poses", "backgrounds"),
    [(6, (4, 2), (4, 2)), (96, (6, 3), (12, 3)), (625, (12, 4), (128, 4)), (101, (5, 3), (7, 2)), (40, (1, 1), (30, 7))],
)
def test_every_cell_is_taken_by_two_groups_of_its_split(count: int, poses: tuple[int, int], backgrounds: tuple[int, int]) -> None:
    _, splits, pose_sets, background_sets = allocated(count, Demand(*poses), Demand(*backgrounds))
    takers: dict[str, Counter[tuple[int, int]]] = defaultdict(Counter)
    for split, some, others in zip(splits, pose_sets.tolist(), background_sets.tolist(), strict=True):
        assert len(set(some)) == poses[1]
        assert len(set(others)) == backgrounds[1]
        takers[split].update((pose, background) for pose in some for background in others)
    reported = sharing(pose_sets, background_sets, splits, count, poses[0], backgrounds[0])
    for split, cells in takers.items():
        assert reported[split] == {
            "cells": len(cells),
            "taken_once": sum(times == 1 for times in cells.values()),
            "least_takers": min(cells.values()),
        }
        assert splits.count(split) < 2 or reported[split]["taken_once"] == 0


def test_a_split_of_one_group_is_reported_as_not_shared() -> None:
    splits = ["train"] * 5 + ["test"]
    pose_sets, background_sets = allocate(drawn(6), splits, 6, Demand(4, 2), Demand(4, 2), 0)
    assert sharing(pose_sets, background_sets, splits, 6, 4, 4)["test"] == {"cells": 4, "taken_once": 4, "least_takers": 1}


def test_levels_are_balanced_over_subjects_families_and_splits() -> None:
    subjects, splits, pose_sets, background_sets = allocated(625, Demand(12, 4), Demand(128, 4))
    for sets, levels, gap in ((pose_sets, 12, 4), (background_sets, 128, 4)):
        everywhere = np.bincount(sets.ravel(), minlength=levels)
        assert np.ptp(everywhere) <= gap
        for label in {subject.family for subject in subjects}:
            inside = np.bincount(sets[[subject.family == label for subject in subjects]].ravel(), minlength=levels)
            assert np.ptp(inside) <= gap
        for label in set(splits):
            inside = np.bincount(sets[[split == label for split in splits]].ravel(), minlength=levels)
            assert np.ptp(inside) <= gap


def measured(subjects: list[Drawn], pose_sets: np.ndarray, background_sets: np.ndarray) -> dict[str, independence.Dependence]:
    families, colours = [subject.family for subject in subjects], [subject.colour for subject in subjects]
    return {f"{it.factor}-{it.on}": it for it in independence.measure(pose_sets, background_sets, families, colours, 0)}


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    ("count", "poses", "backgrounds"), [(96, (6, 3), (12, 3)), (625, (12, 4), (128, 4)), (64, (12, 4), (128, 4))]
)
def test_what_the_plan_allocates_is_found_independent(
    seed: int, count: int, poses: tuple[int, int], backgrounds: tuple[int, int]
) -> None:
    subjects, _, pose_sets, background_sets = allocated(count, Demand(*poses), Demand(*backgrounds), seed)
    assert [name for name, test in measured(subjects, pose_sets, background_sets).items() if test.confounded] == []


@pytest.mark.parametrize("on", ["family", "palette"])
def test_levels_that_depend_on_a_subjects_looks_are_caught(on: str) -> None:
    subjects, _, pose_sets, background_sets = allocated(96, Demand(6, 3, on), Demand(12, 3))
    found = measured(subjects, pose_sets, background_sets)
    assert found[f"pose-{on}"].confounded
    assert not found[f"background-{on}"].confounded


@pytest.mark.parametrize("share", [1.0, 0.8])
def test_backgrounds_that_follow_poses_are_caught_even_when_only_some_do(share: float) -> None:
    subjects, _, pose_sets, background_sets = allocated(240, Demand(12, 4), Demand(12, 4))
    follows = np.random.default_rng(0).random(240) < share
    background_sets[follows] = pose_sets[follows]
    assert measured(subjects, pose_sets, background_sets)["pose-background"].confounded


def test_three_disjoint_contexts_for_many_subjects_are_caught() -> None:
    sets = np.arange(12, dtype=np.int32).reshape(3, 4)[np.arange(90) % 3]
    assert measured(drawn(90), sets, sets)["pose-background"].confounded


def test_random_allocations_are_rarely_called_confounded() -> None:
    rng = np.random.default_rng(5)
    alarms = 0
    for _ in range(25):
        pose_sets = np.array([rng.permutation(6)[:2] for _ in range(60)], np.int32)
        background_sets = np.array([rng.permutation(8)[:2] for _ in range(60)], np.int32)
        alarms += any(test.confounded for test in measured(drawn(60), pose_sets, background_sets).values())
    assert alarms <= 2


def test_cramers_v_is_what_its_definition_says() -> None:
    rows, columns = np.array([[0, 1], [1, 2], [0, 2], [2, 1]]), np.array([[0], [1], [0], [1]])
    table = np.zeros((3, 2))
    for some, others in zip(rows, columns, strict=True):
        for row in some:
            for column in others:
                table[row, column] += 1
    expected = np.outer(table.sum(1), table.sum(0)) / table.sum()
    by_hand = np.sqrt(((table - expected) ** 2 / expected).sum() / table.sum() / 1)
    assert independence._tied(rows, columns, independence._weights(rows, columns))[0] == pytest.approx(by_hand)


@pytest.mark.parametrize(("levels", "bits"), [(2, 1.0), (8, 3.0)])
def test_a_factor_that_decides_another_tells_the_logarithm_of_its_levels_and_one_that_does_not_tells_nothing(
    levels: int, bits: float
) -> None:
    names = np.arange(levels * levels)
    rows, columns = (names % levels)[:, None], (names // levels)[:, None]
    assert independence._tied(rows, rows, independence._weights(rows, rows))[1] == pytest.approx(bits)
    assert independence._tied(rows, columns, independence._weights(rows, columns))[1] == pytest.approx(0.0)

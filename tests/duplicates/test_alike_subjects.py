"""Groups compared by all their views: brute force agrees, crowds count less, and what has no embedding is like nobody."""

import numpy as np
import pytest

from spotdiff10k.duplicates import neighbours, subjects
from spotdiff10k.duplicates.bits import NOBODY
from spotdiff10k.duplicates.codes import codes_of
from spotdiff10k.duplicates.subjects import CROWDED, FARTHEST, Crowd, nearest_subjects

GROUPS, VIEWS, SPLITS = 40, 3, 3


def some_crowd(seed: int = 0) -> Crowd:
    """Groups about their middles; the last shows the subject of the fifth, and the sixth shows nothing."""
    rng = np.random.default_rng(seed)
    middles = rng.normal(size=(GROUPS, 16))
    middles[-1] = middles[5]
    looks = np.repeat(rng.normal(size=(GROUPS, 96)), VIEWS, axis=0) + rng.normal(size=(GROUPS * VIEWS, 96))
    looks[-VIEWS:] = looks[5 * VIEWS : 6 * VIEWS] + 0.1
    embeddings = codes_of(middles + 0.1 * rng.normal(size=middles.shape))
    embeddings[6] = 0
    splits = rng.integers(0, SPLITS, GROUPS)
    splits[[5, GROUPS - 1]] = 0, 1
    return Crowd(np.arange(GROUPS + 1) * VIEWS, splits, embeddings, codes_of(looks))


def by_brute_force(crowd: Crowd) -> np.ndarray:
    """(G, G) how alike every two groups are, in floating point."""
    unit = [codes / np.maximum(np.linalg.norm(codes, axis=1, keepdims=True), 1) for codes in (crowd.embeddings, crowd.looks)]
    embeddings, looks = (np.asarray(values, np.float64) for values in unit)
    views = (looks @ looks.T).reshape(GROUPS, VIEWS, GROUPS, VIEWS).max(axis=(1, 3))
    mean = looks.reshape(GROUPS, VIEWS, -1).mean(axis=1)
    mean /= np.linalg.norm(mean, axis=1, keepdims=True)
    strangers = subjects.strangers() / 2.0**14
    crowded = np.maximum(np.sort(mean @ strangers.T, axis=1)[:, -4:], 0).mean(axis=1)
    return np.asarray(embeddings @ embeddings.T + views - CROWDED * (crowded[:, None] + crowded))


@pytest.mark.parametrize("other_split", [False, True])
def test_the_most_alike_group_is_that_of_brute_force(monkeypatch: pytest.MonkeyPatch, other_split: bool) -> None:
    monkeypatch.setattr(subjects, "COMPARED", GROUPS)
    crowd = some_crowd()
    table, found = by_brute_force(crowd), nearest_subjects(crowd, other_split)
    for group in range(GROUPS):
        asked = [other for other in range(group) if (crowd.splits[other] != crowd.splits[group]) == other_split]
        asked = [other for other in asked if crowd.embeddings[[group, other]].any(axis=1).all()]
        if asked:
            assert found.likeness[group] == pytest.approx(table[group, asked].max(), abs=2e-3)
            assert found.index[group] == asked[int(table[group, asked].argmax())]
        else:
            assert (found.index[group], found.likeness[group]) == (NOBODY, FARTHEST)


def test_a_subject_that_comes_again_in_another_split_is_found_whether_all_are_compared_or_few() -> None:
    found = nearest_subjects(some_crowd(), other_split=True)
    assert found.index[-1] == 5
    assert found.likeness[-1] > np.sort(found.likeness)[-2] + 0.3


def test_large_sets_are_searched_by_clusters(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("faiss")
    crowd = some_crowd(3)
    before = nearest_subjects(crowd, other_split=True)
    monkeypatch.setattr(subjects, "EXACT_PAIRS", 0.0)
    after = nearest_subjects(crowd, other_split=True)
    assert (after.index[-1], after.likeness[-1]) == (before.index[-1], before.likeness[-1])


def test_who_is_like_many_strangers_is_less_alike() -> None:
    crowd = some_crowd()
    plain = Crowd(
        crowd.starts, crowd.splits, crowd.embeddings, codes_of(np.repeat(subjects.strangers()[:1], GROUPS * VIEWS, axis=0))
    )
    rare = Crowd(crowd.starts, crowd.splits, crowd.embeddings, codes_of(np.ones((GROUPS * VIEWS, 96))))
    assert nearest_subjects(plain, True).likeness[-1] < nearest_subjects(rare, True).likeness[-1] - 0.3
    assert neighbours.EXACT_PAIRS == subjects.EXACT_PAIRS


def test_the_more_groups_are_asked_the_less_a_likeness_counts_by_what_their_number_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    before = nearest_subjects(some_crowd(), other_split=False)
    monkeypatch.setattr(subjects, "FEW_GROUPS", 2)
    after = nearest_subjects(some_crowd(), other_split=False)
    splits = some_crowd().splits
    earlier = np.array([(splits[:group] == splits[group]).sum() for group in range(GROUPS)])
    told = before.index != NOBODY
    taken = subjects.NEARER_IN_A_CROWD * np.log(np.maximum(1.0, earlier / 2))
    assert after.likeness[told] == pytest.approx((before.likeness - taken)[told])
    assert (after.likeness[~told] == FARTHEST).all()
    assert (after.index == before.index).all()


def test_three_times_as_many_groups_take_what_was_measured() -> None:
    assert subjects.by_number(np.array([0, 42, 140])) == pytest.approx([0.0, 0.0, 0.0])
    assert subjects.by_number(np.array([420]))[0] == pytest.approx(0.07, abs=0.001)

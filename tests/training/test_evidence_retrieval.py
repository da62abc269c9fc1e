"""Retrieval: what a code that is known to tell something has to find, and nothing more."""

from itertools import combinations

import numpy as np
from grid_of_pictures import grid, held_out, nothing, told

from spotdiff10k.training.codes import Codes
from spotdiff10k.training.evidence import retrieval
from spotdiff10k.training.evidence.held_out import HeldOut, renumbered
from spotdiff10k.training.evidence.swap import swapped
from spotdiff10k.training.views import Labels

HELD_OUT = held_out()
LABELS = HELD_OUT.labels


def _found(codes: np.ndarray) -> tuple[float, float, float, float]:
    similar = retrieval.similarities(codes)
    first, precision = retrieval.ranked(similar, HELD_OUT)
    parts = (retrieval.paired(similar, HELD_OUT), first, precision, retrieval.shortcut_margin(similar, HELD_OUT))
    return tuple(float(part.mean()) for part in parts)


def test_a_code_of_the_subject_alone_finds_everything() -> None:
    paired, first, precision, margin = _found(told(LABELS.subject))
    assert (paired, first, precision) == (1.0, 1.0, 1.0)
    assert margin > 1


def test_a_code_of_the_context_alone_finds_nothing() -> None:
    paired, first, _, margin = _found(told(LABELS.pose, LABELS.background))
    assert (paired, first) == (0.0, 0.0)
    assert margin < 0


def test_a_code_that_is_the_same_for_all_pictures_wins_half_of_the_pairs_and_no_search() -> None:
    paired, first, _, margin = _found(np.ones((len(LABELS), 4), np.float32))
    assert (paired, first, margin) == (0.5, 0.0, 0.0)


def test_a_code_that_tells_nothing_is_at_chance() -> None:
    paired, first, _, _ = _found(nothing(len(LABELS)))
    assert abs(paired - 0.5) < 0.1
    assert first < 0.25  # 4 own views among 67


def test_own_views_share_neither_pose_nor_background_and_the_others_of_the_subject_are_not_searched() -> None:
    query = 0  # subject 0, pose 0, background 0
    own = np.flatnonzero(HELD_OUT.own[query])
    assert own.tolist() == [4, 5, 7, 8]
    assert np.flatnonzero(HELD_OUT.gallery[query])[:5].tolist() == [4, 5, 7, 8, 9]
    assert np.flatnonzero(HELD_OUT.twins[query]).tolist() == [9 * other for other in range(1, 8)]


def test_average_precision_and_first_place_are_those_of_a_plain_sorted_list() -> None:
    codes = told(LABELS.subject, LABELS.background, noise=1.5)
    similar = retrieval.similarities(codes)
    first, precision = retrieval.ranked(similar, HELD_OUT)
    for query in range(len(LABELS)):
        gallery = [other for other in np.argsort(-similar[query]) if HELD_OUT.gallery[query, other]]
        hits = [bool(HELD_OUT.own[query, other]) for other in gallery]
        shares = [sum(hits[: place + 1]) / (place + 1) for place, hit in enumerate(hits) if hit]
        assert first[query] == hits[0]
        assert np.isclose(precision[query], np.mean(shares))


def test_a_search_among_fewer_subjects_is_the_mean_over_all_galleries_of_so_many() -> None:
    similar = retrieval.similarities(told(LABELS.subject, LABELS.background, noise=1.5))
    found = retrieval.first_among(similar, HELD_OUT, subjects=3)
    for query in range(0, len(LABELS), 5):
        mine = LABELS.subject[query]
        others = [subject for subject in range(HELD_OUT.subjects) if subject != mine]
        hits = []
        for drawn in combinations(others, 2):
            among = HELD_OUT.gallery[query] & np.isin(LABELS.subject, (mine, *drawn))
            nearest = np.flatnonzero(among)[similar[query, among].argmax()]
            hits.append(LABELS.subject[nearest] == mine)
        assert np.isclose(found[query], np.mean(hits))
    assert 0.0 < found.mean() < 1.0


def test_a_set_with_no_more_subjects_than_the_small_gallery_is_searched_whole() -> None:
    similar = retrieval.similarities(told(LABELS.subject, LABELS.background, noise=1.5))
    assert np.array_equal(retrieval.first_among(similar, HELD_OUT), retrieval.ranked(similar, HELD_OUT)[0])


def test_the_swap_test_needs_all_three_codes() -> None:
    subject, pose, background = (
        told(column, seed=number) for number, column in enumerate((LABELS.subject, LABELS.pose, LABELS.background))
    )
    mixed = told(LABELS.subject, LABELS.background)
    blind = nothing(len(LABELS))
    assert swapped(Codes(subject, pose, background), HELD_OUT, 1).mean() == 1.0
    assert swapped(Codes(subject, blind, background), HELD_OUT, 1).mean() < 0.6
    assert swapped(Codes(mixed, pose, mixed), HELD_OUT, 1).mean() < 0.9


def test_pictures_without_twins_or_own_views_are_not_asked() -> None:
    lonely = held_out(poses=1, backgrounds=1)
    similar = retrieval.similarities(told(lonely.labels.subject))
    assert np.isnan(retrieval.paired(similar, lonely)).all()
    assert np.isnan(retrieval.ranked(similar, lonely)[0]).all()


def test_labels_of_other_numbers_are_the_same_levels() -> None:
    labels = grid()
    other = HeldOut.of(Labels(labels.subject * 7, labels.pose + 3, labels.background, labels.family))
    assert (HELD_OUT.own == other.own).all()
    assert other.subjects > HELD_OUT.subjects  # so they are counted from 0 first
    assert (renumbered(other.labels).subject == labels.subject).all()

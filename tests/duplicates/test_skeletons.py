"""Skeletons as they are noted, and what equal ones say of two groups."""

import numpy as np
import pytest

from spotdiff10k.duplicates.codes import codes_of
from spotdiff10k.duplicates.skeletons import NONE, bones_say, joined, note, read_note, skeleton_of
from spotdiff10k.duplicates.subjects import OTHER_BONES, SAME_BONES, Crowd, nearest_subjects

NAMES, PARENTS = ("root", "spine", "head", "left", "right"), (-1, 0, 1, 1, 1)
PLACES = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 0.5], [0.0, 0.3, 0.9], [0.2, 0.0, 0.5], [-0.2, 0.0, 0.5]])


def said(first: str, second: str) -> int:
    found = joined([read_note(first), read_note(second)])
    return int(bones_say(found.kinds, found.starts, found.lengths, 0, 1))


def bent(degrees: float) -> np.ndarray:
    """The places with the head turned about the spine's joint, all of it somewhere else."""
    angle = np.radians(degrees)
    turn = np.array([[1, 0, 0], [0, np.cos(angle), -np.sin(angle)], [0, np.sin(angle), np.cos(angle)]])
    places = PLACES.copy()
    places[2] = places[1] + turn @ (PLACES[2] - PLACES[1])
    return places + [1.0, -2.0, 0.25]


def test_a_note_tells_the_lengths_of_bones() -> None:
    _, lengths = read_note(note(NAMES, PARENTS, PLACES))
    assert lengths.tolist() == [5000, 5000, 2000, 2000]  # tenths of a millimetre; 0.3 and 0.4 make 0.5


def test_a_subject_has_one_skeleton_in_every_pose() -> None:
    assert said(note(NAMES, PARENTS, PLACES), note(NAMES, PARENTS, bent(75.0))) == 1


def test_another_length_other_joints_and_other_parents_make_another_skeleton() -> None:
    own = note(NAMES, PARENTS, PLACES)
    longer = PLACES * [1.0, 1.0, 1.01]
    assert said(own, note(NAMES, PARENTS, longer)) == -1
    assert said(own, note((*NAMES[:-1], "tail"), PARENTS, PLACES)) == -1
    assert said(own, note(NAMES, (-1, 0, 1, 0, 1), PLACES)) == -1


def test_few_bones_say_nothing() -> None:
    jug = note(NAMES[:3], PARENTS[:3], PLACES[:3])
    assert said(jug, jug) == 0
    assert said(jug, note(NAMES, PARENTS, PLACES)) == 0


def test_a_groups_skeleton_is_the_median_of_its_poses() -> None:
    noted = [note(NAMES, PARENTS, places) for places in (PLACES, bent(20.0), PLACES * 1.5)]
    kind, lengths = skeleton_of(noted)
    assert kind != NONE
    assert lengths.tolist() == [5000, 5000, 2000, 2000]
    assert skeleton_of([])[0] == NONE


@pytest.mark.parametrize("text", ["", "zz|AAAA", "12|*", "12|AAA"])
def test_a_text_that_is_no_note_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_note(text)


def test_equal_skeletons_make_two_groups_more_alike_and_others_less() -> None:
    rng = np.random.default_rng(5)
    starts, splits = np.array([0, 2, 4, 6]), np.array([0, 1, 1])
    looks, embeddings = codes_of(rng.normal(size=(6, 96))), codes_of(rng.normal(size=(3, 16)))
    own, other = read_note(note(NAMES, PARENTS, PLACES)), read_note(note(NAMES, PARENTS, PLACES * 1.1))
    without = nearest_subjects(Crowd(starts, splits, embeddings, looks), other_split=True).likeness
    told = Crowd(starts, splits, embeddings, looks, joined([own, own, other]))
    found = nearest_subjects(told, other_split=True).likeness
    assert found[1] - without[1] == pytest.approx(SAME_BONES)
    assert found[2] - without[2] == pytest.approx(OTHER_BONES)

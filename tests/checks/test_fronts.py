"""Turns between joints, and fronts across subjects, on joints with a known truth."""

import numpy as np
import pytest

from spotdiff10k.checks._fronts import Stand, front_errors, note, read_note
from spotdiff10k.checks._joints import Joints, degrees_apart, joints_apart, turn_between
from spotdiff10k.errors import DataError

NAMES = ("root", "head", "hip_left", "hip_right", "tail")
REST = np.array([[0.0, 0.0, 0.5], [0.4, 0.0, 0.6], [0.0, 0.12, 0.5], [0.0, -0.12, 0.5], [-0.4, 0.0, 0.5]])
"""Metres; the front is +x."""


def posed(turn_degrees: float, jitter: float = 0.0, seed: int = 0) -> Joints:
    """As a plan turns: positive turns the front towards -y."""
    angle = np.radians(-turn_degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    noise = np.random.default_rng(seed).normal(0.0, jitter, REST.shape)
    return Joints(NAMES, (REST + noise) @ turn.T)


@pytest.mark.parametrize("turn", [-170.0, -68.0, 0.0, 35.0, 118.0])
def test_the_turn_between_two_poses_is_that_of_the_plan(turn: float) -> None:
    assert turn_between(posed(20.0), posed(20.0 + turn)) == pytest.approx(turn, abs=1e-6)


def test_what_bows_does_not_count_as_turned() -> None:
    bowed = posed(35.0)
    bowed.places[1] += (0.1, 0.3, -0.4)  # the head goes down to one side
    measured = turn_between(posed(0.0), bowed)
    assert measured is not None
    assert degrees_apart(measured, 35.0) < 1.0


def test_a_leaning_column_tells_no_turn() -> None:
    column = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 0.4], [0.0, 0.0, 0.8]])
    leaning = column + np.array([[0.0, 0.0, 0.0], [0.1, 0.0, -0.01], [0.3, 0.0, -0.05]])
    names = ("root", "stem", "head")
    assert turn_between(Joints(names, leaning), Joints(names, leaning[:, [1, 0, 2]])) is None


def test_other_joints_are_wholly_apart() -> None:
    assert joints_apart(posed(0.0), Joints(("a",), REST[:1])) == 1.0
    assert turn_between(posed(0.0), Joints(("a",), REST[:1])) is None


def test_angles_wrap_round() -> None:
    assert degrees_apart(-175.0, 178.0) == pytest.approx(7.0)


def stands(count: int, turned: dict[int, float] | None = None, jitter: float = 0.03) -> list[Stand]:
    """Subjects of one family at planned turns of their own; some are turned by more than was planned."""
    found = []
    for number in range(count):
        planned = 40.0 * number
        joints = posed(planned + (turned or {}).get(number, 0.0), jitter, number)
        found.append(read_note(note(joints), ("fox", "walk"), planned))
    return found


def test_subjects_at_their_planned_turns_agree() -> None:
    assert all(error is not None and error < 10.0 for error in front_errors(stands(6)))


@pytest.mark.parametrize("degrees", [60.0, 90.0, 180.0])
def test_a_subject_at_another_turn_stands_out_by_that_turn(degrees: float) -> None:
    errors = front_errors(stands(8, {3: degrees}))
    assert errors[3] == pytest.approx(degrees, abs=12.0)
    assert all(error is not None and error < 45.0 for number, error in enumerate(errors) if number != 3)


def test_a_few_subjects_tell_no_front() -> None:
    assert front_errors(stands(3)) == [None, None, None]


def test_joints_that_lie_elsewhere_in_every_subject_tell_no_front() -> None:
    rng = np.random.default_rng(0)
    plants = [Joints(("stem", "leaf", "bud"), rng.normal(0.0, 0.2, (3, 3))) for _ in range(12)]
    errors = front_errors([read_note(note(plant), ("plant", "sit"), 0.0) for plant in plants])
    assert errors.count(None) >= 10


def test_subjects_that_are_built_otherwise_are_not_compared() -> None:
    """A family may hold a spinning top and a rocking horse, whose joints happen to share some names."""
    horses = stands(4)
    tops = [Stand(one.kind, {"root": 0.1j, "head": -0.4 + 0j, "crown": 0.1 + 0j}) for one in horses]
    assert [error is None for error in front_errors([*horses, tops[0]])] == [False] * 4 + [True]


def test_other_families_and_articulations_are_not_compared() -> None:
    mixed = [Stand((f"family{number}", "walk"), one.places) for number, one in enumerate(stands(5))]
    assert front_errors(mixed) == [None] * 5


@pytest.mark.parametrize("text", ["root|head|!!", "root|head|AAAA", ""])
def test_a_damaged_note_is_said_to_be_damaged(text: str) -> None:
    with pytest.raises(DataError, match="measure the run again"):
        read_note(text, ("fox", "walk"), 0.0)

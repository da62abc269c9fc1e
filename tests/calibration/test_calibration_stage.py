"""Calibrating from beginning to end, on discs."""

from pathlib import Path
from typing import Any

import pytest
import toy_runs

from spotdiff10k import calibration
from spotdiff10k.calibration import Calibration
from spotdiff10k.calibration.calibrate import calibrate
from spotdiff10k.calibration.good import THRESHOLDS, Counts
from spotdiff10k.calibration.preparing import Request, prepare
from spotdiff10k.errors import RecipeError

BASE: dict[str, Any] = {
    "name": "toys",
    "engine": {"name": "discs"},
    "subjects": {"families": ["lamp", "vessel"], "least_difference": 0.0},
    "poses": {"levels": 3, "count": 2},
    "backgrounds": {"levels": 3, "count": 2, "kinds": ["studio"]},
}
COUNTS = Counts(thresholds=24, held_out=20, planted=6)
DEFECTS = ("mask-shifted", "blank", "turned", "caption-of-other-pose")


def request(**changes: Any) -> Request:
    values: dict[str, Any] = {"checks": {"mask": {}}, "defects": DEFECTS, "seed": 0, **changes}
    return Request("toys", BASE, COUNTS, (toy_runs.SIZE,), 0.05, **values)


@pytest.fixture(scope="module")
def found() -> Calibration:
    return calibrate(prepare(request()), workers=1)


def test_no_subject_both_chooses_and_reports(found: Calibration) -> None:
    made_on = found.made_on
    assert len(set(made_on.threshold_subjects)) == COUNTS.thresholds
    assert len(set(made_on.held_out_subjects)) == COUNTS.held_out
    assert not set(made_on.threshold_subjects) & set(made_on.held_out_subjects)


def test_siblings_are_nobody_who_is_in_a_group() -> None:
    prepared = prepare(request())
    from spotdiff10k.calibration.good import ROLES, siblings, subject_name

    drawn = [siblings(prepared.plan, role, prepared.recipe.seed) for role in ROLES]
    names = [{subject_name(one) for family in found.values() for one in family} for found in drawn]
    planned = {subject_name(group.subject) for group in prepared.plan}
    assert not names[0] & names[1]
    assert not planned & (names[0] | names[1])


def test_severe_grades_may_be_planted_in_more_groups_than_mild_ones() -> None:
    few = prepare(request())
    many = prepare(Request("toys", BASE, Counts(24, 20, 6, 18), (toy_runs.SIZE,), 0.05, {"mask": {}}, DEFECTS, 0))
    for role, planted, mild in (("train", 18, 1), ("test", 18, 2)):
        groups = [one for one in many.groups if one.role == role]
        assert (sum(one.planted for one in groups), sum(one.mild for one in groups)) == (planted, mild)
    assert [one.planned.id for one in few.groups] == [one.planned.id for one in many.groups]
    assert many.plantings > few.plantings


def test_another_seed_gives_other_subjects() -> None:
    first, second = prepare(request()), prepare(request(seed=1))
    subjects = [{group.subject.identity for group in one.plan} for one in (first, second)]
    assert not subjects[0] & subjects[1]


def test_a_shifted_mask_is_caught_by_the_mask_and_a_caption_is_not(found: Calibration) -> None:
    shifted = found.defects["mask-shifted"].grades[-1]
    assert shifted.severe
    assert shifted.planted == COUNTS.planted
    assert shifted.caught.share == 1.0
    assert shifted.checks["mask"].count == shifted.planted
    caption = found.defects["caption-of-other-pose"].grades[0]
    assert caption.caught.count == 0
    assert caption.planted == COUNTS.planted


def test_what_does_not_show_is_counted_and_not_held_against_anyone(found: Calibration) -> None:
    for grade in found.defects["turned"].grades:
        assert grade.planted == 0
        assert grade.invisible > 0
        assert grade.caught.of == 0


def test_rates_are_of_the_held_out_half_alone(found: Calibration) -> None:
    assert found.refused.groups.of == COUNTS.held_out
    assert found.refused.samples.of == COUNTS.held_out * 4
    assert found.refused.groups.share <= 0.2


def test_mild_grades_are_planted_in_every_third_group(found: Calibration) -> None:
    mild, severe = found.defects["mask-shifted"].grades[0], found.defects["mask-shifted"].grades[-1]
    assert (mild.planted, severe.planted) == (2, 6)


def test_a_file_of_it_is_read_again(found: Calibration, tmp_path: Path) -> None:
    calibration.write(tmp_path / "toys.json", found)
    assert calibration.digest_of(calibration.read(tmp_path / "toys.json")) == calibration.digest_of(found)


def test_what_is_kept_is_not_measured_again(found: Calibration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = prepare(request())
    first = calibrate(prepared, workers=1, kept=tmp_path)
    monkeypatch.setattr("spotdiff10k.calibration.calibrate.spread", lambda work, tasks, workers: iter(list(tasks)[:0]))
    second = calibrate(prepared, workers=1, kept=tmp_path)
    assert calibration.text_of(first) == calibration.text_of(second) == calibration.text_of(found)


def test_an_unknown_defect_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(RecipeError, match="Did you mean 'turned'"):
        prepare(request(defects=("turnd",)))


def test_the_halves_are_as_large_as_asked_for() -> None:
    groups = prepare(request()).groups
    assert sum(one.role == THRESHOLDS for one in groups) == COUNTS.thresholds
    assert sum(one.planted for one in groups if one.role != THRESHOLDS) == COUNTS.planted

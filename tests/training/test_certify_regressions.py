"""Certificates whose training regresses to what is known of pictures beyond their labels."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from planted_world import OPTIONS, SETTINGS, PlantedSet, prepare

pytest.importorskip("torch")

from spotdiff10k.errors import RecipeError
from spotdiff10k.training.annotations import Annotations
from spotdiff10k.training.evidence import schedule
from spotdiff10k.training.evidence.annotated import annotated, map_annotations, plates_by_row, save_annotations
from spotdiff10k.training.evidence.certificate import WORK, certify
from spotdiff10k.training.evidence.controls import shuffled_factors
from spotdiff10k.training.evidence.part_set import PartSet
from spotdiff10k.training.evidence.training_set import TrainingSet
from spotdiff10k.training.views import labels_of

PLANTED = PlantedSet()
SHORT = replace(SETTINGS, expert_steps=2, subject_steps=1)


class RecordedSet(PlantedSet):
    """With a record of every picture, as a release has it."""

    def record(self, index: int) -> Mapping[str, Any]:
        return {"turn_degrees": float(index), "box": [0, 0, 8, 8], "annotations": "{}"}


def test_a_certificate_with_a_regression_to_plates_trains_every_arm_with_it(tmp_path: Path) -> None:
    prepare(tmp_path / WORK, PLANTED)
    found = certify(PLANTED, tmp_path, replace(OPTIONS, training=replace(SHORT, plate_weight=0.5)), schedule.HERE).certificate
    assert all("experts/plate" in curve.values for curve in found.curves)
    assert {arm.settings["plate_weight"] for arm in found.arms if arm.settings} == {0.5}
    assert sum(control.arm is not None for control in found.controls) == 6
    assert "plate_weight 0.5 instead of 0.0" in found.departures[-1]
    assert not list((tmp_path / WORK).glob("*.npy"))


def test_a_regression_to_what_a_set_does_not_tell_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="planted does not tell the keypoints of its pictures; set keypoint_weight to 0"):
        annotated(PLANTED, replace(SHORT, keypoint_weight=1.0), None)
    with pytest.raises(RecipeError, match="does not tell the plate"):
        annotated(RecordedSet(), replace(SHORT, plate_weight=1.0), None)
    assert annotated(PLANTED, SHORT, None) is None


def test_what_records_tell_is_found_through_a_part_of_the_set_and_again_on_disk(tmp_path: Path) -> None:
    part = PartSet(RecordedSet(), np.array([90, 180], np.int64))
    found = annotated(part, replace(SHORT, camera_weight=1.0), None)
    assert found is not None
    assert found.camera == pytest.approx(np.array([[1.0, 0.0], [0.0, -1.0]]), abs=1e-6)
    save_annotations(tmp_path, "some", found)
    again = map_annotations(tmp_path, "some")
    assert again.camera == pytest.approx(found.camera)
    assert again.plate is again.keypoints is None
    save_annotations(tmp_path, "some", Annotations())
    assert map_annotations(tmp_path, "some").camera is None


def test_a_plate_is_known_of_the_pictures_before_it() -> None:
    pooled = np.array([[1.0], [2.0]], np.float32)
    found = plates_by_row(4, np.array([0, 1, 3]), np.array([1, 0, 1]), pooled)
    np.testing.assert_array_equal(found[:, 0], np.array([2.0, 1.0, np.nan, 2.0], np.float32))


def test_shuffled_factors_do_not_learn_poses_from_keypoints() -> None:
    rows = np.flatnonzero([view.split == "train" for view in PLANTED.views])
    proper = TrainingSet(rows, labels_of(PLANTED.views)[rows])
    made = shuffled_factors(proper, np.random.default_rng(1)).made
    assert made.told_by is not None
    assert sorted(made.told_by.tolist()) == rows.tolist()
    assert (made.told_by != rows).mean() > 0.9

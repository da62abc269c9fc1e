"""Regressions of stage 1: their values by hand, what they teach, and that they are off unless they are asked for."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("safetensors")

import torch
from planted_world import SETTINGS, PlantedSet, tokens_of

from spotdiff10k.training.annotations import Annotations, annotations_of
from spotdiff10k.training.logs import StepRecord
from spotdiff10k.training.model import Model
from spotdiff10k.training.regressions import regression_terms, targets_of, weights_of
from spotdiff10k.training.settings import TrainingSettings
from spotdiff10k.training.trainer import train
from spotdiff10k.training.views import labels_of

PLANTED = PlantedSet()
TOKENS = tokens_of(PLANTED)
LABELS = labels_of(PLANTED.views)
RANDOM = np.random.default_rng(1)
PLATE = RANDOM.standard_normal((LABELS.background.max() + 1, 5)).astype(np.float32)[LABELS.background]
POINTS = RANDOM.standard_normal((LABELS.pose.max() + 1, 6)).astype(np.float32)[LABELS.pose]
POINTS[::3, :2] = np.nan
CAMERA = np.stack([np.sin(LABELS.pose), np.cos(LABELS.pose)], 1).astype(np.float32)
TOLD = Annotations(PLATE, POINTS, CAMERA)
SHORT = replace(SETTINGS, expert_steps=5, subject_steps=2, checkpoint_every=2)
ALL = replace(SHORT, plate_weight=0.5, keypoint_weight=2.0, camera_weight=1.0)


def trained(settings: TrainingSettings, **more: object) -> Model:
    return train(TOKENS, LABELS, settings, 3, annotations=TOLD, **more)  # type: ignore[arg-type]


def test_without_weights_annotations_change_nothing() -> None:
    assert trained(SHORT).history == train(TOKENS, LABELS, SHORT, 3).history
    assert weights_of(SHORT) == {}


def test_a_term_is_the_weighted_mean_square_over_what_is_known() -> None:
    predicted = {"camera": torch.tensor([[1.0, 2.0], [3.0, 4.0]])}
    target = {"camera": torch.tensor([[0.0, float("nan")], [1.0, 4.0]])}
    (found,) = regression_terms(predicted, target, {"camera": 3.0}).values()
    assert found.item() == pytest.approx(3.0 * (1.0 + 4.0 + 0.0) / 3)


def test_nothing_known_of_a_batch_costs_nothing_and_moves_nothing() -> None:
    predicted = torch.ones(2, 2, requires_grad=True)
    unknown = torch.full((2, 2), float("nan"))
    (found,) = regression_terms({"camera": predicted}, {"camera": unknown}, {"camera": 1.0}).values()
    found.backward()
    assert found.item() == 0.0
    assert predicted.grad is not None
    assert not predicted.grad.any()


def test_targets_have_mean_0_and_spread_1_where_they_are_known_and_constant_columns_go() -> None:
    constant = np.concatenate([POINTS, np.ones((len(POINTS), 1), np.float32)], 1)
    found = targets_of(replace(TOLD, keypoints=constant), ALL)["keypoints"].numpy()
    assert found.shape == POINTS.shape
    assert np.array_equal(np.isnan(found), np.isnan(POINTS))
    assert np.nanmean(found, 0) == pytest.approx(0.0, abs=1e-5)
    assert np.nanstd(found, 0) == pytest.approx(1.0, abs=1e-5)


def test_codes_learn_what_they_are_regressed_to() -> None:
    longer = replace(ALL, expert_steps=60)
    terms = [record.terms for record in trained(longer).history if record.stage == "experts"]
    for name, weight in weights_of(longer).items():
        assert terms[0][name] == pytest.approx(weight, rel=0.5)  # knowing nothing costs 1
        assert terms[-1][name] < 0.8 * weight


def test_a_training_with_regressions_goes_on_exactly(tmp_path: Path) -> None:
    whole = trained(ALL)

    def stop(record: StepRecord) -> None:
        if record.stage == "experts" and record.step == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trained(ALL, folder=tmp_path, on_step=stop)
    assert trained(ALL, folder=tmp_path).history == whole.history


def test_a_weight_without_anything_known_is_refused() -> None:
    with pytest.raises(ValueError, match="regression to plate"):
        train(TOKENS, LABELS, replace(SHORT, plate_weight=1.0), 3)
    unknown = Annotations(camera=np.full((len(LABELS), 2), np.nan, np.float32))
    with pytest.raises(ValueError, match="regression to camera"):
        train(TOKENS, LABELS, replace(SHORT, camera_weight=1.0), 3, annotations=unknown)


def test_annotations_are_read_from_records_by_the_names_of_points() -> None:
    def record(turn: float, points: list[object]) -> dict[str, object]:
        return {"turn_degrees": turn, "box": [10, 20, 30, 60], "annotations": json.dumps({"keypoints": points})}

    found = annotations_of(
        [record(90.0, [["root", 20.0, 60.0, 2.0, 1], ["head", 20.0, 20.0, 2.0, 0]]), record(0.0, [["root", 40.0, 40.0, 2.0, 1]])]
    )
    assert found.camera == pytest.approx(np.array([[1.0, 0.0], [0.0, 1.0]]), abs=1e-6)
    assert found.keypoints is not None
    assert found.keypoints[0] == pytest.approx([0.0, -0.5, 0.0, 0.5])  # head, root; in sizes of the box from its middle
    assert np.isnan(found.keypoints[1]).tolist() == [True, True, False, False]
    assert found[np.array([1])].camera == pytest.approx(np.array([[0.0, 1.0]]))

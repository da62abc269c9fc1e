"""What a recipe may say of its certificate."""

from dataclasses import asdict

import pytest
from pydantic import ValidationError

from spotdiff10k.recipe.certificate import Certificate
from spotdiff10k.training.settings import TrainingSettings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("orthogonality", "cosin"),
        ("temperature", 0.0),
        ("heads", 0),
        ("width", -3),
        ("learning_rate", 0),
        ("views_per_subject", 1),
        ("subject_steps", 10**9),
        ("learning_rate", float("nan")),
        ("swapped_backgrounds", 1.5),
        ("hidden", True),
        ("device", "cuda:7"),
        ("precision", "fp16"),
        ("prototype_temperature", 0.0),
        ("keypoint_weight", 0.5),
    ],
)
def test_a_setting_that_cannot_be_trained_with_is_refused_by_its_name(name: str, value: object) -> None:
    with pytest.raises(ValidationError, match=name):
        Certificate(training={name: value})


def test_a_typo_is_met_with_what_was_meant() -> None:
    with pytest.raises(ValidationError, match="Did you mean 'cosine'"):
        Certificate(training={"orthogonality": "cosin"})


def test_every_setting_that_is_used_may_be_written_down() -> None:
    usual = asdict(TrainingSettings())
    assert Certificate(training=usual).settings() == TrainingSettings()
    assert Certificate(training={"orthogonality": "none", "swapped_backgrounds": 0, "warmup_steps": 0}).settings()

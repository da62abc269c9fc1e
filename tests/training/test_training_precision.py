"""Where a training is computed and how exactly: float32 is the same to the bit, bfloat16 is close to it and repeats."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("safetensors")

import torch
from planted_world import SETTINGS, PlantedSet, tokens_of

from spotdiff10k.devices import DEVICE
from spotdiff10k.errors import ModelError
from spotdiff10k.training.computing import device_of
from spotdiff10k.training.logs import StepRecord
from spotdiff10k.training.model import Model
from spotdiff10k.training.settings import TrainingSettings
from spotdiff10k.training.trainer import train
from spotdiff10k.training.views import labels_of

PLANTED = PlantedSet()
TOKENS = tokens_of(PLANTED)
LABELS = labels_of(PLANTED.views)
SHORT = replace(SETTINGS, expert_steps=6, subject_steps=12, checkpoint_every=4)
HALF = replace(SHORT, precision="bf16")
CLOSE = 0.05
"""Of losses near 3: bfloat16 has 8 bits, which is 0.4 % of a number."""


class StoppedError(Exception):
    pass


def stopping(record: StepRecord) -> None:
    if (record.stage, record.step) == ("subject", 7):
        raise StoppedError


def trained(settings: TrainingSettings, **more: object) -> Model:
    return train(TOKENS, LABELS, settings, 3, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def half() -> Model:
    return trained(HALF)


def losses(model: Model) -> np.ndarray:
    return np.array([record.loss for record in model.history])


def test_bfloat16_trains_close_to_float32_and_is_not_the_same(half: Model) -> None:
    exact = losses(trained(SHORT))
    assert losses(half) == pytest.approx(exact, abs=CLOSE)
    assert not np.array_equal(losses(half), exact)
    assert losses(half)[-1] < losses(half)[6]


def test_weights_and_codes_stay_float32(half: Model) -> None:
    assert {weight.dtype for weight in half.network.parameters()} == {torch.float32}
    codes = half.encode(TOKENS[np.arange(4)])
    assert np.linalg.norm(codes.subject, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_a_stopped_bfloat16_training_goes_on_to_the_same_weights(half: Model, tmp_path: Path) -> None:
    with pytest.raises(StoppedError):
        trained(HALF, folder=tmp_path, on_step=stopping)
    steps: list[StepRecord] = []
    resumed = trained(HALF, folder=tmp_path, on_step=steps.append)
    assert len(steps) == len(half.history) - 10
    assert resumed.history == half.history
    whole = half.network.state_dict()
    assert all(torch.equal(value, whole[name]) for name, value in resumed.network.state_dict().items())


def test_a_checkpoint_of_another_precision_is_not_gone_on_from(tmp_path: Path) -> None:
    brief = replace(SHORT, expert_steps=1, subject_steps=1)
    trained(brief, folder=tmp_path)
    steps: list[StepRecord] = []
    trained(replace(brief, precision="bf16"), folder=tmp_path, on_step=steps.append)
    assert len(steps) == 2


def test_the_device_is_the_one_that_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DEVICE, raising=False)
    assert device_of("cpu").type == "cpu"
    assert device_of("auto").type == ("cuda" if torch.cuda.is_available() else "cpu")
    monkeypatch.setenv(DEVICE, "meta")
    assert device_of("auto").type == "meta"
    assert device_of("cpu").type == "cpu"


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is one")
def test_a_device_that_is_not_there_is_refused_with_a_sentence() -> None:
    with pytest.raises(ModelError, match="no device 'cuda' for the reference trainer"):
        trained(replace(SHORT, device="cuda"))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs CUDA")
def test_a_gpu_trains_to_the_curve_of_the_processor() -> None:
    found = trained(replace(SHORT, device="cuda"))
    assert losses(found) == pytest.approx(losses(trained(SHORT)), abs=1e-2)
    assert next(found.network.parameters()).device.type == "cpu"

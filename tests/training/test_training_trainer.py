"""A training repeats to the last digit, goes on exactly after it was stopped, and learns what was planted."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("safetensors")

import torch
from planted_world import SETTINGS, PlantedSet, tokens_of

from spotdiff10k.errors import DataError
from spotdiff10k.training.checkpoints import FILE
from spotdiff10k.training.codes import TokenSet
from spotdiff10k.training.logs import STEPS_FILE, StepRecord
from spotdiff10k.training.model import Model, load
from spotdiff10k.training.settings import TrainingSettings
from spotdiff10k.training.trainer import train
from spotdiff10k.training.views import Labels, labels_of

PLANTED = PlantedSet()
EVERY = tokens_of(PLANTED)
LABELS = labels_of(PLANTED.views)
TRAIN = np.flatnonzero([view.split == "train" for view in PLANTED.views])
HELD_OUT = np.flatnonzero([view.split == "test" for view in PLANTED.views])
SHORT = replace(SETTINGS, expert_steps=6, subject_steps=9, checkpoint_every=4, swapped_backgrounds=0.5, masks=False)


class StoppedError(Exception):
    pass


def stop_at(stage: str, step: int) -> Callable[[StepRecord], None]:
    def on_step(record: StepRecord) -> None:
        if (record.stage, record.step) == (stage, step):
            raise StoppedError

    return on_step


def trained(settings: TrainingSettings = SHORT, seed: int = 3, tokens: TokenSet = EVERY, **more: object) -> Model:
    return train(tokens[TRAIN], LABELS[TRAIN], settings, seed, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def whole() -> Model:
    return trained()


def same_weights(one: Model, other: Model) -> bool:
    first, second = one.network.state_dict(), other.network.state_dict()
    return first.keys() == second.keys() and all(torch.equal(first[name], second[name]) for name in first)


def test_the_same_seed_gives_the_same_weights_and_curve_whatever_was_drawn_before(whole: Model) -> None:
    torch.rand(3)
    np.random.seed(1)
    before = torch.random.get_rng_state()
    again = trained()
    assert same_weights(whole, again)
    assert again.history == whole.history
    assert torch.equal(before, torch.random.get_rng_state())
    assert not same_weights(whole, trained(seed=4))


@pytest.mark.parametrize(("stage", "step"), [("experts", 2), ("experts", 5), ("subject", 2), ("subject", 7), ("subject", 9)])
def test_a_stopped_training_goes_on_to_the_same_weights_and_the_same_curve(
    stage: str, step: int, whole: Model, tmp_path: Path
) -> None:
    with pytest.raises(StoppedError):
        trained(folder=tmp_path, on_step=stop_at(stage, step))
    steps: list[StepRecord] = []
    resumed = trained(folder=tmp_path, on_step=steps.append)
    assert len(steps) < len(whole.history) or (stage, step) == ("experts", 2)
    assert same_weights(whole, resumed)
    assert resumed.history == whole.history
    assert (tmp_path / STEPS_FILE).read_text().splitlines() == [record.line() for record in whole.history]


def test_a_large_set_is_looked_at_as_often_as_a_small_one() -> None:
    steps = TrainingSettings().steps_over
    assert steps(576) == steps(9) == TrainingSettings().subject_steps
    assert steps(4 * 5760) == pytest.approx(4 * steps(5760), abs=3)
    often = replace(SHORT, expert_steps=1, subject_steps=1, passes=0.3)
    told = [record.step for record in trained(often).history if record.stage == "subject"]
    assert len(told) == often.steps_over(len(TRAIN)) > 1


def test_a_finished_training_is_not_done_again(whole: Model, tmp_path: Path) -> None:
    trained(folder=tmp_path)
    steps: list[StepRecord] = []
    again = trained(folder=tmp_path, on_step=steps.append)
    assert steps == []
    assert same_weights(whole, again)


def test_a_checkpoint_of_another_training_or_a_damaged_one_is_not_gone_on_from(whole: Model, tmp_path: Path) -> None:
    trained(folder=tmp_path, seed=4)
    assert same_weights(whole, trained(folder=tmp_path))
    data = bytearray((tmp_path / FILE).read_bytes())
    (tmp_path / FILE).write_bytes(data[: len(data) // 2])
    assert same_weights(whole, trained(folder=tmp_path))


def test_a_training_knows_nothing_of_pictures_it_was_not_given(whole: Model) -> None:
    tokens = EVERY.tokens.copy()
    tokens[HELD_OUT] = 7.0
    assert same_weights(whole, trained(tokens=replace(EVERY, tokens=tokens)))


def test_a_model_comes_back_from_its_file_with_the_same_codes(whole: Model, tmp_path: Path) -> None:
    whole.save(tmp_path / "model.safetensors")
    back = load(tmp_path / "model.safetensors")
    assert back.settings == whole.settings
    ours, theirs = whole.encode(EVERY[HELD_OUT]), back.encode(EVERY[HELD_OUT])
    for part in ("subject", "pose", "background"):
        assert np.array_equal(getattr(ours, part), getattr(theirs, part))
        assert np.linalg.norm(getattr(ours, part), axis=1) == pytest.approx(1.0, abs=1e-5)


def test_a_file_that_is_no_model_and_features_of_another_encoder_are_refused(whole: Model, tmp_path: Path) -> None:
    (tmp_path / "no.safetensors").write_bytes(b"nothing of the kind")
    with pytest.raises(DataError, match="is no model"):
        load(tmp_path / "no.safetensors")
    with pytest.raises(DataError, match="features of planted"):
        whole.encode(replace(EVERY, encoder="another"))


def test_a_code_does_not_depend_on_the_pictures_beside_it(whole: Model) -> None:
    together = whole.encode(EVERY[HELD_OUT]).subject
    alone = np.concatenate([whole.encode(EVERY[HELD_OUT[at : at + 1]]).subject for at in range(5)])
    assert together[:5] == pytest.approx(alone, abs=1e-5)


@pytest.mark.parametrize("way", ["cosine", "cross-covariance", "projection", "none"])
def test_every_orthogonality_trains_and_the_projection_is_exact(way: str) -> None:
    model = trained(replace(SHORT, orthogonality=way, erasure=False))  # type: ignore[arg-type]
    codes = model.encode(EVERY[HELD_OUT])
    cosines = abs((codes.subject * codes.pose).sum(1)), abs((codes.subject * codes.background).sum(1))
    assert ("orthogonality" in model.history[-1].terms) == (way in ("cosine", "cross-covariance"))
    assert (max(cosine.max() for cosine in cosines) < 1e-5) == (way == "projection")


def test_pooled_features_no_masks_and_no_hard_negatives_are_settings() -> None:
    for settings in (replace(SHORT, tokens=False), replace(SHORT, masks=True), replace(SHORT, hard_negatives=False)):
        assert len(trained(settings).encode(EVERY[HELD_OUT])) == len(HELD_OUT)


def test_a_planted_subject_is_found_and_the_loss_falls() -> None:
    model = trained(replace(SETTINGS, masks=True))
    losses = [record.loss for record in model.history if record.stage == "subject"]
    assert np.mean(losses[-10:]) < 0.6 * np.mean(losses[:10])
    held_out = EVERY[HELD_OUT]
    raw = held_out.pooled / np.linalg.norm(held_out.pooled, axis=1, keepdims=True)
    assert found_first(model.encode(held_out).subject, LABELS[HELD_OUT]) > 0.7
    assert found_first(raw, LABELS[HELD_OUT]) < 0.3


def found_first(codes: np.ndarray, labels: Labels) -> float:
    """How often the nearest picture that shares neither pose nor background with its own subject's is of the same subject."""
    similar = codes @ codes.T
    own = labels.subject[:, None] == labels.subject
    context = (labels.pose[:, None] == labels.pose) | (labels.background[:, None] == labels.background)
    similar[own & context] = -np.inf
    return float((labels.subject[similar.argmax(1)] == labels.subject).mean())

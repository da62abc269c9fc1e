"""The pose expert learns poses that look different from subject to subject; what nobody shares is not learnt."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("safetensors")

import torch
from planted_world import SETTINGS

from spotdiff10k.training.codes import TokenSet
from spotdiff10k.training.experts import Prototypes
from spotdiff10k.training.losses import prototype_nce
from spotdiff10k.training.model import Model
from spotdiff10k.training.trainer import train
from spotdiff10k.training.views import Indices, Labels

SIDE, WIDTH, SUBJECTS, POSES, BACKGROUNDS = 6, 12, 40, 3, 3
TRAINING = 28
SHORT = replace(SETTINGS, expert_steps=60, subject_steps=1, masks=False)


def standing_subjects() -> tuple[TokenSet, Labels]:
    """Pictures in which a pose is *where* a subject covers the background; what covers it is another in every subject."""
    random = np.random.default_rng(6)
    subject, pose, background = (
        grid.flatten() for grid in np.meshgrid(*map(np.arange, (SUBJECTS, POSES, BACKGROUNDS)), indexing="ij")
    )
    covered = np.stack([np.arange(SIDE * SIDE) % SIDE // 2 == column for column in range(POSES)])[pose]
    looks = 2 * random.standard_normal((SUBJECTS, WIDTH))[subject]
    bare = random.standard_normal((BACKGROUNDS, SIDE * SIDE, WIDTH))[background]
    tokens = np.where(covered[..., None], looks[:, None], bare) + 0.1 * random.standard_normal(bare.shape)
    pooled = tokens.mean(1).astype(np.float32)
    return TokenSet(tokens.astype(np.float16), None, pooled, "planted"), Labels(subject, pose, background, subject % 4)


def read(model: Model, tokens: TokenSet, learnt_labels: Labels, learnt: Indices, asked: Indices) -> Indices:
    """The pose whose mean code is nearest."""
    known = model.encode(tokens[learnt]).pose
    centres = np.stack([known[learnt_labels.pose == pose].mean(0) for pose in range(POSES)])
    return np.asarray((model.encode(tokens[asked]).pose @ centres.T).argmax(1))


def test_a_pose_is_read_from_subjects_that_were_never_seen() -> None:
    tokens, labels = standing_subjects()
    learnt, asked = np.flatnonzero(labels.subject < TRAINING), np.flatnonzero(labels.subject >= TRAINING)
    model = train(tokens[learnt], labels[learnt], SHORT, 1)
    assert read(model, tokens, labels[learnt], learnt, asked) == pytest.approx(labels.pose[asked])


def test_shuffled_poses_teach_nothing() -> None:
    tokens, labels = standing_subjects()
    learnt, asked = np.flatnonzero(labels.subject < TRAINING), np.flatnonzero(labels.subject >= TRAINING)
    shuffled = replace(labels[learnt], pose=np.random.default_rng(0).integers(0, POSES, len(learnt)))
    model = train(tokens[learnt], shuffled, SHORT, 1)
    assert np.mean(read(model, tokens, shuffled, learnt, asked) == labels.pose[asked]) < 0.6


def test_the_loss_by_hand() -> None:
    codes = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    prototypes = Prototypes(np.array([0, 0, 1, 1]), np.arange(4), 2)
    with torch.no_grad():
        prototypes.codes.copy_(torch.tensor([[2.0, 0.0], [0.0, 3.0]]))  # of any length
    found = prototype_nce(prototypes(codes), torch.tensor([0, 0, -1]), 0.5)
    near, far = -np.log(np.e**2 / (np.e**2 + 1)), -np.log(1 / (np.e**2 + 1))
    assert found.item() == pytest.approx((near + far) / 2, rel=1e-5)


def test_levels_that_one_subject_alone_shows_are_left_out() -> None:
    subject, level = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1, 0, 2, 0, 1])
    prototypes = Prototypes(level, subject, 4)
    assert prototypes.rows.tolist() == [0, 1, -1]
    alone = Prototypes(np.arange(6), subject, 4)
    codes = torch.ones(6, 4, requires_grad=True)
    alone.loss(alone(codes), torch.arange(6), 0.5).backward()
    assert codes.grad is not None
    assert not codes.grad.any()

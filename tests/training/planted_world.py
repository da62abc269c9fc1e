"""A grouped set of tokens into which subject, pose and background are planted linearly: no picture, no encoder."""

import hashlib
from pathlib import Path

import numpy as np

from spotdiff10k.training.codes import TokenSet
from spotdiff10k.training.evidence.looking import PICTURES, PLATES, Looking, token_name
from spotdiff10k.training.evidence.options import CertifyOptions
from spotdiff10k.training.evidence.plates import PlateSet
from spotdiff10k.training.evidence.storing import save_tokens
from spotdiff10k.training.settings import TrainingSettings
from spotdiff10k.training.views import View, labels_of

TRAINING_SUBJECTS, HELD_OUT_SUBJECTS = 36, 16
POSES, BACKGROUNDS, OF_EACH = 5, 6, 3
PLACES, INSIDE, WIDTH = 9, 4, 32
TELLING = 10  # of the directions
SUBJECT, POSE, LIGHT, SEEPING, NOISE = 0.6, 0.4, 1.0, 0.8, 0.2
SETTINGS = TrainingSettings(
    width=24, hidden=32, heads=2, token_width=WIDTH, expert_steps=30, subject_steps=90, learning_rate=5e-3, warmup_steps=5,
    swapped_backgrounds=0.0, passes=0.0,
)  # fmt: skip
"""Planted backgrounds add up exactly: swapped in token space, none would be left to confound a subject with."""
OPTIONS = CertifyOptions(seeds=(1,), training=SETTINGS)


class PlantedSet:
    """Subjects that stand on three of the backgrounds in three of the poses each; nothing can be decoded but plates."""

    name = "planted"
    digest = "0" * 64

    def __init__(self, subjects: int = TRAINING_SUBJECTS + HELD_OUT_SUBJECTS) -> None:
        random = np.random.default_rng(11)
        found = []
        for subject in range(subjects):
            split = "train" if subject < TRAINING_SUBJECTS else "test"
            poses, backgrounds = (np.sort(random.permutation(levels)[:OF_EACH]).tolist() for levels in (POSES, BACKGROUNDS))
            for pose in poses:
                found += [_view(subject, pose, background, split) for background in backgrounds]
        self.views = tuple(found)

    def picture(self, index: int) -> np.ndarray:
        raise AssertionError("a planted set has tokens instead of pictures")

    def mask(self, index: int) -> np.ndarray:
        return np.full((1, 1), 255, np.uint8)

    def plate(self, index: int) -> np.ndarray:
        return np.full((1, 1, 3), int(self.views[index].background[1:]), np.uint8)

    def pixels(self, index: int) -> str:
        return hashlib.sha256(self.views[index].key.encode()).hexdigest()


def _view(subject: int, pose: int, background: int, split: str) -> View:
    return View(f"g{subject:03}-p{pose}-b{background}", f"s{subject:03}", f"f{subject % 4}", f"p{pose}", f"b{background}", split)


def tokens_of(planted: PlantedSet, *, subject: bool = True) -> TokenSet:
    """Tokens with each factor's vector: the subject in a few directions and inside alone, backgrounds everywhere.

    Light, another in every picture, is in all other directions, so that what tells subjects apart has to be found.
    """
    random = np.random.default_rng(12)
    labels = labels_of(planted.views)
    told = np.arange(WIDTH) < TELLING
    subjects = SUBJECT * (random.standard_normal((labels.subject.max() + 1, WIDTH)) * told)[labels.subject]
    poses = POSE * random.standard_normal((labels.pose.max() + 1, WIDTH))[labels.pose]
    stands = np.random.default_rng(13).random((labels.pose.max() + 1, PLACES))[
        labels.pose
    ]  # a pose is strong here and weak there
    backgrounds = random.standard_normal((labels.background.max() + 1, WIDTH))[labels.background]
    light = LIGHT * random.standard_normal((len(labels), WIDTH)) * ~told
    inside = np.zeros((len(labels), PLACES))
    inside[:, :INSIDE] = 1.0
    tokens = backgrounds[:, None] * np.where(inside, SEEPING, 1.0)[..., None] + light[:, None]
    tokens = tokens + 2 * stands[..., None] * poses[:, None]
    tokens = tokens + NOISE * random.standard_normal(tokens.shape)
    if subject:
        tokens = tokens + subjects[:, None] * inside[..., None]
    pooled = tokens.mean(1)
    return TokenSet(tokens.astype(np.float16), inside.astype(np.float32), pooled.astype(np.float32), "planted")


def prepare(work: Path, planted: PlantedSet) -> None:
    """Put the tokens where `certify` looks for them, so that it asks no encoder."""
    looking = Looking(work, OPTIONS.encoder, 0)
    asked = looking.asked(planted)
    save_tokens(work, token_name(PICTURES, asked), tokens_of(planted), asked)
    rows = np.flatnonzero([view.split == "train" for view in planted.views])
    plates = PlateSet(planted, rows)
    bare = tokens_of(planted, subject=False)
    first = [plates.place.index(number) for number in range(len(plates.views))]
    asked = looking.asked(plates)
    save_tokens(work, token_name(PLATES, asked), bare[rows[first]], asked)

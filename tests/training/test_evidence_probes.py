"""Probes: they read what is there, not what is not, and never of a subject or a context they learnt from."""

import numpy as np
import pytest
from grid_of_pictures import held_out, nothing, told

from spotdiff10k.training.codes import Codes
from spotdiff10k.training.evidence import mlp_probe, probes, ridge
from spotdiff10k.training.evidence.folds import across_cells, across_subjects
from spotdiff10k.training.evidence.held_out import HeldOut, renumbered
from spotdiff10k.training.evidence.residual import explained
from spotdiff10k.training.views import Labels

HELD_OUT = held_out(subjects=16)
LABELS = HELD_OUT.labels


def test_no_subject_is_on_both_sides_of_a_fold_and_every_picture_is_asked_about_once() -> None:
    learnt, asked = across_subjects(HELD_OUT)
    assert (asked.sum(0) == 1).all()
    for learn, ask in zip(learnt, asked, strict=True):
        assert not set(LABELS.subject[learn]) & set(LABELS.subject[ask])


def test_a_subject_is_asked_about_in_poses_and_on_backgrounds_that_were_not_learnt_from() -> None:
    learnt, asked = across_cells(HELD_OUT)
    assert (asked.sum(0) == 1).all()
    for learn, ask in zip(learnt, asked, strict=True):
        assert set(LABELS.subject[ask]) == set(LABELS.subject[learn])
        assert not set(LABELS.pose[ask]) & set(LABELS.pose[learn])
        assert not set(LABELS.background[ask]) & set(LABELS.background[learn])


def test_a_subject_that_cannot_be_learnt_elsewhere_is_not_asked_about_and_without_any_there_is_no_figure() -> None:
    one_pose = HeldOut.of(Labels(LABELS.subject, np.zeros_like(LABELS.pose), LABELS.background, LABELS.family))
    assert across_cells(one_pose)[1].shape == (0, len(LABELS))
    found = probes.linear(told(LABELS.subject), one_pose)
    assert "subject" not in found
    assert "background" in found
    some = LABELS.pose * (LABELS.subject > 3)  # four subjects are in one pose alone
    learnt, asked = across_cells(HeldOut.of(Labels(LABELS.subject, some, LABELS.background, LABELS.family)))
    assert learnt.any(1).all()
    for learn, ask in zip(learnt, asked, strict=True):
        assert set(LABELS.subject[ask]) <= set(LABELS.subject[learn])
    assert not asked[:, LABELS.subject <= 3].any()


def test_a_factor_that_is_in_the_code_is_read_and_one_that_is_not_is_at_chance() -> None:
    found = probes.linear(told(LABELS.subject, LABELS.background, noise=0.5), HELD_OUT)
    assert found["background"].mean() > 0.9
    assert found["pose"].mean() < 0.55
    assert found["subject"].mean() > 0.9


def test_a_code_that_tells_nothing_is_read_at_chance() -> None:
    found = {name: values.mean() for name, values in probes.linear(nothing(len(LABELS)), HELD_OUT).items()}
    assert found["background"] == pytest.approx(1 / 3, abs=0.15)
    assert found["pose"] == pytest.approx(1 / 3, abs=0.15)
    assert found["subject"] < 0.2


def test_a_code_of_the_context_does_not_tell_the_subject_by_its_contexts() -> None:
    assert probes.linear(told(LABELS.pose, LABELS.background), HELD_OUT)["subject"].mean() < 0.2


def test_of_many_backgrounds_a_probe_learns_from_training_pictures_what_it_cannot_from_two_subjects_each() -> None:
    levels, effects = 40, np.random.default_rng(5).standard_normal((40, 64))

    def pictures(subjects: int, seed: int) -> tuple[np.ndarray, Labels]:
        subject = np.repeat(np.arange(subjects), 4)
        background = (subject + np.arange(len(subject)) % 2) % levels + 7  # two neighbouring ones each
        rows = np.random.default_rng(seed).standard_normal((subjects, 64))[subject] + 0.4 * effects[background - 7]
        return rows.astype(np.float32), Labels(subject + seed, subject * 0, background, subject * 0)

    (learnt, learnt_labels), (asked, asked_labels) = pictures(400, 1000), pictures(40, 2000)
    held_out = HeldOut.of(renumbered(asked_labels))
    few = probes.linear(asked, held_out)["background"]
    found = probes.taught(learnt, learnt_labels, asked, asked_labels, held_out)
    assert found.keys() == {"background"}  # there is one pose
    assert found["background"].mean() > 0.3 > few.mean() + 0.1
    assert found["background"].shape == few.shape


@pytest.mark.parametrize("pictures", [6, 40])
def test_ridge_regression_is_the_textbook_one_with_more_pictures_than_columns_and_with_fewer(pictures: int) -> None:
    random = np.random.default_rng(8)
    rows, wanted = random.standard_normal((pictures + 5, 12)), random.standard_normal((pictures + 5, 3))
    asked = np.arange(pictures + 5) >= pictures
    ((found, mean),) = ridge.predictions(rows, wanted, ~asked[None], asked[None], 0.5, one_spread=False)
    centred = rows[~asked] - rows[~asked].mean(0)
    weight = 0.5 * np.square(centred).sum() / pictures
    slopes = np.linalg.inv(centred.T @ centred + weight * np.eye(12)) @ centred.T @ (wanted[~asked] - mean)
    assert np.allclose(found, (rows[asked] - rows[~asked].mean(0)) @ slopes + mean, atol=1e-5)


def test_a_small_network_reads_what_a_linear_probe_cannot() -> None:
    random = np.random.default_rng(3)
    sides = random.choice([-1.0, 1.0], (len(LABELS), 2)) * random.uniform(0.5, 1.5, (len(LABELS), 2))
    exclusive_or = (sides.prod(1) > 0).astype(np.int64)
    codes = sides.astype(np.float32)
    learnt, asked = across_subjects(HELD_OUT, 4)
    assert np.nanmean(mlp_probe.read(codes, exclusive_or, learnt, asked, 1)) > 0.9
    from spotdiff10k.training.evidence import linear_probe

    assert np.nanmean(linear_probe.read(codes, [exclusive_or], learnt, asked)[0]) < 0.7


def test_the_same_codes_give_the_same_answers() -> None:
    codes = told(LABELS.background, noise=2.0)
    learnt, asked = across_subjects(HELD_OUT, 4)
    one, two = (mlp_probe.read(codes, LABELS.background, learnt, asked, 5) for _ in range(2))
    assert (one == two).all()


def test_the_residual_is_the_share_of_the_variance_that_the_other_codes_predict() -> None:
    many = held_out(subjects=150)
    labels = many.labels
    random = np.random.default_rng(4)
    width = 32
    unknown = random.standard_normal((150, width))[labels.subject]
    shared = random.standard_normal((3, width))
    shared -= shared.mean(0)
    shared *= np.sqrt(width / (shared**2).sum(1).mean())
    background = told(labels.background, width=width)
    codes = Codes((unknown + 0.75 * shared[labels.background]).astype(np.float32), nothing(len(labels), width), background)
    error, spread = explained(codes, many)
    assert 1 - error.mean() / spread.mean() == pytest.approx(0.75**2 / (1 + 0.75**2), abs=0.05)


def test_the_residual_of_codes_that_know_nothing_of_each_other_is_none() -> None:
    codes = Codes(told(LABELS.subject), told(LABELS.pose, noise=0.3), told(LABELS.background, noise=0.3))
    error, spread = explained(codes, HELD_OUT)
    assert 1 - error.mean() / spread.mean() < 0.05

"""The verifier of rows: poses compared as wholes; what it says, what it is made of, and how it is trained."""

from pathlib import Path

import numpy as np
import pytest

from spotdiff10k.errors import ModelError
from spotdiff10k.identity import row_training, rows
from spotdiff10k.identity.rows import MOST_ODDS, RowVerifier, load_rows, row_agreement, rows_bytes
from spotdiff10k.identity.training import Labels
from spotdiff10k.resources import shelf

BLOCKS = (("first", 3), ("second", 2))
VIEWS = (("first", "second"), ("second",))
POSES = np.arange(6) // 2
Descriptor = dict[str, np.ndarray]


def small() -> RowVerifier:
    random = np.random.default_rng(3)
    projections = tuple(random.normal(size=(size, 2)).astype(np.float32) for size in (5, 2))
    mean, scale = random.normal(size=5).astype(np.float32), np.full(5, 2, np.float32)
    return RowVerifier(BLOCKS, VIEWS, mean, scale, projections, np.array([3, -1, 2, -0.5, 0.25], np.float32), "nothing")


def descriptors(count: int = 6, seed: int = 5) -> list[Descriptor | None]:
    random = np.random.default_rng(seed)
    return [{name: random.normal(size=length).astype(np.float32) for name, length in BLOCKS} for _ in range(count)]


def told(verifier: RowVerifier, row: np.ndarray, others: np.ndarray) -> float:
    """The log odds in plain numpy."""
    said = 0.0
    for number, part in enumerate((slice(0, 5), slice(3, 5))):
        projection = verifier.projections[number].astype(float)
        one, other = ((values[part] - verifier.mean[part]) / 2 @ projection for values in (row, others.mean(axis=0)))
        said += verifier.weights[2 * number] * (one @ other) / np.linalg.norm(one) / np.linalg.norm(other)
        said += verifier.weights[2 * number + 1] * np.log(((one - other) ** 2).mean() / (1 + 1 / len(others)) + 0.1)
    return float(said + verifier.weights[-1])


def test_a_row_is_the_mean_of_its_pictures_beside_the_mean_of_the_other_rows() -> None:
    verifier, found = small(), descriptors()
    vectors = np.stack([np.concatenate([one["first"], one["second"]]) for one in found if one]).astype(np.float64)
    means = vectors.reshape(3, 2, 5).mean(axis=1)
    expected = [told(verifier, means[at], np.delete(means, at, axis=0)) / MOST_ODDS for at in range(3)]
    assert row_agreement(verifier, found, POSES) == pytest.approx(np.repeat(expected, 2), abs=1e-6)


def test_what_shows_nothing_is_left_out_of_its_row_and_has_no_answer() -> None:
    verifier, found = small(), descriptors()
    hidden: list[Descriptor | None] = [None, *found[1:]]
    answers = row_agreement(verifier, hidden, POSES)
    assert np.isnan(answers[0])
    assert np.isfinite(answers[1:]).all()
    assert answers[1:] == pytest.approx(row_agreement(verifier, hidden[1:], POSES[1:]))
    alone = row_agreement(verifier, [None, None, *found[2:4]], POSES[:4])
    assert np.isnan(alone).all()


def test_agreement_stays_within_its_range() -> None:
    verifier = small()
    sure = RowVerifier(BLOCKS, VIEWS, verifier.mean, verifier.scale, verifier.projections, verifier.weights * 1000, "nothing")
    assert np.abs(row_agreement(sure, descriptors(), POSES)).max() == 1.0


def test_the_shipped_one_is_its_file() -> None:
    found = load_rows()
    assert rows_bytes(found) == (shelf("manifests") / "verifiers" / rows.FILE).read_bytes()
    assert "rendered subjects" in found.trained_on
    assert len(found.digest) == 16


def test_a_file_that_does_not_fit_is_refused_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    verifier = small()
    (tmp_path / "verifiers").mkdir()
    monkeypatch.setattr(rows, "shelf", lambda _: tmp_path)
    short = RowVerifier(BLOCKS, VIEWS, verifier.mean, verifier.scale, verifier.projections, verifier.weights[:3], "nothing")
    fewer = RowVerifier(BLOCKS, VIEWS, verifier.mean, verifier.scale, verifier.projections[:1], verifier.weights, "nothing")
    unknown = RowVerifier(
        BLOCKS, (("third",), VIEWS[1]), verifier.mean, verifier.scale, verifier.projections, verifier.weights, "nothing"
    )
    for wrong in (short, fewer, unknown):
        (tmp_path / "verifiers" / rows.FILE).write_bytes(rows_bytes(wrong))
        load_rows.cache_clear()
        with pytest.raises(ModelError, match=r"rows\.safetensors"):
            load_rows()


def world(contexts: int = 16, twins: int = 3, seed: int = 1) -> tuple[np.ndarray, Labels]:
    """Descriptors of 20 numbers, of which four are identity and the louder ones pose and background."""
    random = np.random.default_rng(seed)
    at = np.arange(contexts * twins * 9)
    labels = Labels(at // (9 * twins), at // 9, at % 9 // 3, at % 3)
    who = random.normal(size=(contexts * twins, 4))
    how, where = random.normal(size=(contexts, 3, 8)) * 3, random.normal(size=(contexts, 3, 8)) * 3
    ways = np.linalg.qr(np.random.default_rng(0).normal(size=(20, 20)))[0]
    parts = [who[labels.subject], how[labels.context, labels.pose], where[labels.context, labels.background]]
    return (np.concatenate(parts, axis=1) @ ways + random.normal(size=(len(at), 20)) * 0.1).astype(np.float32), labels


def test_training_tells_rows_of_twins_from_rows_of_one_subject(monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = (("one", 12), ("two", 8))
    monkeypatch.setattr(row_training, "VIEWS", (("one", "two"), ("one",)))
    monkeypatch.setattr(row_training, "DIMENSIONS", (4, 4))
    values, labels = world()
    trained = row_training.train(row_training.rows_of(values, labels), blocks, "a toy")
    assert row_training.rows_of(values, labels).values[0] == pytest.approx(values[:3].mean(axis=0), rel=1e-5)
    unseen = row_training.rows_of(*world(seed=2))
    own, strange = [], []
    for subject in range(0, 48, 3):
        poses = unseen.values[unseen.subject == subject]
        twin = unseen.values[unseen.subject == subject + 1]
        own.append(trained.odds(poses[0], poses[1:]))
        strange.append(trained.odds(twin[0], poses[1:]))
    assert np.mean(np.array(own) > 0) > 0.9
    assert np.mean(np.array(strange) < 0) > 0.9


def test_log_odds_of_two_normal_clouds_are_those_of_their_densities() -> None:
    random = np.random.default_rng(7)
    spread = np.array([1.0, 2.0])
    positive = np.arange(40_000) % 4 == 0  # a quarter: both classes are to count the same nonetheless
    features = random.normal(size=(40_000, 2)) * spread + np.where(positive[:, None], (1.0, 0.0), (-1.0, 2.0))
    found = row_training.logistic(features, positive)
    assert found == pytest.approx([2.0, -0.5, 0.5], rel=0.08)


def test_training_twice_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_training, "VIEWS", (("one", "two"), ("one",)))
    monkeypatch.setattr(row_training, "DIMENSIONS", (4, 4))
    made = row_training.rows_of(*world(contexts=8))
    first, second = (rows_bytes(row_training.train(made, (("one", 12), ("two", 8)), "a toy")) for _ in range(2))
    assert first == second

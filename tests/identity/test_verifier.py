"""Verifiers: their files, what they refuse to read, and their training."""

import json
from pathlib import Path

import numpy as np
import pytest

from spotdiff10k.errors import ModelError
from spotdiff10k.identity.tensors import MAX_BYTES, read_tensors, tensor_bytes
from spotdiff10k.identity.training import Labels, between_twins, fit, within_subjects
from spotdiff10k.identity.verifier import Verifier, joined, load_verifier, verifier_bytes

TENSORS = {"b": np.arange(6, dtype=np.float32).reshape(2, 3), "a": np.array([1.5, -2.0], np.float32)}


def test_tensors_come_back_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "some.safetensors"
    path.write_bytes(tensor_bytes(TENSORS, {"format": "1"}))
    found, metadata = read_tensors(path)
    assert metadata == {"format": "1"}
    assert all(np.array_equal(found[name], values) for name, values in TENSORS.items())
    assert tensor_bytes(TENSORS, {}) == tensor_bytes(dict(reversed(TENSORS.items())), {})


def test_the_format_is_that_of_safetensors(tmp_path: Path) -> None:
    theirs = pytest.importorskip("safetensors.numpy")
    path = tmp_path / "some.safetensors"
    path.write_bytes(tensor_bytes(TENSORS, {"format": "1"}))
    assert np.array_equal(theirs.load_file(path)["b"], TENSORS["b"])
    theirs.save_file(TENSORS, path)
    assert np.array_equal(read_tensors(path)[0]["a"], TENSORS["a"])


def damaged() -> dict[str, bytes]:
    good = tensor_bytes(TENSORS, {})
    header = json.loads(good[8 : 8 + int.from_bytes(good[:8], "little")])

    def with_entry(**fields: object) -> bytes:
        text = json.dumps({**header, "b": {**header["b"], **fields}}).encode()
        return len(text).to_bytes(8, "little") + text + good[8 + int.from_bytes(good[:8], "little") :]

    return {
        "cut short": good[:-4],
        "no header": good[:6],
        "header beyond the end": (10**9).to_bytes(8, "little") + good[8:],
        "offsets beyond the end": with_entry(data_offsets=[8, 4000]),
        "backwards": with_entry(data_offsets=[24, 0]),
        "negative": with_entry(shape=[-2, -3]),
        "huge": with_entry(shape=[2**40, 2**40]),
        "another type": with_entry(dtype="F64"),
        "a list": b"\2\0\0\0\0\0\0\0[]",
        "too large": b"\0" * (MAX_BYTES + 1),
    }


@pytest.mark.parametrize("what", sorted(damaged()))
def test_a_damaged_file_is_refused_in_words(tmp_path: Path, what: str) -> None:
    path = tmp_path / "some.safetensors"
    path.write_bytes(damaged()[what])
    with pytest.raises(ModelError, match=r"some\.safetensors"):
        read_tensors(path)


def test_every_shipped_verifier_can_be_read_and_says_what_it_was_trained_on() -> None:
    for encoder in ("none", "augnet", "mobilenet_v2"):
        verifier = load_verifier(encoder)
        assert verifier.encoder == encoder
        assert "rendered subjects" in verifier.trained_on
        assert np.isfinite(verifier.projection).all()
        assert len(verifier_bytes(verifier)) < 10**6
    with pytest.raises(ModelError, match="unheard-of"):
        load_verifier("unheard-of")


def small(projection: np.ndarray) -> Verifier:
    length = len(projection)
    blocks = (("first", 2), ("second", length - 2))
    return Verifier("none", blocks, np.ones(length, np.float32), np.full(length, 2, np.float32), projection, "nothing")


def test_embeddings_are_projected_and_of_unit_length() -> None:
    random = np.random.default_rng(0)
    verifier = small(random.normal(size=(5, 3)).astype(np.float32))
    descriptor = {
        "first": np.array([3, 4], np.float32),
        "second": np.array([5, 6, 7], np.float32),
        "more": np.zeros(9, np.float32),
    }
    expected = (np.array([3, 4, 5, 6, 7]) - 1) / 2 @ verifier.projection.astype(np.float64)
    assert verifier.embed(descriptor) == pytest.approx(expected / np.linalg.norm(expected), rel=1e-6)
    assert not verifier.embed({"first": np.ones(2, np.float32), "second": np.ones(3, np.float32)}).any()


def test_a_descriptor_of_other_blocks_is_refused() -> None:
    with pytest.raises(ModelError, match="'second' of 3 numbers, found none"):
        joined({"first": np.zeros(2, np.float32)}, (("first", 2), ("second", 3)))
    with pytest.raises(ModelError, match="'first' of 2 numbers"):
        joined({"first": np.zeros(4, np.float32)}, (("first", 2),))


def world(subjects: int = 24, seed: int = 1) -> tuple[np.ndarray, Labels, np.ndarray]:
    """Descriptors in which one direction is identity, and louder ones are pose and background."""
    random = np.random.default_rng(seed)
    at = np.arange(subjects * 9)
    labels = Labels(at // 36, at // 9, at % 9 // 3, at % 3)
    ways = np.linalg.qr(random.normal(size=(10, 10)))[0]
    identity, pose, background = random.normal(size=subjects), random.normal(size=(6, 3)) * 5, random.normal(size=(6, 3)) * 5
    values = identity[labels.subject, None] * ways[0] + pose[labels.context % 6, labels.pose, None] * ways[1]
    values = values + background[labels.context % 6, labels.background, None] * ways[2] + random.normal(size=(len(at), 10)) * 0.05
    return values.astype(np.float32), labels, identity


def test_training_finds_identity_under_louder_pose_and_background() -> None:
    values, labels, _ = world()
    mean, scale, projection = fit(values, labels, dimensions=1, shrinkage=1e-3)
    scores = ((values - mean) / scale @ projection).reshape(24, 9)
    assert scores.std(axis=1).mean() < 0.1 * scores.mean(axis=1).std()
    new, _, _ = world(seed=1)
    assert np.array_equal(fit(new, labels, 1, 1e-3)[2], projection)


def test_covariances_are_of_what_they_say() -> None:
    values, labels, _ = world(subjects=8)
    wide = values.astype(np.float64)
    within, between = within_subjects(wide, labels), between_twins(wide, labels)
    pairs = [
        (one, other)
        for one in range(72)
        for other in range(one)
        if labels.subject[one] == labels.subject[other]
        and labels.pose[one] != labels.pose[other]
        and labels.background[one] != labels.background[other]
    ]
    differences = np.stack([wide[one] - wide[other] for one, other in pairs])
    assert np.allclose(within, differences.T @ differences / (2 * len(pairs)))
    cell = wide.reshape(2, 4, 9, 10)
    centred = (cell - cell.mean(axis=1, keepdims=True)).reshape(-1, 10)
    assert np.allclose(between, centred.T @ centred / (2 * 9 * 3))

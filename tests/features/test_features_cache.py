"""What was encoded in this process is not encoded again."""

import importlib.util
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

import numpy as np
import pytest
from sketch_runs import PATIENCE

torch = pytest.importorskip("torch")

from spotdiff10k.encoders import Features  # noqa: E402
from spotdiff10k.features import FeatureCache  # noqa: E402

SIZE = 8
ONE_PICTURE = 4 * (SIZE * SIZE + 1)
"""Bytes of the features of one picture."""


class Means:
    """An encoder that gives the red channel and its mean, and notes what it was asked."""

    version: ClassVar[int] = 1
    model: ClassVar[str] = "none"
    licence: ClassVar[str] = "CC0-1.0"
    stages: tuple[int, ...] = (1,)
    input_size = SIZE

    def __init__(self, digest: str = "a" * 64) -> None:
        self.digest = digest
        self.asked: list[int] = []

    def encode(self, pictures: np.ndarray) -> Features:
        self.asked.append(len(pictures))
        red = torch.from_numpy(pictures[..., 0]).float()[:, None]
        return Features((red,), red.mean((2, 3)))


def pictures(count: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (count, SIZE, SIZE, 3), dtype=np.uint8)


def test_known_pictures_are_not_encoded_again_and_come_in_the_order_asked_for() -> None:
    encoder, cache, images = Means(), FeatureCache(), pictures(6)
    cache.encode(encoder, images[:4])
    found = cache.encode(encoder, images[[5, 2, 0, 4]])
    assert encoder.asked == [4, 2]
    assert torch.equal(found.maps[0][:, 0], torch.from_numpy(images[[5, 2, 0, 4], ..., 0]).float())
    cache.encode(encoder, images)
    assert encoder.asked == [4, 2]


def test_threads_that_ask_first_at_the_same_time_share_one_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    specification = importlib.util.find_spec("spotdiff10k.features.cache")
    assert specification is not None
    assert specification.loader is not None
    fresh = importlib.util.module_from_spec(specification)  # as in a process where nobody has asked yet
    specification.loader.exec_module(fresh)
    both = threading.Barrier(2, timeout=PATIENCE)

    class Slow(FeatureCache):
        def __init__(self) -> None:
            both.wait()
            super().__init__()

    monkeypatch.setattr(fresh, "FeatureCache", Slow)
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(lambda _: fresh.shared(), range(2))
    assert one is other


def test_the_same_picture_twice_is_encoded_once() -> None:
    encoder, cache, images = Means(), FeatureCache(), pictures(2)
    found = cache.encode(encoder, images[[0, 1, 0, 0]])
    assert encoder.asked == [2]
    assert torch.equal(found.pooled[[0, 0, 0]], found.pooled[[0, 2, 3]])
    assert not torch.equal(found.pooled[0], found.pooled[1])


def test_pictures_go_to_the_network_a_batch_at_a_time() -> None:
    encoder, images = Means(), pictures(7)
    found = FeatureCache(batch=3).encode(encoder, images)
    assert encoder.asked == [3, 3, 1]
    assert torch.equal(found.maps[0][:, 0], torch.from_numpy(images[..., 0]).float())


def test_encoders_with_other_weights_or_input_do_not_share() -> None:
    cache, images = FeatureCache(), pictures(1)
    one, other, larger = Means(), Means("b" * 64), Means()
    larger.input_size = 2 * SIZE
    for encoder in (one, other, larger):
        cache.encode(encoder, images)
        assert encoder.asked == [1]


def test_pictures_with_the_same_bytes_in_another_shape_are_others() -> None:
    encoder, cache, images = Means(), FeatureCache(), pictures(1)
    cache.encode(encoder, images)
    cache.encode(encoder, images.reshape(1, 2 * SIZE, SIZE // 2, 3))
    assert encoder.asked == [1, 1]


def test_the_longest_unused_goes_when_the_budget_is_spent() -> None:
    encoder, images = Means(), pictures(3)
    cache = FeatureCache(budget=2 * ONE_PICTURE)
    for index in (0, 1, 0, 2):
        cache.encode(encoder, images[index : index + 1])
    assert encoder.asked == [1, 1, 1]
    cache.encode(encoder, images[:1])
    assert encoder.asked == [1, 1, 1], "the one that was asked for again should have stayed"
    cache.encode(encoder, images[1:2])
    assert encoder.asked == [1, 1, 1, 1]


def test_more_than_the_budget_at_once_still_comes_whole() -> None:
    encoder, images = Means(), pictures(5)
    found = FeatureCache(budget=ONE_PICTURE, batch=2).encode(encoder, images)
    assert torch.equal(found.maps[0][:, 0], torch.from_numpy(images[..., 0]).float())


def test_no_pictures_are_no_features() -> None:
    found = FeatureCache().encode(Means(), pictures(0))
    assert len(found) == 0
    assert len(found.maps[0]) == 0

"""Blocks from feature maps, with a stand-in for an encoder that only averages and doubles."""

from pathlib import Path

import numpy as np
import pytest

from spotdiff10k.features import FeatureCache, KeptRows
from spotdiff10k.identity.neural import GREY, SIDE, grey_cut_out, neural_blocks, stages_of

torch = pytest.importorskip("torch")


class Averages:
    """Maps at strides 4 and 8: means of pixels, and their doubles."""

    digest, input_size = "a" * 64, SIDE

    def __init__(self) -> None:
        self.looked = 0

    def encode(self, pictures: np.ndarray) -> object:
        from spotdiff10k.encoders import Features

        self.looked += len(pictures)
        x = torch.from_numpy(pictures).permute(0, 3, 1, 2).float()
        first = torch.nn.functional.avg_pool2d(x, 4)
        return Features((first, torch.nn.functional.avg_pool2d(first, 2) * 2), first.mean((2, 3)))


def pair(colour: tuple[int, int, int], behind: int) -> tuple[np.ndarray, np.ndarray]:
    picture, mask = np.full((64, 64, 3), behind, np.uint8), np.zeros((64, 64), np.uint8)
    picture[16:48, 16:48], mask[16:48, 16:48] = colour, 255
    return picture, mask


def test_the_encoder_sees_the_subject_on_grey() -> None:
    cut, cover = grey_cut_out(*pair((200, 100, 0), behind=255))
    assert cut.shape == (SIDE, SIDE, 3)
    assert cut[0, 0].tolist() == [GREY] * 3
    assert cut[SIDE // 2, SIDE // 2].tolist() == [200, 100, 0]
    assert cover[0, 0] == 0


def test_means_are_of_the_subject_whatever_stands_behind() -> None:
    some = [pair((200, 100, 40), behind=0), pair((200, 100, 40), behind=255), pair((10, 20, 30), behind=255)]
    first, second, third = neural_blocks(Averages(), some, (1, 2))  # type: ignore[arg-type]
    assert first.keys() == {"mean1", "spread1", "mean2", "spread2"}
    assert all(np.array_equal(first[name], second[name]) for name in first)
    assert np.abs(first["mean1"] - [200, 100, 40]).max() < 4
    assert np.abs(third["mean2"] - [20, 40, 60]).max() < 20
    assert np.isfinite(first["spread1"]).all()


def test_no_pictures_give_no_blocks() -> None:
    assert neural_blocks(Averages(), [], (1,)) == []  # type: ignore[arg-type]


def test_what_was_kept_is_not_looked_at_again_and_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("safetensors")
    monkeypatch.setattr("spotdiff10k.features.cache.shared", FeatureCache)
    some = [pair((200, 100, 40), behind=0), pair((10, 20, 30), behind=255)]
    kept, encoder = KeptRows("one", tmp_path / "kept"), Averages()
    plain = neural_blocks(encoder, some, (1, 2))  # type: ignore[arg-type]
    first = neural_blocks(encoder, some[:1], (1, 2), kept)  # type: ignore[arg-type]
    both = neural_blocks(encoder, some, (1, 2), kept)  # type: ignore[arg-type]
    assert encoder.looked == 2 + 1 + 1
    again = neural_blocks(encoder, some, (1, 2), kept)  # type: ignore[arg-type]
    assert encoder.looked == 4
    for one, other, third in zip(plain, both, again, strict=True):
        assert all(np.array_equal(one[name], other[name]) and np.array_equal(one[name], third[name]) for name in one)
    assert all(np.array_equal(first[0][name], plain[0][name]) for name in first[0])


def test_the_stages_are_read_from_the_blocks() -> None:
    assert stages_of((("moments", 9), ("mean1", 4), ("spread1", 4), ("mean3", 8), ("spread3", 8))) == (1, 3)

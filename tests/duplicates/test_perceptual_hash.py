"""Perceptual hashes: what they forgive, what they do not, and that they are what the formula says."""

import io

import numpy as np
import numpy.typing as npt
import pytest
import scipy.fft
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from spotdiff10k.duplicates import phash
from spotdiff10k.duplicates.shrink import STEPS, shrink

Grey = npt.NDArray[np.uint8]


def scene(seed: int, size: int = 256) -> Grey:
    """Smooth clouds with a few hard shapes on them: pictures have strong low frequencies."""
    rng = np.random.default_rng(seed)
    clouds = Image.fromarray(rng.integers(0, 256, (9, 9), dtype=np.uint8)).resize((size, size), Image.Resampling.BICUBIC)
    picture = np.array(clouds)
    for _ in range(4):
        left, top = rng.integers(0, size * 3 // 4, 2)
        wide, tall = rng.integers(size // 8, size // 3, 2)
        picture[top : top + tall, left : left + wide] = rng.integers(0, 256)
    return picture


def differing(first: phash.Bits, second: phash.Bits) -> int:
    return sum((int(a) ^ int(b)).bit_count() for a, b in zip(first, second, strict=True))


def recoded(picture: Grey, quality: int) -> Grey:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


def resized(picture: Grey, size: int) -> Grey:
    return np.asarray(Image.fromarray(picture).resize((size, size), Image.Resampling.LANCZOS))


@pytest.mark.parametrize("size", [64, 100, 256, 512])
def test_shrinking_is_the_mean_over_areas(size: int) -> None:
    picture = scene(1, size)
    fine = np.repeat(np.repeat(picture.astype(np.float64), 64, 0), 64, 1) if size == 100 else None
    cells = fine if fine is not None else picture.astype(np.float64)
    side = len(cells) // 64
    expected = cells.reshape(64, side, 64, side).mean(axis=(1, 3)) * STEPS
    assert np.abs(shrink(picture, 64) - expected).max() <= 1


def test_a_picture_grows_by_repeating_what_it_covers() -> None:
    assert (shrink(np.array([[0, 255]], np.uint8), 4) == np.array([[0, 0, 255, 255]] * 4) * STEPS).all()


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_hash_is_that_of_a_discrete_cosine_transform(seed: int) -> None:
    picture = scene(seed)
    spectrum = scipy.fft.dctn(picture.reshape(64, 4, 64, 4).mean(axis=(1, 3)), type=2)[1:17, 1:17]
    bits = np.unpackbits(phash.hash_of(picture).astype(">u8").view(np.uint8)).reshape(16, 16).astype(bool)
    clear = np.abs(spectrum - np.median(spectrum)) > 1e-3 * np.abs(spectrum).max()
    assert clear.mean() > 0.9
    assert (bits == (spectrum > np.median(spectrum)))[clear].all()


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), quality=st.integers(40, 95), size=st.sampled_from([96, 128, 200, 512]))
def test_it_forgives_another_encoding_and_another_size(seed: int, quality: int, size: int) -> None:
    picture = scene(seed)
    assert differing(phash.hash_of(picture), phash.hash_of(recoded(resized(picture, size), quality))) <= 24


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), gain=st.floats(0.5, 0.95), shift=st.integers(0, 12))
def test_it_forgives_brightness_and_contrast(seed: int, gain: float, shift: int) -> None:
    picture = scene(seed)
    other = np.rint(picture * gain + shift).clip(0, 255).astype(np.uint8)
    assert differing(phash.hash_of(picture), phash.hash_of(other)) <= 16


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), cut=st.integers(0, 1))
def test_it_forgives_a_slight_crop(seed: int, cut: int) -> None:
    picture = scene(seed)
    assert differing(phash.hash_of(picture), phash.hash_of(picture[cut : 256 - cut, cut : 256 - cut])) <= 32


@settings(max_examples=50, deadline=None)
@given(seeds=st.lists(st.integers(0, 2**32), min_size=2, max_size=2, unique=True))
def test_other_pictures_are_far(seeds: list[int]) -> None:
    first, second = (phash.hash_of(scene(seed)) for seed in seeds)
    assert differing(first, second) > 64


def test_half_of_the_bits_are_set() -> None:
    assert sum(int(word).bit_count() for word in phash.hash_of(scene(3))) == phash.BITS // 2


def test_a_picture_of_one_brightness_has_no_bit_set() -> None:
    assert not phash.hash_of(np.full((40, 40), 90, np.uint8)).any()


def test_a_mirrored_picture_has_the_hash_of_its_mirror_image() -> None:
    picture = scene(5)
    turned = np.ascontiguousarray(picture[:, ::-1])
    assert (phash.mirrored(picture) == phash.hash_of(turned)).all()
    assert differing(phash.hash_of(picture), phash.hash_of(turned)) > 64


@given(words=st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=8))
def test_hashes_survive_as_text(words: list[int]) -> None:
    assert phash.from_text(phash.to_text(np.array(words, np.uint64))).tolist() == words


@pytest.mark.parametrize("text", ["", "12", "xyz" * 16, "12" * 7])
def test_what_is_no_hash_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        phash.from_text(text)

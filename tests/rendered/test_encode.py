import io

import numpy as np
import pytest
from PIL import Image

from spotdiff10k.engines.rendered import encode
from spotdiff10k.errors import EngineError


def pictures() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    smooth = np.add.outer(np.arange(37), np.arange(53))
    return {
        "noise": rng.integers(0, 256, (37, 53, 3), dtype=np.uint8),
        "smooth": np.stack([smooth, smooth * 2, 255 - smooth], axis=2).astype(np.uint8),
        "grey": (smooth * 3).astype(np.uint8),
        "deep": (smooth * 701).astype(np.uint16),
        "one": np.array([[[1, 2, 3]]], np.uint8),
        "column": rng.integers(0, 256, (9, 1), dtype=np.uint8),
        "even": np.zeros((64, 64, 3), np.uint8),
    }


@pytest.mark.parametrize("name", pictures())
def test_a_png_comes_back_to_the_bit(name: str) -> None:
    pixels = pictures()[name]
    with Image.open(io.BytesIO(encode.png(pixels))) as picture:
        picture.load()
        assert picture.mode == {2: "L" if pixels.dtype == np.uint8 else "I;16", 3: "RGB"}[pixels.ndim]
        assert (np.asarray(picture) == pixels).all()


def test_pngs_are_smaller_than_a_general_writer_at_its_fastest() -> None:
    y, x = np.mgrid[0:256, 0:256] / 20
    waves = np.stack([np.sin(x + y), np.cos(x * y / 9), np.sin(x)], axis=2) * 100 + 128
    pixels = (waves + np.random.default_rng(0).normal(0, 1.5, waves.shape)).astype(np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG", compress_level=1)
    assert len(encode.png(pixels)) < len(stream.getvalue())


def test_the_same_pixels_give_the_same_bytes_whatever_their_memory_layout() -> None:
    pixels = pictures()["smooth"]
    assert encode.png(pixels) == encode.png(np.asfortranarray(pixels))


def test_webp_is_lossless_and_jpg_is_close() -> None:
    pixels = pictures()["smooth"]
    with Image.open(io.BytesIO(encode.picture(pixels, "webp"))) as picture:
        assert picture.format == "WEBP"
        assert (np.asarray(picture.convert("RGB")) == pixels).all()
    with Image.open(io.BytesIO(encode.picture(pixels, "jpg"))) as picture:
        assert picture.format == "JPEG"
        assert np.abs(np.asarray(picture).astype(int) - pixels).mean() < 4


def test_an_unknown_format_is_refused_with_a_sentence() -> None:
    with pytest.raises(EngineError, match="png, jpg or webp, found 'gif'"):
        encode.picture(pictures()["even"], "gif")

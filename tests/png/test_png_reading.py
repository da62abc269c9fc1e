"""Plain PNGs come back as Pillow reads them, whoever wrote them; altered ones are named."""

import io
import zlib

import cv2
import numpy as np
import png_writers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from spotdiff10k.decoded import Decoded, checked
from spotdiff10k.engines.rendered.encode import png as by_engine
from spotdiff10k.png.chunks import BrokenPngError, read_header
from spotdiff10k.png.reading import Scanlines, read, unfiltered
from spotdiff10k.png.slabs import Slabs
from spotdiff10k.samples import UnreadableMemberError, decode

LARGE = 8192
KINDS = [((37, 41, 3), np.uint8), ((37, 41), np.uint8), ((37, 41), np.uint16), ((1, 1, 3), np.uint8), ((2, 1), np.uint16)]
SHAPES = st.one_of(st.tuples(st.integers(1, 9), st.integers(1, 9)), st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3)))


def some_pixels(shape: tuple[int, ...], kind: type, seed: int = 0) -> np.ndarray:
    """Half noise, half a slope: something for every filter."""
    rng = np.random.default_rng(seed)
    noise = rng.integers(0, np.iinfo(kind).max, shape, endpoint=True)
    slope = np.add.outer(np.arange(shape[0]) * 300, np.arange(shape[1]) * 70)
    slope = slope.reshape(slope.shape + (1,) * (len(shape) - 2)) % (np.iinfo(kind).max + 1)
    return np.where(rng.random(shape[:1] + (1,) * (len(shape) - 1)) < 0.5, noise, slope).astype(kind)


def fast(data: bytes) -> np.ndarray:
    """What the fast reader gives, without Pillow's help."""
    found = read(data, LARGE, Slabs())
    assert isinstance(found, Scanlines)
    return unfiltered(found)


def same(data: bytes) -> bool:
    ours, theirs = fast(data), png_writers.by_pillow_reader(data)
    return ours.dtype == theirs.dtype and np.array_equal(ours, theirs)


@pytest.mark.parametrize(("shape", "kind"), KINDS)
def test_pixels_of_the_engine_of_pillow_and_of_opencv_are_those_that_pillow_reads(shape: tuple[int, ...], kind: type) -> None:
    pixels = some_pixels(shape, kind)
    written = [by_engine(pixels), png_writers.by_pillow(pixels), png_writers.by_pillow(pixels, compress_level=0)]
    written += [png_writers.by_pillow(pixels, optimize=True)]
    for filters in (
        cv2.IMWRITE_PNG_FILTER_NONE,
        cv2.IMWRITE_PNG_FILTER_SUB,
        cv2.IMWRITE_PNG_FILTER_UP,
        cv2.IMWRITE_PNG_FILTER_AVG,
        cv2.IMWRITE_PNG_FILTER_PAETH,
        cv2.IMWRITE_PNG_ALL_FILTERS,
    ):
        written.append(png_writers.by_opencv(pixels, filters))
    for data in written:
        assert np.array_equal(fast(data), pixels)
        assert same(data)


@settings(deadline=None, max_examples=80)
@given(st.data())
def test_any_filter_may_stand_in_any_row(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from([np.uint8, np.uint16]))
    shape = data.draw(SHAPES)
    pixels = data.draw(arrays(np.uint8 if len(shape) == 3 else kind, shape))
    filters = data.draw(st.lists(st.integers(0, 4), min_size=1, max_size=9))
    written = png_writers.by_hand(pixels, filters, data.draw(st.integers(0, 9)))
    assert np.array_equal(fast(written), pixels)
    assert same(written)


@pytest.mark.parametrize("rows", [2, 32])
def test_every_prediction_of_paeth_is_exact(rows: int) -> None:
    """Two rows are undone one by one, thirty-two together."""
    few = [0, 1, 127, 128, 254, 255]
    values = np.array(few if rows > 2 else sorted({*few, 2, 3, 60, 129, 200, 252, 253}), np.uint8)
    left, above, corner = (axis.ravel() for axis in np.meshgrid(values, values, values))
    pixels = np.full((rows, 2 * left.size), 77, np.uint8)
    pixels[0::2, 0::2], pixels[0::2, 1::2], pixels[1::2, 0::2] = corner, above, left
    for colours in (pixels, np.stack([pixels, pixels[::-1], pixels[:, ::-1]], -1), pixels.astype(np.uint16) * 257):
        assert np.array_equal(fast(png_writers.by_hand(colours, [4])), colours)


@pytest.mark.parametrize("height", [15, 16, 17, 31, 33, 50])
@pytest.mark.parametrize("width", [1, 2, 5, 16])
def test_small_pictures_of_any_height_are_exact_when_rows_are_undone_together(height: int, width: int) -> None:
    for shape, kind in [((height, width, 3), np.uint8), ((height, width), np.uint8), ((height, width), np.uint16)]:
        pixels = some_pixels(shape, kind)
        for filters in ([4], [4] * 16 + [1], [2] + [4] * 20):
            assert np.array_equal(fast(png_writers.by_hand(pixels, filters)), pixels)


def test_pixels_in_many_chunks_are_those_in_one() -> None:
    pixels = some_pixels((40, 50, 3), np.uint8)
    stream = zlib.compress(png_writers.filtered_rows(pixels, [0, 4, 1]))
    parts = [stream[i : i + 97] for i in range(0, len(stream), 97)]
    assert np.array_equal(fast(png_writers.png_of(png_writers.header(pixels), *parts)), pixels)


def other_kinds() -> dict[str, bytes]:
    """PNGs that Pillow reads and the fast reader leaves alone."""
    picture = Image.fromarray(some_pixels((9, 9, 3), np.uint8))
    buffers = {}
    for mode in ("P", "1", "LA", "RGBA"):
        buffers[mode] = png_writers.by_pillow(np.asarray(picture.convert("L")))
        buffer = io.BytesIO()
        picture.convert(mode).save(buffer, "PNG")
        buffers[mode] = buffer.getvalue()
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", dpi=(72, 72))
    return {**buffers, "a resolution": buffer.getvalue()}


@pytest.mark.parametrize("name", other_kinds())
def test_every_other_kind_of_png_is_left_to_pillow(name: str) -> None:
    data = other_kinds()[name]
    assert read(data, LARGE, Slabs()) is None
    assert np.array_equal(Decoded().pixels(data), decode(data))


@settings(deadline=None, max_examples=120)
@given(st.data())
def test_whatever_the_bytes_pixels_are_those_of_pillow_or_one_expected_error(data: st.DataObject) -> None:
    shape = data.draw(SHAPES)
    pixels = some_pixels(shape, np.uint8 if len(shape) == 3 else data.draw(st.sampled_from([np.uint8, np.uint16])))
    written = bytearray(data.draw(st.sampled_from([by_engine, png_writers.by_pillow]))(pixels))
    for _ in range(data.draw(st.integers(0, 3))):
        written[data.draw(st.integers(0, len(written) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(written)))
    mended = bytes(written if data.draw(st.booleans()) else written[:cut])
    try:
        found = Decoded().pixels(mended)
    except UnreadableMemberError as error:
        assert str(error)
        return
    theirs = decode(mended)
    assert found.dtype == theirs.dtype
    assert np.array_equal(found, theirs)


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=300))
def test_arbitrary_compressed_bytes_give_what_pillow_gives_or_one_expected_error(stream: bytes) -> None:
    data = png_writers.png_of(png_writers.header(np.zeros((3, 4, 3), np.uint8)), stream)
    try:
        found = Decoded().pixels(data)
    except UnreadableMemberError:
        return
    assert np.array_equal(found, decode(data))


@pytest.mark.parametrize("size", [(8, 8), (64, 64)])
def test_each_flipped_bit_is_named(size: tuple[int, int]) -> None:
    whole = by_engine(some_pixels((*size, 3), np.uint8))
    step = max(1, len(whole) // 80)
    for place in range(0, len(whole), step):
        altered = bytearray(whole)
        altered[place] ^= 1 << (place % 8)
        with pytest.raises(UnreadableMemberError):
            checked(bytes(altered), Slabs())


def test_a_flipped_bit_that_pillow_does_not_see_is_said_to_be_altered() -> None:
    pixels = some_pixels((16, 16, 3), np.uint8)
    stream = bytearray(zlib.compress(png_writers.filtered_rows(pixels, [0])))
    stream[-1] ^= 1  # in the checksum of the pixels
    data = png_writers.png_of(png_writers.header(pixels), bytes(stream))
    with pytest.raises(BrokenPngError):
        read(data, LARGE, Slabs())
    with pytest.raises(UnreadableMemberError):
        checked(data, Slabs())


def test_a_filter_that_does_not_exist_is_an_error() -> None:
    pixels = some_pixels((4, 4), np.uint8)
    rows = bytearray(png_writers.filtered_rows(pixels, [0]))
    rows[5] = 9
    with pytest.raises(UnreadableMemberError):
        checked(png_writers.png_of(png_writers.header(pixels), zlib.compress(rows)), Slabs())


def test_a_stream_that_inflates_to_far_more_than_its_header_says_stops_there() -> None:
    bomb = zlib.compress(bytes(10_000_000), 9)
    data = png_writers.png_of(png_writers.header(np.zeros((4, 4, 3), np.uint8)), bomb)
    assert read(data, LARGE, Slabs()) is None
    assert np.array_equal(Decoded().pixels(data), decode(data))


def test_a_header_that_claims_too_much_is_read_by_nobody() -> None:
    data = png_writers.png_of(png_writers.header(np.zeros((1, 9000, 3), np.uint8)), zlib.compress(bytes(100)))
    assert read_header(data) is not None
    assert read(data, LARGE, Slabs()) is None
    with pytest.raises(UnreadableMemberError, match="9000 x 1"):
        checked(data, Slabs())

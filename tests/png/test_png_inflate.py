"""The inflater of the engine's own streams: what zlib gives, or nothing, and never a byte out of bounds."""

import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from spotdiff10k.engines.rendered.deflate import compress
from spotdiff10k.png.adler import adler32
from spotdiff10k.png.inflate import INPUT_SLACK_BYTES, SLACK_BYTES, inflate

SENTINEL = 0xA5
MARGIN = 256


def inflated(stream: bytes, size: int) -> bytes | None:
    """What the inflater gives; fails when it writes where it must not."""
    memory = np.full(MARGIN + size + SLACK_BYTES + MARGIN, SENTINEL, np.uint8)
    out = memory[MARGIN : MARGIN + size + SLACK_BYTES]
    done = inflate(b"before" + stream + bytes(INPUT_SLACK_BYTES), 6, 6 + len(stream), out)
    assert (memory[:MARGIN] == SENTINEL).all()
    assert (memory[-MARGIN:] == SENTINEL).all()
    return out[:size].tobytes() if done else None


def made_of_runs(seed: int, size: int, longest: int, values: int) -> np.ndarray:
    """Runs of random lengths and values: as filtered pictures are, only more so."""
    rng = np.random.default_rng(seed)
    lengths, chosen = rng.integers(1, longest, size), rng.integers(0, values, size)
    runs = int(np.searchsorted(np.cumsum(lengths), size)) + 1
    return np.repeat(chosen[:runs], lengths[:runs])[:size].astype(np.uint8)


SKEWED = np.minimum(255, np.random.default_rng(3).geometric(0.2, 300_000)).astype(np.uint8)
"""A few bytes are rare enough to have codes longer than a look takes in."""
STREAMS = {
    "noise": np.random.default_rng(0).integers(0, 256, 200_000).astype(np.uint8),
    "a few values": made_of_runs(1, 200_000, 2, 4),
    "short runs": made_of_runs(2, 200_000, 9, 40),
    "runs of about sixteen": made_of_runs(3, 200_000, 36, 9),
    "long runs": made_of_runs(4, 200_000, 2000, 256),
    "all the same": np.zeros(200_000, np.uint8),
    "rare bytes": SKEWED,
    "rare bytes in runs": np.repeat(SKEWED, 5)[:300_000],
    "one block": made_of_runs(5, 65_536, 9, 40),
    "one byte more than a block": made_of_runs(5, 65_537, 9, 40),
}


@pytest.mark.parametrize("name", STREAMS)
def test_streams_of_the_engine_come_back(name: str) -> None:
    data = STREAMS[name]
    assert inflated(compress(data), data.size) == data.tobytes()


@settings(deadline=None, max_examples=100)
@given(arrays(np.uint8, st.integers(0, 400), elements=st.integers(0, 255) | st.sampled_from([0, 1, 255])))
def test_whatever_the_engine_packs_comes_back_or_is_left_to_zlib(data: np.ndarray) -> None:
    stream = compress(data)
    assert inflated(stream, data.size) in (data.tobytes(), None)


@pytest.mark.parametrize("level", [0, 1, 6, 9])
def test_streams_of_zlib_come_back_or_are_left_to_zlib(level: int) -> None:
    data = STREAMS["short runs"].tobytes()
    assert inflated(zlib.compress(data, level), len(data)) in (data, None)


@pytest.mark.parametrize("name", ["short runs", "rare bytes"])
@pytest.mark.parametrize("difference", [-1000, -17, -16, -8, -1, 1, 8, 16, 1000])
def test_another_size_than_the_stream_has_is_left_to_zlib(name: str, difference: int) -> None:
    data = STREAMS[name]
    assert inflated(compress(data), data.size + difference) is None


def same_or_nothing(stream: bytes, size: int) -> bool:
    found = inflated(stream, size)
    return found is None or found == zlib.decompress(stream)


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_altered_streams_give_what_zlib_gives_or_nothing(data: st.DataObject) -> None:
    longest, values = data.draw(st.sampled_from([(2, 5), (9, 40), (400, 256)]))
    pixels = made_of_runs(data.draw(st.integers(0, 9)), 2000, longest, values)
    stream = bytearray(compress(pixels))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, min(len(stream) - 1, data.draw(st.sampled_from([80, len(stream)])))))
        stream[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.sampled_from([len(stream), data.draw(st.integers(0, len(stream)))]))
    assert same_or_nothing(bytes(stream[:cut]), pixels.size + data.draw(st.sampled_from([0, 0, -3, 5])))


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=300), st.integers(0, 500))
def test_arbitrary_bytes_give_nothing(rubbish: bytes, size: int) -> None:
    for stream in (rubbish, b"\x78\x01" + rubbish, b"\x78\x01\x05" + rubbish, b"\x78\x01\x05\xc0" + rubbish):
        assert inflated(stream, size) is None


@settings(deadline=None, max_examples=50)
@given(st.binary(max_size=3000), st.integers(0, 40))
def test_the_checksum_is_that_of_zlib(data: bytes, times: int) -> None:
    assert adler32(np.frombuffer(data * times, np.uint8)) == zlib.adler32(data * times)


@pytest.mark.parametrize("size", [735, 736, 737, 100_003])
def test_the_checksum_of_the_largest_values_does_not_overflow(size: int) -> None:
    assert adler32(np.full(size, 255, np.uint8)) == zlib.adler32(b"\xff" * size)


def test_memory_that_ends_with_the_stream_is_left_to_zlib() -> None:
    stream = compress(STREAMS["short runs"])
    out = np.empty(STREAMS["short runs"].size + SLACK_BYTES, np.uint8)
    assert not inflate(stream, 0, len(stream), out)
    assert not inflate(stream + bytes(INPUT_SLACK_BYTES - 1), 0, len(stream), out)
    assert inflate(stream + bytes(INPUT_SLACK_BYTES), 0, len(stream), out)

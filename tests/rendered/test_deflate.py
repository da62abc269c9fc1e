"""The deflate coder against zlib, which reads what it writes."""

import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spotdiff10k.engines.rendered.deflate import BLOCK, RUN_BITS, RUN_EXTRA, RUN_SYMBOL, compress
from spotdiff10k.engines.rendered.huffman import canonical_codes, code_lengths

FIBONACCI = [1, 1]
while len(FIBONACCI) < 24:
    FIBONACCI.append(FIBONACCI[-1] + FIBONACCI[-2])


def cases() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    steep = np.repeat(np.arange(24), FIBONACCI).astype(np.uint8)  # an unlimited code would need 23 bits
    rng.shuffle(steep)
    return {
        "nothing": np.zeros(0, np.uint8),
        "one byte": np.array([7], np.uint8),
        "even": np.zeros(3 * BLOCK + 5, np.uint8),
        "a whole block": rng.integers(0, 4, BLOCK, dtype=np.uint8),
        "noise": rng.integers(0, 256, 2 * BLOCK + 1, dtype=np.uint8),
        "steep": steep,
        "runs": np.repeat(rng.integers(0, 256, 900, dtype=np.uint8), rng.integers(1, 600, 900)),
        "every run": np.repeat(np.arange(600) % 2, np.arange(600)).astype(np.uint8),
    }


@pytest.mark.parametrize("name", cases())
def test_zlib_reads_back_what_was_written(name: str) -> None:
    data = cases()[name]
    assert zlib.decompress(compress(data)) == data.tobytes()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 255), st.integers(1, 400)), max_size=200))
def test_any_bytes_come_back(runs: list[tuple[int, int]]) -> None:
    data = np.repeat(np.array([value for value, _ in runs], np.uint8), [length for _, length in runs])
    assert zlib.decompress(compress(data)) == data.tobytes()


def test_streams_are_as_small_as_zlibs_run_length_strategy() -> None:
    residue = np.random.default_rng(1).normal(0, 6, 400_000).astype(np.int8).view(np.uint8)
    coder = zlib.compressobj(1, zlib.DEFLATED, 15, 9, zlib.Z_RLE)
    assert len(compress(residue)) <= 1.002 * len(coder.compress(residue.tobytes()) + coder.flush())


def test_codes_are_whole_limited_and_shorter_for_what_is_frequent() -> None:
    rng = np.random.default_rng(2)
    for longest in (7, 15):
        for size in (2, 3, 19, 100):
            counts = (rng.pareto(0.4, size) * 3).clip(1, 1e8).astype(np.int32)
            lengths, codes = np.empty(size, np.int32), np.zeros(size, np.int32)
            code_lengths(counts, longest, lengths)
            canonical_codes(lengths, longest, codes)
            assert lengths.min() >= 1
            assert lengths.max() <= longest
            assert (2.0**-lengths).sum() == 1
            assert all(lengths[a] <= lengths[b] for a in range(size) for b in range(size) if counts[a] > 4 * counts[b])
            words = [format(code, f"0{length}b")[::-1] for code, length in zip(codes, lengths, strict=True)]
            assert not any(a != b and b.startswith(a) for a in words for b in words)


def test_run_lengths_have_the_symbols_of_the_standard() -> None:
    known = {
        3: (257, 0, 0),
        10: (264, 0, 0),
        11: (265, 1, 0),
        18: (268, 1, 1),
        227: (284, 5, 0),
        257: (284, 5, 30),
        258: (285, 0, 0),
    }
    assert {run: (RUN_SYMBOL[run], RUN_BITS[run], RUN_EXTRA[run]) for run in known} == known

"""Adler-32 (RFC 1950), compiled: eight bytes at a time, as four pairs of sums in one word."""

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel

MODULUS = 65521
WORD_BYTES = 8
ROWS = 23
"""Words that are summed before a sum of sums could need more than the 16 bits it has: 255 * (0 + 1 + ... + 22) < 2**16."""
EVEN_BYTES = 0x00FF00FF00FF00FF


@kernel
def _sums(words: npt.NDArray[np.uint64]) -> tuple[int, int]:
    """The sum of up to `ROWS` words' bytes, and the same with each byte times how many bytes there are from it on."""
    even = odd = even_sums = odd_sums = np.uint64(0)
    for word in words:
        even_sums += even
        odd_sums += odd
        even += word & np.uint64(EVEN_BYTES)
        odd += (word >> np.uint64(8)) & np.uint64(EVEN_BYTES)
    total = weighted = np.int64(0)
    for pair in range(WORD_BYTES // 2):
        shift, low = np.uint64(16 * pair), np.uint64(0xFFFF)
        evens, odds = np.int64((even >> shift) & low), np.int64((odd >> shift) & low)
        total += evens + odds
        before = np.int64((even_sums >> shift) & low) + np.int64((odd_sums >> shift) & low)
        weighted += WORD_BYTES * before + (WORD_BYTES - 2 * pair) * evens + (WORD_BYTES - 1 - 2 * pair) * odds
    return int(total), int(weighted)


@kernel
def adler32(data: npt.NDArray[np.uint8]) -> int:
    """The checksum of flat, contiguous bytes, on a machine that puts the little end first."""
    whole = data.shape[0] - data.shape[0] % WORD_BYTES
    words = data[:whole].view(np.uint64)
    total, weighted = np.int64(1), np.int64(0)
    for start in range(0, words.shape[0], ROWS):
        part = words[start : start + ROWS]
        here, here_weighted = _sums(part)
        weighted = (weighted + WORD_BYTES * part.shape[0] * total + here_weighted) % MODULUS
        total = (total + here) % MODULUS
    for value in data[whole:]:
        total = (total + value) % MODULUS
        weighted = (weighted + total) % MODULUS
    return int((weighted << 16) | total)

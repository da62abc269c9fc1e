"""Tables that turn the next bits of a stream into bytes: one look is up to five literals, or the whole of a short run.

An entry is a uint64: bits 0-5 how many bits of the stream it takes, 6-10 how many bytes it gives, 11 whether these repeat the
byte before them, 12 whether it is special (a long code, a long run, the end), 16-21 by how much to shift a word
to find its last byte, 24-63 the literals, the first one lowest.
"""

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.deflate import END, FIRST_LENGTH, LONGEST_CODE, SYMBOLS
from spotdiff10k.engines.rendered.jit import kernel

I32 = npt.NDArray[np.int32]
U64 = npt.NDArray[np.uint64]

INDEX_BITS = 10
"""Bits of the stream that a look takes in: with fewer, codes are often longer; with more, tables take longer to fill."""
ENTRIES = 1 << INDEX_BITS
LONG_BITS = LONGEST_CODE - INDEX_BITS
LONG_ENTRIES = 1 << LONG_BITS
LONG_SLOTS = SYMBOLS * LONG_ENTRIES

BYTES_SHIFT, RUN_SHIFT, SPECIAL_SHIFT, LAST_SHIFT, LITERALS_SHIFT = 6, 11, 12, 16, 24
MOST_LITERALS = 5
LONGEST_RUN = 16
"""Bytes of a run that are written without a question: two words."""
LENGTH_SYMBOLS = 29


def _lengths() -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The shortest run of each length symbol, and how many extra bits lengthen it (RFC 1951, 3.2.5)."""
    extra = np.array([max(0, (i - 4) // 4) for i in range(LENGTH_SYMBOLS)], np.int64)
    shortest = 3 + np.concatenate([[0], np.cumsum(1 << extra)[:-1]])
    shortest[-1], extra[-1] = 258, 0
    return shortest.astype(np.int64), extra


LENGTH_BASE, LENGTH_BITS = _lengths()


@kernel
def is_whole(lengths: I32, longest: int) -> bool:
    """Whether codes of these lengths (0: none) are all the codes there can be, and no more."""
    taken = 0
    for length in lengths:
        if length > 0:
            taken += 1 << (longest - length)
    return taken == 1 << longest


@kernel
def fill_singles(lengths: I32, codes: I32, bits: int, singles: I32, longs: I32) -> None:
    """By the next `bits` bits, the symbol and its code's length as 16 * symbol + length; or, below 0, a slot in `longs`."""
    entries = 1 << bits
    singles[:entries] = 0
    slots = 0
    for symbol in range(lengths.shape[0]):
        length = lengths[symbol]
        if length == 0:
            continue
        value = (symbol << 4) | length
        if length <= bits:
            for i in range(codes[symbol], entries, 1 << length):
                singles[i] = value
        else:
            start = codes[symbol] & (entries - 1)
            if singles[start] == 0:
                slots += 1
                singles[start] = -slots
            slot = (-singles[start] - 1) * LONG_ENTRIES
            for i in range(codes[symbol] >> bits, LONG_ENTRIES, 1 << (length - bits)):
                longs[slot + i] = value


@kernel
def fill_entries(singles: I32, entries: U64) -> None:
    """What each look gives, from what single symbols give."""
    for i in range(ENTRIES):
        value = singles[i]
        length, symbol = value & 15, value >> 4
        entry = 1 << SPECIAL_SHIFT
        if value > 0 and symbol < END:
            used, count = length, 1
            literals = np.int64(symbol)
            while count < MOST_LITERALS:
                following = singles[i >> used]
                if following <= 0 or following >> 4 >= END or used + (following & 15) > INDEX_BITS:
                    break
                literals |= np.int64(following >> 4) << (8 * count)
                used += following & 15
                count += 1
            entry = used | (count << BYTES_SHIFT) | (8 * (count - 1) << LAST_SHIFT) | (literals << LITERALS_SHIFT)
        elif value > 0 and symbol >= FIRST_LENGTH:
            extra = LENGTH_BITS[symbol - FIRST_LENGTH]
            run = LENGTH_BASE[symbol - FIRST_LENGTH] + ((i >> length) & ((1 << extra) - 1))
            used = length + extra + 1  # and the code of distance 1, which is a zero bit
            if used <= INDEX_BITS and run <= LONGEST_RUN and (i >> (used - 1)) & 1 == 0:
                entry = used | (run << BYTES_SHIFT) | (1 << RUN_SHIFT)
        entries[i] = np.uint64(entry)

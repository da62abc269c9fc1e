"""The header of a block of a deflate stream (RFC 1951, 3.2.7): its codes' lengths, and the tables that they make."""

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.deflate import DYNAMIC_CODES, FIRST_LENGTH, LENGTH_ORDER, LONGEST_CODE, SYMBOLS
from spotdiff10k.engines.rendered.deflate import LENGTH_SYMBOLS as CODE_SYMBOLS
from spotdiff10k.engines.rendered.deflate import LONGEST_LENGTH_CODE as LONGEST_CODE_CODE
from spotdiff10k.engines.rendered.huffman import canonical_codes
from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.png.inflate_tables import INDEX_BITS, fill_entries, fill_singles, is_whole
from spotdiff10k.png.words import load_word

I32 = npt.NDArray[np.int32]
U64 = npt.NDArray[np.uint64]
State = npt.NDArray[np.int64]
"""Where reading stands: bits read ahead (as a bit pattern), how many, the next byte to read, bytes written, the last of them."""
BITS, COUNT, PLACE, AT, LAST = range(5)

WORD_BYTES = 8
REPEAT, ZEROS = 16, 17
"""Symbols among the lengths: the last length again, and zeros; the one after them is for many zeros."""


@kernel
def refill(state: State, address: np.uint64, end: int) -> None:
    """Read ahead, so that there are at least 56 bits; far behind the end they are zeros, and the count cannot come out."""
    if state[PLACE] <= end + WORD_BYTES:
        word = load_word(address, state[PLACE])
        state[BITS] = np.int64(np.uint64(state[BITS]) | (word << np.uint64(state[COUNT])))
        state[PLACE] += (63 - state[COUNT]) >> 3
    state[COUNT] |= 56


@kernel
def take(state: State, count: int) -> int:
    """The next bits as a number."""
    bits = np.uint64(state[BITS])
    state[BITS] = np.int64(bits >> np.uint64(count))
    state[COUNT] -= count
    return int(bits & ((np.uint64(1) << np.uint64(count)) - np.uint64(1)))


@kernel
def _read_code_lengths(state: State, address: np.uint64, end: int, used: int, singles: I32, longs: I32, lengths: I32) -> bool:
    """Read the lengths of a block's codes, `used` of symbols and one of a distance; False if they cannot be."""
    code_lengths, codes = np.zeros(CODE_SYMBOLS, np.int32), np.zeros(CODE_SYMBOLS, np.int32)
    for i in range(take(state, 4) + 4):
        refill(state, address, end)
        code_lengths[LENGTH_ORDER[i]] = take(state, 3)
    if not is_whole(code_lengths, LONGEST_CODE_CODE):
        return False
    canonical_codes(code_lengths, LONGEST_CODE_CODE, codes)
    fill_singles(code_lengths, codes, LONGEST_CODE_CODE, singles, longs)
    lengths[:] = 0
    i = 0
    while i <= used:
        refill(state, address, end)
        single = singles[state[BITS] & ((1 << LONGEST_CODE_CODE) - 1)]
        take(state, single & 15)
        symbol = single >> 4
        if symbol < REPEAT:
            lengths[i] = symbol
            i += 1
            continue
        if symbol == REPEAT:
            times = 3 + take(state, 2)
        else:
            times = 3 + take(state, 3) if symbol == ZEROS else 11 + take(state, 7)
        if i + times > used + 1 or (symbol == REPEAT and i == 0):
            return False
        lengths[i : i + times] = lengths[i - 1] if symbol == REPEAT else 0
        i += times
    return True


@kernel
def read_tables(state: State, address: np.uint64, end: int, lengths: I32, singles: I32, longs: I32, entries: U64) -> bool:
    """Read a block's header, all but its first bit, and fill the tables by it; False when it is not one of ours."""
    if take(state, 2) != DYNAMIC_CODES:
        return False
    used = take(state, 5) + FIRST_LENGTH
    if take(state, 5) != 0 or used > SYMBOLS:  # one distance
        return False
    if not _read_code_lengths(state, address, end, used, singles, longs, lengths):
        return False
    if lengths[used] != 1:
        return False
    lengths[used] = 0
    if not is_whole(lengths, LONGEST_CODE):
        return False
    codes = np.zeros(lengths.shape[0], np.int32)
    canonical_codes(lengths, LONGEST_CODE, codes)
    fill_singles(lengths, codes, INDEX_BITS, singles, longs)
    fill_entries(singles, entries)
    return True

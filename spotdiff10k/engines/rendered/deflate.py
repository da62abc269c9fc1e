"""A deflate coder (RFC 1951) for filtered pictures, compiled: runs of equal bytes and Huffman codes, no string search.

What a good PNG filter leaves is noise about zero: a search for repeated strings finds little there and costs most of a general
coder's time. zlib calls this strategy Z_RLE; the streams are as small, take half the time, and depend on no
library's version.
"""

import zlib

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.huffman import canonical_codes, code_lengths
from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import I32, U8

U32 = npt.NDArray[np.uint32]
Writer = npt.NDArray[np.int64]
"""Where a bit stream stands: bits not yet written, how many they are, words of 32 bits written."""

BLOCK = 1 << 16
"""Bytes of input that share one code."""
SYMBOLS = 286
END = 256
FIRST_LENGTH = 257
LONGEST_CODE = 15
SHORTEST_RUN = 3
LONGEST_RUN = 258
LENGTH_SYMBOLS = 19
LONGEST_LENGTH_CODE = 7
LENGTH_ORDER = np.array([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15], np.int32)
"""In which order a block's header gives the lengths of the codes for lengths."""
SHORT_ZEROS = 17
LONG_ZEROS = 18
DYNAMIC_CODES = 2
WORD_BITS = 32
WORD = 0xFFFFFFFF
ZLIB_HEADER = b"\x78\x01"


def _run_tables() -> tuple[I32, I32, I32]:
    """By run length 0..258: its symbol, how many extra bits follow, and their value (RFC 1951, 3.2.5)."""
    symbol, bits, extra = np.zeros((3, LONGEST_RUN + 1), np.int32)
    length = SHORTEST_RUN
    for index in range(28):
        width = 0 if index < 4 else (index - 4) // 4
        for value in range(1 << width):
            if length < LONGEST_RUN:
                symbol[length], bits[length], extra[length] = FIRST_LENGTH + index, width, value
            length += 1
    symbol[LONGEST_RUN] = SYMBOLS - 1
    return symbol, bits, extra


RUN_SYMBOL, RUN_BITS, RUN_EXTRA = _run_tables()


@kernel
def _put(out: U32, writer: Writer, value: int, bits: int) -> None:
    writer[0] |= value << writer[1]
    writer[1] += bits
    while writer[1] >= WORD_BITS:
        out[writer[2]] = writer[0] & WORD
        writer[0] >>= WORD_BITS
        writer[1] -= WORD_BITS
        writer[2] += 1


@kernel
def _find_runs(data: U8, start: int, end: int, counts: I32, places: I32, runs: I32) -> int:
    """Count the symbols of a block and list its runs: where bytes begin to repeat the byte before them, and how many do."""
    counts[:] = 0
    counts[END] = 1
    found = 0
    place = start
    if place == 0 and end > 0:
        counts[data[0]] += 1
        place = 1
    last = end - SHORTEST_RUN
    while place <= last:
        before = data[place - 1]
        # three comparisons in one branch, which is seldom taken: three branches would often be guessed wrong
        if ((data[place] ^ before) | (data[place + 1] ^ before) | (data[place + 2] ^ before)) != 0:
            counts[data[place]] += 1
            place += 1
            continue
        stop = min(end, place + LONGEST_RUN)
        here = place + SHORTEST_RUN
        while here < stop and data[here] == before:
            here += 1
        places[found] = place
        runs[found] = here - place
        counts[RUN_SYMBOL[here - place]] += 1
        found += 1
        place = here
    for rest in range(place, end):
        counts[data[rest]] += 1
    return found


@kernel
def _put_header(out: U32, writer: Writer, lengths: I32, last: bool) -> None:
    """The block's header: its kind, and the lengths of its codes, runs of zeros packed."""
    used = SYMBOLS
    while lengths[used - 1] == 0:
        used -= 1
    told = np.zeros(used + 1, np.int32)
    told[:used] = lengths[:used]
    told[used] = 1  # the one distance there is
    tokens = np.empty(used + 1, np.int32)
    values = np.zeros(used + 1, np.int32)
    count = 0
    place = 0
    counts = np.zeros(LENGTH_SYMBOLS, np.int32)
    while place <= used:
        zeros = 0
        while place + zeros <= used and told[place + zeros] == 0 and zeros < 138:
            zeros += 1
        tokens[count] = told[place]
        if zeros >= 3:
            tokens[count] = SHORT_ZEROS if zeros <= 10 else LONG_ZEROS
            values[count] = zeros - (3 if zeros <= 10 else 11)
        counts[tokens[count]] += 1
        count += 1
        place += zeros if zeros >= 3 else 1
    token_lengths = np.zeros(LENGTH_SYMBOLS, np.int32)
    token_codes = np.zeros(LENGTH_SYMBOLS, np.int32)
    code_lengths(counts, LONGEST_LENGTH_CODE, token_lengths)
    canonical_codes(token_lengths, LONGEST_LENGTH_CODE, token_codes)
    _put(out, writer, (1 if last else 0) | (DYNAMIC_CODES << 1), 3)
    _put(out, writer, used - FIRST_LENGTH, 5)
    _put(out, writer, 0, 5)
    _put(out, writer, LENGTH_SYMBOLS - 4, 4)
    for symbol in LENGTH_ORDER:
        _put(out, writer, token_lengths[symbol], 3)
    for i in range(count):
        _put(out, writer, token_codes[tokens[i]], token_lengths[tokens[i]])
        if tokens[i] >= SHORT_ZEROS:
            _put(out, writer, values[i], 3 if tokens[i] == SHORT_ZEROS else 7)


@kernel
def _put_literals(out: U32, writer: Writer, data: U8, start: int, end: int, table: Writer) -> None:
    waiting = writer[0]
    bits = writer[1]
    words = writer[2]
    for place in range(start, end):
        entry = table[data[place]]
        waiting |= (entry & WORD) << bits
        bits += entry >> WORD_BITS
        # without a branch: a word is written each time, and kept when it is full
        out[words] = waiting & WORD
        full = bits >> 5
        words += full
        waiting >>= full << 5
        bits &= WORD_BITS - 1
    writer[0] = waiting
    writer[1] = bits
    writer[2] = words


@kernel
def _put_symbol(out: U32, writer: Writer, entry: int) -> None:
    _put(out, writer, entry & WORD, entry >> WORD_BITS)


@kernel
def _deflate(data: U8, out: U32) -> int:
    """Code all data into out; returns the bytes used."""
    writer = np.zeros(3, np.int64)
    counts = np.empty(SYMBOLS, np.int32)
    lengths = np.empty(SYMBOLS, np.int32)
    codes = np.zeros(SYMBOLS, np.int32)
    table = np.empty(SYMBOLS, np.int64)  # codes, with their lengths in the upper half
    places = np.empty(BLOCK // SHORTEST_RUN + 1, np.int32)
    runs = np.empty(BLOCK // SHORTEST_RUN + 1, np.int32)
    size = data.shape[0]
    for start in range(0, max(1, size), BLOCK):
        end = min(size, start + BLOCK)
        found = _find_runs(data, start, end, counts, places, runs)
        code_lengths(counts, LONGEST_CODE, lengths)
        canonical_codes(lengths, LONGEST_CODE, codes)
        for symbol in range(SYMBOLS):
            table[symbol] = np.int64(codes[symbol]) | (np.int64(lengths[symbol]) << WORD_BITS)
        _put_header(out, writer, lengths, end == size)
        place = start
        for k in range(found):
            _put_literals(out, writer, data, place, places[k], table)
            _put_symbol(out, writer, table[RUN_SYMBOL[runs[k]]])
            _put(out, writer, RUN_EXTRA[runs[k]], RUN_BITS[runs[k]] + 1)  # and one zero bit: the code of distance 1
            place = places[k] + runs[k]
        _put_literals(out, writer, data, place, end, table)
        _put_symbol(out, writer, table[END])
    out[writer[2]] = writer[0] & WORD
    return int(writer[2] * (WORD_BITS // 8) + (writer[1] + 7) // 8)


def compress(data: U8) -> bytes:
    """A zlib stream of a flat, contiguous array of bytes."""
    out = np.empty(data.size // 2 + data.size // BLOCK * 128 + 1024, np.uint32)
    used = _deflate(data, out)
    return (
        ZLIB_HEADER + out.astype("<u4", copy=False).view(np.uint8)[:used].tobytes() + zlib.adler32(data.data).to_bytes(4, "big")
    )

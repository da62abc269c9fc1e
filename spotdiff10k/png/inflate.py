"""Inflate (RFC 1951) for the streams that the rendered engine writes, compiled: Huffman codes and runs of one byte.

Such streams know no distance but one, so a look into a table gives up to five literals or the whole of a short run, and
both are written in the same way: asking which it was would often be guessed wrong. Every other stream, and every one that
this reader does not get through, is for zlib.
"""

import sys

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.deflate import (
    DYNAMIC_CODES,
    END,
    FIRST_LENGTH,
    LENGTH_ORDER,
    LONGEST_CODE,
    SYMBOLS,
    ZLIB_HEADER,
)
from spotdiff10k.engines.rendered.deflate import LENGTH_SYMBOLS as CODE_SYMBOLS
from spotdiff10k.engines.rendered.deflate import LONGEST_LENGTH_CODE as LONGEST_CODE_CODE
from spotdiff10k.engines.rendered.huffman import canonical_codes
from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.png.adler import adler32
from spotdiff10k.png.inflate_tables import (
    BYTES_SHIFT,
    ENTRIES,
    INDEX_BITS,
    LAST_SHIFT,
    LENGTH_BASE,
    LENGTH_BITS,
    LITERALS_SHIFT,
    LONG_ENTRIES,
    LONG_SLOTS,
    RUN_SHIFT,
    SPECIAL_SHIFT,
    fill_entries,
    fill_singles,
    is_whole,
)
from spotdiff10k.png.words import load_word, store_word

U8 = npt.NDArray[np.uint8]
I32 = npt.NDArray[np.int32]
U64 = npt.NDArray[np.uint64]
State = npt.NDArray[np.int64]
"""Where reading stands: bits read ahead (as a bit pattern), how many, the next byte to read, bytes written, the last of them."""
BITS, COUNT, PLACE, AT, LAST = range(5)

WORD_BYTES = 8
LOOKS = 5
"""Looks into the table between two refills: five times ten of the 56 bits that are there at least."""
SLACK_BYTES = 128
"""What may be written past the end before that is noticed: five looks of 16 bytes, and two words."""
INPUT_SLACK_BYTES = 12
"""What may be read past the end of the checksum before that is noticed: two words, less the checksum itself."""
REPEAT, ZEROS, MANY_ZEROS = 16, 17, 18
ZLIB_HEADER_BYTES, ZLIB_TRAILER_BYTES = 2, 4
EVERY_BYTE = 0x0101010101010101


@kernel
def _refill(state: State, address: np.uint64, end: int) -> None:
    """Read ahead, so that there are at least 56 bits; far behind the end they are zeros, and the count cannot come out."""
    if state[PLACE] <= end + WORD_BYTES:
        word = load_word(address, state[PLACE])
        state[BITS] = np.int64(np.uint64(state[BITS]) | (word << np.uint64(state[COUNT])))
        state[PLACE] += (63 - state[COUNT]) >> 3
    state[COUNT] |= 56


@kernel
def _take(state: State, count: int) -> int:
    """The next bits as a number."""
    bits = np.uint64(state[BITS])
    state[BITS] = np.int64(bits >> np.uint64(count))
    state[COUNT] -= count
    return int(bits & ((np.uint64(1) << np.uint64(count)) - np.uint64(1)))


@kernel
def _read_code_lengths(state: State, address: np.uint64, end: int, used: int, singles: I32, longs: I32, lengths: I32) -> bool:
    """Read the lengths of a block's codes, `used` of symbols and one of a distance; False if they cannot be."""
    code_lengths, codes = np.zeros(CODE_SYMBOLS, np.int32), np.zeros(CODE_SYMBOLS, np.int32)
    for i in range(_take(state, 4) + 4):
        _refill(state, address, end)
        code_lengths[LENGTH_ORDER[i]] = _take(state, 3)
    if not is_whole(code_lengths, LONGEST_CODE_CODE):
        return False
    canonical_codes(code_lengths, LONGEST_CODE_CODE, codes)
    fill_singles(code_lengths, codes, LONGEST_CODE_CODE, singles, longs)
    lengths[:] = 0
    i = 0
    while i <= used:
        _refill(state, address, end)
        single = singles[state[BITS] & ((1 << LONGEST_CODE_CODE) - 1)]
        _take(state, single & 15)
        symbol = single >> 4
        if symbol < REPEAT:
            lengths[i] = symbol
            i += 1
            continue
        if symbol == REPEAT:
            times = 3 + _take(state, 2)
        else:
            times = 3 + _take(state, 3) if symbol == ZEROS else 11 + _take(state, 7)
        if i + times > used + 1 or (symbol == REPEAT and i == 0):
            return False
        lengths[i : i + times] = lengths[i - 1] if symbol == REPEAT else 0
        i += times
    return True


@kernel
def _read_tables(state: State, address: np.uint64, end: int, lengths: I32, singles: I32, longs: I32, entries: U64) -> bool:
    """Read a block's header, all but its first bit, and fill the tables by it; False when it is not one of ours."""
    if _take(state, 2) != DYNAMIC_CODES:
        return False
    used = _take(state, 5) + FIRST_LENGTH
    if _take(state, 5) != 0 or used > SYMBOLS:  # one distance
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


@kernel
def _single(bits: np.uint64, singles: I32, longs: I32) -> int:
    """The next symbol and its code's length, as 16 * symbol + length."""
    single = np.int64(singles[np.int64(bits & np.uint64(ENTRIES - 1))])
    if single >= 0:
        return int(single)
    after = np.int64((bits >> np.uint64(INDEX_BITS)) & np.uint64(LONG_ENTRIES - 1))
    return int(longs[(-single - 1) * LONG_ENTRIES + after])


@kernel
def _repeat(target: np.uint64, at: int, run: int, last: np.uint64) -> None:
    """Write a run, and up to seven bytes more."""
    word = last * np.uint64(EVERY_BYTE)
    for place in range(at, at + run, WORD_BYTES):
        store_word(target, place, word)


@kernel
def _decode(
    state: State, source: np.uint64, end: int, singles: I32, longs: I32, entries: U64, target: np.uint64, size: int
) -> bool:
    """Decode one block to its end; False when it is not one of ours. State is kept in registers, which is half of the time."""
    bits, count, place = np.uint64(state[BITS]), state[COUNT], state[PLACE]
    at, last = state[AT], np.uint64(state[LAST])
    special = np.uint64(1 << SPECIAL_SHIFT)
    symbol = np.int64(0)
    while symbol != END:
        if at > size or place > end + WORD_BYTES:
            return False
        bits, count, place = bits | (load_word(source, place) << np.uint64(count)), count | 56, place + ((63 - count) >> 3)
        entry = special
        for _ in range(LOOKS):
            entry = entries[np.int64(bits & np.uint64(ENTRIES - 1))]
            if entry & special:
                break
            repeats = np.uint64(0) - ((entry >> np.uint64(RUN_SHIFT)) & np.uint64(1))  # all ones, or all zeros
            word = ((last * np.uint64(EVERY_BYTE)) & repeats) | (entry >> np.uint64(LITERALS_SHIFT))
            store_word(target, at, word)
            store_word(target, at + WORD_BYTES, word)
            at += np.int64((entry >> np.uint64(BYTES_SHIFT)) & np.uint64(31))
            last = (word >> ((entry >> np.uint64(LAST_SHIFT)) & np.uint64(63))) & np.uint64(255)
            bits >>= entry & np.uint64(63)
            count -= np.int64(entry & np.uint64(63))
        if not entry & special:
            continue
        if place > end + WORD_BYTES:
            return False
        bits, count, place = bits | (load_word(source, place) << np.uint64(count)), count | 56, place + ((63 - count) >> 3)
        single = np.int64(_single(bits, singles, longs))
        bits >>= np.uint64(single & 15)
        count -= single & 15
        symbol = single >> 4
        if symbol < END:
            last = np.uint64(symbol)
            store_word(target, at, last)
            at += 1
        elif symbol > END:
            extra = LENGTH_BITS[symbol - FIRST_LENGTH]
            run = LENGTH_BASE[symbol - FIRST_LENGTH] + np.int64(bits & np.uint64((1 << extra) - 1))
            bits >>= np.uint64(extra)
            if bits & np.uint64(1) or at == 0 or at + run > size:  # another distance, nothing to repeat, or too much
                return False
            bits >>= np.uint64(1)
            count -= extra + 1
            _repeat(target, at, run, last)
            at += run
    state[BITS], state[COUNT], state[PLACE], state[AT], state[LAST] = np.int64(bits), count, place, at, np.int64(last)
    return True


@kernel
def _inflate(memory: U8, start: int, end: int, out: U8, size: int) -> bool:
    """Inflate `end` bytes from `start` on to exactly `size` bytes; False when they are not one of our streams."""
    source, target = np.uint64(memory.ctypes.data) + np.uint64(start), np.uint64(out.ctypes.data)
    state = np.zeros(5, np.int64)
    lengths = np.zeros(SYMBOLS + 2, np.int32)
    singles, longs = np.zeros(ENTRIES, np.int32), np.zeros(LONG_SLOTS, np.int32)
    entries = np.zeros(ENTRIES, np.uint64)
    final = 0
    while final == 0:
        _refill(state, source, end)
        final = _take(state, 1)
        if not _read_tables(state, source, end, lengths, singles, longs, entries):
            return False
        if not _decode(state, source, end, singles, longs, entries, target, size):
            return False
    return bool(state[AT] == size and state[PLACE] - (state[COUNT] >> 3) == end)


def inflate(memory: bytes, start: int, end: int, out: U8) -> bool:
    """Inflate the zlib stream memory[start:end] and compare its checksum; False when zlib should have a look at it.

    `memory` goes on for at least `INPUT_SLACK_BYTES` after the stream. `out` is as long as what should come out and
    `SLACK_BYTES`, which then hold anything.
    """
    size = out.size - SLACK_BYTES
    first, last = start + ZLIB_HEADER_BYTES, end - ZLIB_TRAILER_BYTES
    known = last >= first and memory[start:first] == ZLIB_HEADER and sys.byteorder == "little"
    if not known or len(memory) < end + INPUT_SLACK_BYTES:
        return False
    if not _inflate(np.frombuffer(memory, np.uint8), first, last - first, out, size):
        return False
    return bool(adler32(out[:size]) == int.from_bytes(memory[last:end], "big"))

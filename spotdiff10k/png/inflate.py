"""Inflate (RFC 1951) for the streams that the rendered engine writes, compiled: Huffman codes and runs of one byte.

Such streams know no distance but one, so a look into a table gives up to five literals or the whole of a short run, and
both are written in the same way: asking which it was would often be guessed wrong. Every other stream, and every one that
this reader does not get through, is for zlib.
"""

import sys

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.deflate import END, FIRST_LENGTH, SYMBOLS, ZLIB_HEADER
from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.png.adler import adler32
from spotdiff10k.png.block_header import AT, BITS, COUNT, I32, LAST, PLACE, U64, WORD_BYTES, State, read_tables, refill, take
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
)
from spotdiff10k.png.words import load_word, store_word

U8 = npt.NDArray[np.uint8]

LOOKS = 5
"""Looks into the table between two refills: five times ten of the 56 bits that are there at least."""
SLACK_BYTES = 128
"""What may be written past the end before that is noticed: five looks of 16 bytes, and two words."""
INPUT_SLACK_BYTES = 12
"""What may be read past the end of the checksum before that is noticed: two words, less the checksum itself."""
ZLIB_HEADER_BYTES, ZLIB_TRAILER_BYTES = 2, 4
EVERY_BYTE = 0x0101010101010101


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
        refill(state, source, end)
        final = take(state, 1)
        if not read_tables(state, source, end, lengths, singles, longs, entries):
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

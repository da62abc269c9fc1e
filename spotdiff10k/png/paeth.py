"""Paeth's filter undone on many rows at once, each a pixel behind the one above it, in vectors of the processor.

A pixel waits for the one before it and for the one above, so a row by itself keeps a processor waiting: sixteen rows take
a fifth of the time. LLVM turns the vectors below into whatever the machine has.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from spotdiff10k.engines.rendered.jit import kernel

U8 = npt.NDArray[np.uint8]

ROWS = 16
LANE_BYTES = 4
"""Of one row in a vector: a pixel of up to four bytes, and the first bytes of the next one, which come to nothing."""
MARGIN = ROWS * LANE_BYTES
"""Bytes before and after a row: pixels that are not there, while rows lag behind."""

_BYTE, _SHORT, _WORD = ir.IntType(8), ir.IntType(16), ir.IntType(32)
_BYTES, _SHORTS = ir.VectorType(_BYTE, ROWS * LANE_BYTES), ir.VectorType(_SHORT, ROWS * LANE_BYTES)
_WORDS = ir.VectorType(_WORD, ROWS)
_FROM_ABOVE = [*range(LANE_BYTES), *range(ROWS * LANE_BYTES, 2 * ROWS * LANE_BYTES - LANE_BYTES)]
"""Picks the first row's lanes from one vector, and for each other row those of the row above it from a second."""


def _index(place: int) -> Any:
    return ir.Constant(_WORD, place)


def _same(value: int) -> Any:
    return ir.Constant(_SHORTS, [value] * (ROWS * LANE_BYTES))


def _loaded(builder: Any, addresses: list[Any]) -> Any:
    """A vector of shorts: four bytes from each address."""
    words = ir.Constant(_WORDS, [0] * ROWS)
    for row, address in enumerate(addresses):
        word = builder.load(builder.inttoptr(address, _WORD.as_pointer()), align=1)
        words = builder.insert_element(words, word, _index(row))
    return builder.zext(builder.bitcast(words, _BYTES), _SHORTS)


def _store(builder: Any, shorts: Any, addresses: list[Any]) -> None:
    words = builder.bitcast(builder.trunc(shorts, _BYTES), _WORDS)
    for row, address in enumerate(addresses):
        word = builder.extract_element(words, _index(row))
        builder.store(word, builder.inttoptr(address, _WORD.as_pointer()), align=1)


def _nearest(builder: Any, left: Any, above: Any, corner: Any) -> Any:
    """Paeth's predictor without a branch, as `unfilter.nearest` has it."""
    turned = builder.sub(builder.sub(builder.mul(corner, _same(3)), above), left)
    smaller = builder.icmp_signed("<", left, above)
    low, high = builder.select(smaller, left, above), builder.select(smaller, above, left)
    guess = builder.select(builder.icmp_signed("<=", high, turned), low, corner)
    return builder.select(builder.icmp_signed("<=", turned, low), high, guess)


@intrinsic  # type: ignore[untyped-decorator]
def _together(typing_context: Any, above: Any, rows: Any, out: Any, stride: Any, steps: Any, distance: Any) -> Any:
    """All addresses are those of a row's first pixel; `stride` is from row to row. The caller answers for the bounds."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        above, rows, out, stride, steps, distance = arguments
        left, corner = (cgutils.alloca_once_value(builder, _same(0)) for _ in range(2))
        lag = builder.sub(stride, distance)
        with cgutils.for_range(builder, steps) as loop:
            offset = builder.mul(loop.index, distance)
            places = [builder.add(offset, builder.mul(lag, ir.Constant(lag.type, row))) for row in range(ROWS)]
            raw = _loaded(builder, [builder.add(rows, place) for place in places])
            before = builder.load(left)
            first = _loaded(builder, [builder.add(above, offset)])
            over = builder.shuffle_vector(first, before, ir.Constant(ir.VectorType(_WORD, len(_FROM_ABOVE)), _FROM_ABOVE))
            made = builder.add(_nearest(builder, before, over, builder.load(corner)), raw)
            made = builder.and_(made, _same(255))
            builder.store(made, left)
            builder.store(over, corner)
            _store(builder, made, [builder.add(out, place) for place in places])
        return context.get_dummy_value()

    return types.void(types.uint64, types.uint64, types.uint64, types.int64, types.int64, types.int64), generate


@kernel
def unfilter_together(above: U8, rows: U8, out: U8, width: int, distance: int) -> None:
    """Undo the filter in `ROWS` rows of `width` bytes, pixels of `distance` bytes, 1 to 4.

    above: (MARGIN + width + MARGIN); rows and out: (ROWS, MARGIN + width + MARGIN). The margins of `rows` before the first
    pixel are zeros, all other margins may hold anything, and those of `out` then do.
    """
    stride = rows.shape[1]
    steps = width // distance + ROWS - 1
    first = np.uint64(MARGIN)
    addresses = np.uint64(above.ctypes.data) + first, np.uint64(rows.ctypes.data) + first, np.uint64(out.ctypes.data) + first
    _together(addresses[0], addresses[1], addresses[2], stride, steps, distance)

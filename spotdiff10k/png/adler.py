"""Adler-32 (RFC 1950) in vectors of the processor, which LLVM turns into whatever the machine has."""

from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from spotdiff10k.engines.rendered.jit import kernel

MODULUS = 65521
LANES = 32
ROWS = 23
"""Of `LANES` bytes, before a sum of sums could need more than the 16 bits it has: 255 * (0 + 1 + ... + 22) < 2**16."""
BLOCK = LANES * ROWS

_LONG = ir.IntType(64)
_WORD = ir.IntType(32)
_BYTES, _SHORTS, _WORDS = (ir.VectorType(ir.IntType(bits), LANES) for bits in (8, 16, 32))


def _total(builder: Any, shorts: Any, weights: list[int]) -> Any:
    """The sum of a vector's lanes times their weights, as an int64; below 2**32."""
    words = builder.mul(builder.zext(shorts, _WORDS), ir.Constant(_WORDS, weights))
    kind = ir.FunctionType(_WORD, [_WORDS])
    add = cgutils.get_or_insert_function(builder.module, kind, f"llvm.vector.reduce.add.v{LANES}i32")
    return builder.zext(builder.call(add, [words]), _LONG)


@intrinsic  # type: ignore[untyped-decorator]
def _block_sums(typing_context: Any, address: Any, offset: Any) -> Any:
    """For `BLOCK` bytes: their sum, and 2**32 times the sum of each times how many bytes there are from it on.

    The caller answers for the bounds.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        start = builder.add(*arguments)
        here, before = (cgutils.alloca_once_value(builder, ir.Constant(_SHORTS, [0] * LANES)) for _ in range(2))
        with cgutils.for_range(builder, ir.Constant(_LONG, ROWS)) as loop:
            place = builder.add(start, builder.mul(loop.index, ir.Constant(_LONG, LANES)))
            row = builder.load(builder.inttoptr(place, _BYTES.as_pointer()), align=1)
            builder.store(builder.add(builder.load(before), builder.load(here)), before)
            builder.store(builder.add(builder.load(here), builder.zext(row, _SHORTS)), here)
        sums, sums_before = builder.load(here), builder.load(before)
        weighted = _total(builder, sums, list(range(LANES, 0, -1)))
        weighted = builder.add(weighted, _total(builder, sums_before, [LANES] * LANES))
        return builder.or_(_total(builder, sums, [1] * LANES), builder.shl(weighted, ir.Constant(_LONG, 32)))

    return types.int64(types.uint64, types.int64), generate


@kernel
def adler32(data: npt.NDArray[np.uint8]) -> int:
    """The checksum of flat, contiguous bytes."""
    address = np.uint64(data.ctypes.data)
    total, weighted = np.int64(1), np.int64(0)
    rest = data.shape[0] - data.shape[0] % BLOCK
    for start in range(0, rest, BLOCK):
        sums = _block_sums(address, start)
        weighted = (weighted + BLOCK * total + (sums >> 32)) % MODULUS
        total = (total + (sums & 0xFFFFFFFF)) % MODULUS
    for value in data[rest:]:
        total = (total + value) % MODULUS
        weighted = (weighted + total) % MODULUS
    return int((weighted << 16) | total)

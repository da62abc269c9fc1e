"""Eight bytes at a time at any place of memory, little end first; for kernels that have made sure of their bounds."""

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic

_WORD = ir.IntType(64)


def _pointer(builder: Any, address: Any, offset: Any) -> Any:
    return builder.inttoptr(builder.add(address, offset), _WORD.as_pointer())


@intrinsic  # type: ignore[untyped-decorator]
def load_word(typing_context: Any, address: Any, offset: Any) -> Any:
    """The uint64 that starts `offset` bytes (an int64) after `address` (a uint64). The caller answers for the bounds."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.load(_pointer(builder, *arguments), align=1)

    return types.uint64(types.uint64, types.int64), generate


@intrinsic  # type: ignore[untyped-decorator]
def store_word(typing_context: Any, address: Any, offset: Any, word: Any) -> Any:
    """Put a uint64 `offset` bytes (an int64) after `address` (a uint64). The caller answers for the bounds."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        builder.store(arguments[2], _pointer(builder, *arguments[:2]), align=1)
        return context.get_dummy_value()

    return types.void(types.uint64, types.int64, types.uint64), generate

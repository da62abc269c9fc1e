"""Keeps a long-lived worker small: freed memory goes back to the system instead of lying about in fragments."""

import ctypes
from collections.abc import Callable
from functools import cache


@cache
def _trim() -> Callable[[int], int] | None:
    """The C library's malloc_trim, or None where it has none (musl, macOS, Windows)."""
    try:
        trim: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return None
    return trim


def give_back() -> None:
    """Return what the allocator holds free; some milliseconds, so once a group is enough."""
    trim = _trim()
    if trim is not None:
        trim(0)

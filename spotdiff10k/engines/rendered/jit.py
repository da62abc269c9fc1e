"""One way to compile a kernel: cached on disk, releases the GIL, IEEE semantics, single thread."""

from collections.abc import Callable
from typing import Any, TypeVar

import numba

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def kernel(function: Kernel) -> Kernel:
    """Compile a function with numba on first call; division by zero gives inf as in numpy, and no fast-math, so bytes repeat."""
    compiled: Kernel = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    return compiled


def inlined(function: Kernel) -> Kernel:
    """Compile a function into each of its callers: for what runs once a pixel and takes arrays, whose passing would cost more."""
    compiled: Kernel = numba.njit(cache=True, nogil=True, error_model="numpy", inline="always")(function)
    return compiled

"""One way to compile a kernel: cached on disk, releases the GIL, IEEE semantics, single thread."""

from collections.abc import Callable
from typing import Any, TypeVar

import numba

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def kernel(function: Kernel) -> Kernel:
    """Compile a function with numba on first call; division by zero gives inf as in numpy, and no fast-math, so bytes repeat."""
    compiled: Kernel = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    return compiled

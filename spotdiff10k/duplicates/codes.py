"""Vectors as whole numbers: directions in 16 bits a component, whose products are exact, so alike on every machine."""

import numpy as np
import numpy.typing as npt

UNIT = 1 << 14
"""The length of a code. The sum of products of two codes stays below 2**31, whatever the order of summing."""

Codes = npt.NDArray[np.int16]
"""(N, D) directions, of length UNIT each; zeros for a vector without length, which is then like nothing."""


def codes_of(vectors: npt.NDArray[np.generic]) -> Codes:
    """The directions of (N, D) vectors of any numbers."""
    values = np.asarray(vectors, np.float64)
    lengths = np.sqrt((values * values).sum(axis=1, keepdims=True))
    return np.rint(values * (UNIT / np.where(lengths > 0, lengths, 1.0))).astype(np.int16)


def similarity(products: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
    """Cosines from products of codes; never above 1, where rounding would have it so."""
    return np.minimum(products / float(UNIT * UNIT), 1.0)


def products(first: Codes, second: Codes) -> npt.NDArray[np.int32]:
    """The product of each row with the row beside it."""
    found: npt.NDArray[np.int32] = np.einsum("nd,nd->n", first, second, dtype=np.int32)
    return found

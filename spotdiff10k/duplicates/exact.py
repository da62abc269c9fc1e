"""The most similar earlier vector, by looking at all of them; in whole numbers, so it is the same everywhere."""

import numpy as np
import numpy.typing as npt

from spotdiff10k.duplicates.bits import NOBODY
from spotdiff10k.duplicates.codes import Codes
from spotdiff10k.engines.rendered.jit import kernel

LEAST = -(2**31)


@kernel
def _most_similar(
    queries: npt.NDArray[np.int16],
    codes: npt.NDArray[np.int16],
    limits: npt.NDArray[np.int64],
    index: npt.NDArray[np.int64],
    products: npt.NDArray[np.int32],
) -> None:
    numbers = codes.shape[1]
    for query in range(len(queries)):
        best, found = np.int32(LEAST), NOBODY
        for other in range(limits[query]):
            total = np.int32(0)
            for number in range(numbers):
                total += np.int32(queries[query, number]) * np.int32(codes[other, number])
            if total > best:
                best, found = total, other
        index[query] = found
        products[query] = best


def most_similar(
    queries: Codes, codes: Codes, limits: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """For each query the index of the most similar of the first limits[query] codes, or NOBODY, and their product.

    Of equally similar ones the first counts.
    """
    index = np.empty(len(queries), np.int64)
    products = np.empty(len(queries), np.int32)
    _most_similar(np.ascontiguousarray(queries), np.ascontiguousarray(codes), limits, index, products)
    return index, products

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


@kernel
def _few_most_similar(
    queries: npt.NDArray[np.int16], codes: npt.NDArray[np.int16], limits: npt.NDArray[np.int64], found: npt.NDArray[np.int64]
) -> None:
    count = found.shape[1]
    best = np.empty(count, np.int32)
    for query in range(len(queries)):
        best[:] = LEAST
        for other in range(limits[query]):
            total = np.int32(0)
            for number in range(codes.shape[1]):
                total += np.int32(queries[query, number]) * np.int32(codes[other, number])
            place = count
            while place > 0 and total > best[place - 1]:
                if place < count:
                    best[place], found[query, place] = best[place - 1], found[query, place - 1]
                place -= 1
            if place < count:
                best[place], found[query, place] = total, other


def few_most_similar(queries: Codes, codes: Codes, limits: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.int64]:
    """(Q, count) indices of the most similar of the first limits[query] codes, the best first; NOBODY where there are fewer."""
    found = np.full((len(queries), count), NOBODY, np.int64)
    _few_most_similar(np.ascontiguousarray(queries), np.ascontiguousarray(codes), limits, found)
    return found

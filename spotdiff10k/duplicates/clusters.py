"""The most similar earlier vector among millions, by an index of clusters: approximate, sub-quadratic.

Vectors are put to the nearest of about 4 √N cluster centres and kept in 8 bits a component; a query looks into the clusters
nearest to it (an inverted file: J. Sivic and A. Zisserman 2003, with scalar quantisation), and what is found there is ranked
again by exact products. The index is that of faiss (M. Douze et al., arXiv 2401.08281).

Similarities are exact and the same everywhere; *which* neighbours are found depends on sums in floating point, so another
kind of processor may, rarely, miss another one. The number of threads changes nothing.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from spotdiff10k.cores import usable_cores
from spotdiff10k.duplicates.bits import NOBODY
from spotdiff10k.duplicates.codes import Codes
from spotdiff10k.duplicates.exact import LEAST
from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.errors import MissingExtraError

CENTRES_FACTOR = 4
"""Centres are this times the square root of the number of vectors."""
PROBED = 24
"""Clusters that a query looks into."""
KEPT = 16
"""Candidates that are ranked again, besides those that are known not to count."""
TRAINED_PER_CENTRE = 40
"""Vectors a centre is learned from: the least that faiss wants."""
ROUNDS = 8
"""Of k-means; where the centres lie exactly matters little."""
BLOCK = 20_000
"""Vectors that are handed over at a time, so that memory stays bounded."""
MOST_IN_A_BYTE = 127
SEED = 1

Indices = npt.NDArray[np.int64]


def most_similar(queries: Codes, codes: Codes, limits: Indices, passed_over: int = 0) -> tuple[Indices, npt.NDArray[np.int32]]:
    """For each query the most similar of the first limits[query] codes that was found, or NOBODY, and their product.

    `passed_over`: how many rows at or beyond its limit are likely to be among a query's nearest, such as those of its own
    group. Raises MissingExtraError without faiss.
    """
    found = np.empty(len(queries), np.int64)
    products = np.empty(len(queries), np.int32)
    for block, near in candidates(queries, codes, passed_over):
        _rank(queries[block], codes, limits[block], near, found[block], products[block])
    return found, products


def candidates(queries: Codes, codes: Codes, passed_over: int = 0) -> Iterator[tuple[slice, Indices]]:
    """Blocks of queries with (block, KEPT + passed_over) rows of the codes that are likely nearest to each; -1 is none."""
    largest = max(1, int(np.abs(codes).max()), int(np.abs(queries).max()))
    shrink = np.float32(MOST_IN_A_BYTE / largest)
    index = _build(codes, shrink)
    for start in range(0, len(queries), BLOCK):
        block = slice(start, start + BLOCK)
        yield block, index.search(_in_bytes(queries[block], shrink), KEPT + passed_over)[1]


def _build(codes: Codes, shrink: np.float32) -> Any:
    """An index of all codes."""
    faiss = _faiss()
    faiss.omp_set_num_threads(usable_cores())
    numbers = codes.shape[1]
    centres = max(1, min(int(CENTRES_FACTOR * len(codes) ** 0.5), len(codes) // TRAINED_PER_CENTRE))
    kept = faiss.ScalarQuantizer.QT_8bit_direct_signed
    index = faiss.IndexIVFScalarQuantizer(faiss.IndexFlatIP(numbers), numbers, centres, kept, faiss.METRIC_INNER_PRODUCT, False)
    index.cp.niter, index.cp.seed = ROUNDS, SEED
    index.train(_in_bytes(codes[:: max(1, len(codes) // (centres * TRAINED_PER_CENTRE))], shrink))
    for start in range(0, len(codes), BLOCK):
        index.add(_in_bytes(codes[start : start + BLOCK], shrink))
    index.nprobe = PROBED
    return index


@kernel
def _rank(
    queries: npt.NDArray[np.int16],
    codes: npt.NDArray[np.int16],
    limits: npt.NDArray[np.int64],
    near: npt.NDArray[np.int64],
    found: npt.NDArray[np.int64],
    products: npt.NDArray[np.int32],
) -> None:
    """The best candidate below each query's limit, by exact product; of equal ones the first row."""
    for query in range(len(queries)):
        best, nearest = np.int32(LEAST), NOBODY
        for other in near[query]:
            if 0 <= other < limits[query]:
                total = np.int32(0)
                for number in range(codes.shape[1]):
                    total += np.int32(queries[query, number]) * np.int32(codes[other, number])
                if total > best or (total == best and other < nearest):
                    best, nearest = total, other
        found[query] = nearest
        products[query] = best


def _in_bytes(codes: Codes, shrink: np.float32) -> npt.NDArray[np.float32]:
    """Whole numbers of at most MOST_IN_A_BYTE, as the index keeps them and compares them."""
    scaled: npt.NDArray[np.float32] = np.rint(np.ascontiguousarray(codes, np.float32) * shrink)
    return scaled


def _faiss() -> Any:
    try:
        import faiss
    except ImportError as error:
        raise MissingExtraError("faiss-cpu", "scale", "Looking for duplicates among more than 50,000 samples") from error
    return faiss

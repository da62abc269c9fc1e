"""Connected components of a mask, and its holes, from the stretches of its rows (Rosenfeld and Pfaltz 1966)."""

import numpy as np
import numpy.typing as npt

from spotdiff10k.checks._marks import TOGETHER
from spotdiff10k.engines.rendered.jit import kernel

U8 = npt.NDArray[np.uint8]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@kernel
def _root(parents: I32, label: int) -> int:
    while parents[label] != label:
        parents[label] = parents[parents[label]]
        label = parents[label]
    return label


@kernel
def _join(parents: I32, first: int, second: int) -> int:
    first, second = _root(parents, first), _root(parents, second)
    if first < second:
        parents[second] = first
        return first
    parents[first] = second
    return second


@kernel
def _runs(inside: U8, wanted: int, starts: I32, ends: I32, offsets: I32) -> None:
    """Where the stretches of `wanted` pixels of each row start and end; those of row y lie from offsets[y] to offsets[y + 1]."""
    height, width = inside.shape
    turns = np.zeros(-(-width // TOGETHER) * TOGETHER, np.uint8)
    words = turns.view(np.uint64)
    count = 0
    offsets[0] = 0
    for y in range(height):
        row = inside[y]
        before, later = row[:-1], turns[1:width]
        for x in range(later.size):
            later[x] = before[x] != row[x + 1]
        turns[0] = row[0] == wanted
        within = False
        for word in range(words.size):
            if words[word]:
                for x in range(word * TOGETHER, (word + 1) * TOGETHER):
                    if turns[x]:
                        if within:
                            ends[count] = x
                            count += 1
                        else:
                            starts[count] = x
                        within = not within
        if within:
            ends[count] = width
            count += 1
        offsets[y + 1] = count


@kernel
def _join_runs(starts: I32, ends: I32, offsets: I32, reach: int, parents: I32) -> None:
    """Join stretches of neighbouring rows that touch: with `reach` 1 at corners as well, with 0 at sides alone."""
    for y in range(1, len(offsets) - 1):
        over = offsets[y - 1]
        for run in range(offsets[y], offsets[y + 1]):
            while over < offsets[y] and ends[over] + reach <= starts[run]:
                over += 1
            other = over
            while other < offsets[y] and starts[other] < ends[run] + reach:
                _join(parents, run, other)
                other += 1


@kernel
def _components(inside: U8, wanted: int, reach: int) -> tuple[I64, I64]:
    """(N,) areas of the components of `wanted` pixels, some 0, and of those of them that touch the border of (H, W)."""
    height, width = inside.shape
    starts, ends = np.empty(height * (width // 2 + 1), np.int32), np.empty(height * (width // 2 + 1), np.int32)
    offsets = np.zeros(height + 1, np.int32)
    _runs(inside, wanted, starts, ends, offsets)
    parents = np.arange(int(offsets[height])).astype(np.int32)
    _join_runs(starts, ends, offsets, reach, parents)
    areas, touching = np.zeros(len(parents), np.int64), np.zeros(len(parents), np.bool_)
    for y in range(height):
        for run in range(offsets[y], offsets[y + 1]):
            root = _root(parents, run)
            areas[root] += ends[run] - starts[run]
            touching[root] |= y == 0 or y == height - 1 or starts[run] == 0 or ends[run] == width
    return areas, areas * touching


def component_areas(inside: Bools) -> I64:
    """The areas, in pixels, of the 8-connected components of a (H, W) mask, largest first."""
    areas: I64 = _components(_bytes(inside), 1, 1)[0] if inside.size else np.zeros(0, np.int64)
    return np.sort(areas[areas > 0])[::-1]


def hole_pixels(inside: Bools) -> int:
    """Pixels outside a (H, W) mask that are not reached from its border by steps outside it to four neighbours."""
    if not inside.size:
        return 0
    areas, open_areas = _components(_bytes(inside), 0, 0)
    return int(areas.sum() - open_areas.sum())


def _bytes(inside: Bools) -> U8:
    return np.ascontiguousarray(inside).view(np.uint8)

"""Connected components of a mask, in a compiled loop."""

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel


@kernel
def _root(parents: npt.NDArray[np.int32], label: int) -> int:
    while parents[label] != label:
        parents[label] = parents[parents[label]]
        label = parents[label]
    return label


@kernel
def _join(parents: npt.NDArray[np.int32], first: int, second: int) -> int:
    first, second = _root(parents, first), _root(parents, second)
    if first < second:
        parents[second] = first
        return first
    parents[first] = second
    return second


@kernel
def _label(inside: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Areas by provisional label, summed at each component's root; two-pass labelling (Rosenfeld and Pfaltz 1966)."""
    height, width = inside.shape
    labels = np.zeros((2, width + 2), np.int32)  # two rows, with a margin of background left and right
    parents = np.zeros(height * width // 2 + 2, np.int32)
    areas = np.zeros(height * width // 2 + 2, np.int64)
    count = 0
    for y in range(height):
        above, here = labels[(y + 1) % 2], labels[y % 2]
        for x in range(width):
            label = 0
            if inside[y, x]:
                for neighbour in (here[x], above[x], above[x + 1], above[x + 2]):
                    if neighbour:
                        label = _join(parents, label, neighbour) if label else _root(parents, neighbour)
                if not label:
                    count += 1
                    label = count
                    parents[label] = label
                areas[label] += 1
            here[x + 1] = label
    for label in range(count, 0, -1):
        root = _root(parents, label)
        if root != label:
            areas[root] += areas[label]
            areas[label] = 0
    return areas[1 : count + 1]


def component_areas(inside: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """The areas, in pixels, of the 8-connected components of a (H, W) mask, largest first."""
    areas: npt.NDArray[np.int64] = _label(np.ascontiguousarray(inside))
    return np.sort(areas[areas > 0])[::-1]

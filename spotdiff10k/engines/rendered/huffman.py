"""Huffman codes of limited length (RFC 1951, 3.2.2), for the deflate coder."""

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import I32


@kernel
def code_lengths(counts: I32, longest: int, lengths: I32) -> None:
    """Write how many bits each symbol gets: 0 for those that do not occur, at most `longest`.

    An optimal code by two queues (van Leeuwen 1976); codes that come out too long are cut, and others changed until the
    code is whole again, which costs next to nothing.
    """
    lengths[:] = 0
    used = np.nonzero(counts)[0].astype(np.int64)
    if len(used) == 0:
        return
    if len(used) == 1:
        lengths[used[0]] = 1
        return
    leaves = used[np.argsort(counts[used], kind="mergesort")]
    count = len(leaves)
    weight = np.empty(2 * count - 1, np.int64)
    parent = np.zeros(2 * count - 1, np.int64)
    weight[:count] = counts[leaves]
    leaf = 0
    node = count
    for made in range(count, 2 * count - 1):
        weight[made] = 0
        for _ in range(2):
            if leaf < count and (node >= made or weight[leaf] <= weight[node]):
                smallest = leaf
                leaf += 1
            else:
                smallest = node
                node += 1
            weight[made] += weight[smallest]
            parent[smallest] = made
    depth = np.zeros(2 * count - 1, np.int64)
    taken = 0
    for place in range(2 * count - 3, -1, -1):
        depth[place] = depth[parent[place]] + 1
        if place < count:
            lengths[leaves[place]] = min(longest, depth[place])
            taken += 1 << (longest - lengths[leaves[place]])
    _make_whole(leaves, lengths, longest, taken)


@kernel
def _make_whole(leaves: npt.NDArray[np.int64], lengths: I32, longest: int, taken: int) -> None:
    """Change lengths until the sum of 2**-length is exactly 1. leaves: symbols, the rarest first; taken: the sum x 2**longest."""
    whole = 1 << longest
    while taken > whole:
        for length in range(longest - 1, 0, -1):
            for symbol in leaves:
                if taken > whole and lengths[symbol] == length:
                    lengths[symbol] += 1
                    taken -= 1 << (longest - length - 1)
    while taken < whole:
        for place in range(len(leaves) - 1, -1, -1):
            gain = 1 << (longest - lengths[leaves[place]])
            if gain <= whole - taken:
                lengths[leaves[place]] -= 1
                taken += gain


@kernel
def canonical_codes(lengths: I32, longest: int, codes: I32) -> None:
    """Write each symbol's canonical code with its bits reversed, ready to be written from the lowest bit."""
    following = np.zeros(longest + 2, np.int64)
    for length in lengths:
        if length > 0:
            following[length + 1] += 1
    code = 0
    for bits in range(1, longest + 1):
        code = (code + following[bits]) << 1
        following[bits] = code
    for symbol in range(len(lengths)):
        length = lengths[symbol]
        if length > 0:
            straight = following[length]
            following[length] += 1
            reverse = 0
            for _ in range(length):
                reverse = (reverse << 1) | (straight & 1)
                straight >>= 1
            codes[symbol] = reverse

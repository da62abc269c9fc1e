"""A perceptual hash of 256 bits: which of a picture's low frequencies are stronger than their median.

The method is that of DCT hashes (C. Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010)
with the sizes of PDQ (Facebook, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm", 2019): brightness
shrunk to 64 × 64, the frequencies 1 to 16 along each side, one bit each. It is made in integers, so it is the same everywhere.
"""

import math

import numpy as np
import numpy.typing as npt

from spotdiff10k.duplicates.shrink import Small, shrink
from spotdiff10k.engines.rendered.jit import kernel

SIDE = 64
"""Cells along a side of the shrunk picture."""
BAND = 16
"""Frequencies along a side; the constant is left out, so brightness and contrast change nothing."""
BITS = BAND * BAND
WORDS = BITS // 64
COSINE_STEPS = 1 << 14
"""Cosines are counted in parts of this."""

Bits = npt.NDArray[np.uint64]
"""(..., WORDS) a hash."""


def _basis() -> npt.NDArray[np.int64]:
    """(BAND, SIDE) the cosines of the frequencies 1 to BAND (DCT-II)."""
    rows = [[math.cos(math.pi * u * (2 * x + 1) / (2 * SIDE)) for x in range(SIDE)] for u in range(1, BAND + 1)]
    basis: npt.NDArray[np.int64] = np.rint(np.array(rows) * COSINE_STEPS).astype(np.int64)
    return basis


BASIS = _basis()


@kernel
def _frequencies(small: npt.NDArray[np.int64], basis: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    band, side = basis.shape
    rows = np.zeros((band, side), np.int64)
    for v in range(band):
        for y in range(side):
            for x in range(side):
                rows[v, x] += basis[v, y] * small[y, x]
    out = np.zeros((band, band), np.int64)
    for v in range(band):
        for u in range(band):
            for x in range(side):
                out[v, u] += basis[u, x] * rows[v, x]
    return out


def frequencies(small: Small) -> npt.NDArray[np.int64]:
    """(BAND, BAND) strengths, vertical frequency first, of a (SIDE, SIDE) picture; not normalised."""
    found: npt.NDArray[np.int64] = _frequencies(small, BASIS)
    return found


def hash_of(luma: npt.NDArray[np.uint8]) -> Bits:
    """The hash of an (H, W) brightness picture; a picture of one brightness has no bit set."""
    return bits_of(frequencies(shrink(luma, SIDE)))


def bits_of(strengths: npt.NDArray[np.int64]) -> Bits:
    """One bit a frequency, row by row, most significant first."""
    stronger = strengths.ravel() > np.median(strengths)
    return np.packbits(stronger).view(">u8").astype(np.uint64)


def mirrored(luma: npt.NDArray[np.uint8]) -> Bits:
    """The hash of the picture's mirror image, left for right."""
    return hash_of(luma[:, ::-1])


def to_text(bits: Bits) -> str:
    """A hash as hexadecimal digits, 16 a word."""
    return "".join(f"{int(word):016x}" for word in bits)


def from_text(text: str) -> Bits:
    """A hash from its digits. Raises ValueError when they are none."""
    if len(text) % 16 or not text:
        raise ValueError(f"a hash has 16 hexadecimal digits a word, found {len(text)} characters")
    return np.array([int(text[start : start + 16], 16) for start in range(0, len(text), 16)], np.uint64)

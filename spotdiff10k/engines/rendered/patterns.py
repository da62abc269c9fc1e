"""Pattern fields: smooth numbers on a surface whose level 0.5 is the edge of a marking.

Every function takes rest points (N, 3) in metres and returns (N,) values, above 0.5 inside the marking.
"""

import numpy as np

from spotdiff10k.engines.rendered.geometry import F64, Point, unit
from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.noise import fbm, hash01

EDGE = 0.5
NOISE_OCTAVES = 3


@kernel
def _fbm_at(points: F64, frequency: float, shift: float, octaves: int) -> F64:
    out = np.empty(len(points))
    for i in range(len(points)):
        x, y, z = points[i, 0] * frequency, points[i, 1] * frequency, points[i, 2] * frequency
        out[i] = fbm(x + shift, y - shift, z + 0.37 * shift, octaves)
    return out


@kernel
def _cells_at(points: F64, frequency: float, shift: int) -> tuple[F64, F64, F64]:
    """Distances, in cells, to the nearest and second nearest of scattered points, and a number in 0..1 of the nearest."""
    nearest, second, own = np.empty(len(points)), np.empty(len(points)), np.empty(len(points))
    for i in range(len(points)):
        x, y, z = points[i, 0] * frequency, points[i, 1] * frequency, points[i, 2] * frequency
        cx, cy, cz = int(np.floor(x)), int(np.floor(y)), int(np.floor(z))
        best, runner, mark = 1e9, 1e9, 0.0
        for ix in range(cx - 1, cx + 2):
            for iy in range(cy - 1, cy + 2):
                for iz in range(cz - 1, cz + 2):
                    dx = ix + 0.15 + 0.7 * hash01(ix + shift, iy, iz) - x
                    dy = iy + 0.15 + 0.7 * hash01(ix, iy + shift, iz) - y
                    dz = iz + 0.15 + 0.7 * hash01(ix, iy, iz + shift) - z
                    d = dx * dx + dy * dy + dz * dz
                    if d < best:
                        best, runner, mark = d, best, hash01(ix + shift, iy + shift, iz)
                    elif d < runner:
                        runner = d
        nearest[i], second[i], own[i] = np.sqrt(best), np.sqrt(runner), mark
    return nearest, second, own


def noise(points: F64, frequency: float, seed: int, octaves: int = NOISE_OCTAVES) -> F64:
    """Fractal noise about 0, mostly within -0.5..0.5; `frequency` is cells a metre."""
    return _fbm_at(np.ascontiguousarray(points, np.float64), frequency, 3.7 * (seed % 1009), octaves) - 0.5


def spots(points: F64, frequency: float, seed: int, radius: float = 0.34) -> F64:
    """Round spots, `frequency` a metre; `radius` in spacings."""
    nearest, _, own = _cells_at(np.ascontiguousarray(points), frequency, seed % 8191)
    return EDGE + 1.6 * (radius * (0.75 + 0.5 * own) - nearest)


def rosettes(points: F64, frequency: float, seed: int) -> F64:
    """Rings with a pale middle, as on a leopard."""
    nearest, _, own = _cells_at(np.ascontiguousarray(points), frequency, seed % 8191)
    return EDGE + 2.2 * (0.11 - np.abs(nearest - 0.27 - 0.08 * own)) + 0.6 * noise(points, 3.0 * frequency, seed)


def mosaic(points: F64, frequency: float, seed: int, gap: float = 0.13) -> F64:
    """Large plates with narrow lines between them, as on a giraffe."""
    nearest, second, _ = _cells_at(np.ascontiguousarray(points), frequency, seed % 8191)
    return EDGE + 1.8 * (second - nearest - gap)


def stripes(points: F64, direction: Point, frequency: float, seed: int, warp: float = 0.9, share: float = 0.5) -> F64:
    """Bands across `direction`, `frequency` a metre, bent by noise; `share` of the surface is marked."""
    along = (points * unit(direction)).sum(axis=1)
    phase = 2.0 * np.pi * frequency * along + 2.0 * np.pi * warp * noise(points, 5.0, seed, 2) + seed % 7
    return np.asarray(EDGE + 0.5 * np.sin(phase) + 0.5 * (2.0 * share - 1.0), np.float64)


def bands(points: F64, direction: Point, frequency: float, phase: float = 0.0) -> F64:
    """Straight, even bands, as knitted or painted."""
    along = (points * unit(direction)).sum(axis=1)
    return np.asarray(EDGE + 0.5 * np.sin(2.0 * np.pi * (frequency * along + phase)), np.float64)


def patches(points: F64, frequency: float, seed: int, share: float = 0.5) -> F64:
    """Large irregular patches."""
    return EDGE + 2.4 * noise(points, frequency, seed, 2) + 1.2 * (share - 0.5)


def beyond(points: F64, direction: Point, level: float, ragged: float = 0.0, seed: int = 0) -> F64:
    """All that lies farther than `level` metres along `direction`, with an edge `ragged` metres rough."""
    along = (points * unit(direction)).sum(axis=1) - level
    if ragged > 0.0:
        along = along + 2.0 * ragged * noise(points, 14.0, seed, 2)
    return np.asarray(EDGE + 9.0 * along, np.float64)


def near(points: F64, center: Point, radii: Point | float, hardness: float = 1.2) -> F64:
    """An ellipsoidal region about `center`."""
    sizes = np.broadcast_to(np.asarray(radii, np.float64), (3,))
    distance = np.sqrt((((points - np.asarray(center, np.float64)) / sizes) ** 2).sum(axis=1))
    return np.asarray(EDGE + hardness * (1.0 - distance), np.float64)


def both(first: F64, second: F64) -> F64:
    """Where two markings meet."""
    return np.minimum(first, second)


def either(first: F64, second: F64) -> F64:
    """Two markings together."""
    return np.maximum(first, second)

"""Procedural noise from integer hashes: the same bytes everywhere, no tables, no state."""

import math

from spotdiff10k.engines.rendered.jit import kernel

HASH_X = 374761393
HASH_Y = 668265263
HASH_Z = 1274126177
MIX_1 = 1103515245
MIX_2 = 2246822519
WORD = 0xFFFFFFFF
TO_UNIT = 1.0 / 4294967296.0

# Each octave is scaled by an irrational-looking factor and shifted, so that lattices do not line up at the origin.
OCTAVE_SCALE = 2.03
OCTAVE_SHIFT_X = 17.1
OCTAVE_SHIFT_Y = 31.7
OCTAVE_SHIFT_Z = 5.3
# In the plane each octave is also turned: (1.62, 1.2) is a rotation by 36.5 degrees times 2.016.
OCTAVE_COS = 1.62
OCTAVE_SIN = 1.2
LAYERS_PER_FBM = 7  # an fbm of layer k uses the noise layers 7k, 7k + 1, ...


@kernel
def scramble(word: int) -> float:
    """A 32-bit word to [0, 1)."""
    word &= WORD
    word = ((word ^ (word >> 13)) * MIX_1) & WORD
    word = ((word ^ (word >> 16)) * MIX_2) & WORD
    return (word ^ (word >> 15)) * TO_UNIT


@kernel
def hash01(ix: int, iy: int, iz: int) -> float:
    """A number in [0, 1) that belongs to three integers."""
    return scramble(ix * HASH_X + iy * HASH_Y + iz * HASH_Z)


@kernel
def value_noise(x: float, y: float, z: float) -> float:
    """Smooth noise in [0, 1), one cell a unit."""
    floor_x = math.floor(x)
    floor_y = math.floor(y)
    floor_z = math.floor(z)
    x -= floor_x
    y -= floor_y
    z -= floor_z
    u = x * x * (3.0 - 2.0 * x)
    v = y * y * (3.0 - 2.0 * y)
    w = z * z * (3.0 - 2.0 * z)
    corner = int(floor_x) * HASH_X + int(floor_y) * HASH_Y + int(floor_z) * HASH_Z
    a = scramble(corner)
    b = scramble(corner + HASH_Y)
    c = scramble(corner + HASH_Z)
    d = scramble(corner + HASH_Y + HASH_Z)
    corner += HASH_X
    a += (scramble(corner) - a) * u
    b += (scramble(corner + HASH_Y) - b) * u
    c += (scramble(corner + HASH_Z) - c) * u
    d += (scramble(corner + HASH_Y + HASH_Z) - d) * u
    a += (b - a) * v
    c += (d - c) * v
    return a + (c - a) * w


@kernel
def fbm(x: float, y: float, z: float, octaves: int) -> float:
    """Octaves of value noise, each half as strong and twice as fine; normalised to [0, 1)."""
    total = 0.0
    weight = 0.5
    weights = 0.0
    for _ in range(octaves):
        total += weight * value_noise(x, y, z)
        weights += weight
        weight *= 0.5
        x = x * OCTAVE_SCALE + OCTAVE_SHIFT_X
        y = y * OCTAVE_SCALE + OCTAVE_SHIFT_Y
        z = z * OCTAVE_SCALE + OCTAVE_SHIFT_Z
    return total / weights


@kernel
def value_noise_2d(x: float, y: float, layer: int) -> float:
    """Smooth noise in the plane, [0, 1); every integer layer is another noise."""
    floor_x = math.floor(x)
    floor_y = math.floor(y)
    x -= floor_x
    y -= floor_y
    u = x * x * (3.0 - 2.0 * x)
    v = y * y * (3.0 - 2.0 * y)
    corner = int(floor_x) * HASH_X + int(floor_y) * HASH_Y + int(layer) * HASH_Z
    a = scramble(corner)
    b = scramble(corner + HASH_Y)
    a += (scramble(corner + HASH_X) - a) * u
    b += (scramble(corner + HASH_X + HASH_Y) - b) * u
    return a + (b - a) * v


@kernel
def fbm_2d(x: float, y: float, layer: int, octaves: int) -> float:
    """Octaves of value noise in the plane, [0, 1); octaves above 7 share layers with the next one."""
    total = 0.0
    weight = 0.5
    weights = 0.0
    first_layer = int(layer) * LAYERS_PER_FBM
    for octave in range(octaves):
        total += weight * value_noise_2d(x, y, first_layer + octave)
        weights += weight
        weight *= 0.5
        turned = OCTAVE_COS * x + OCTAVE_SIN * y + OCTAVE_SHIFT_X
        y = OCTAVE_COS * y - OCTAVE_SIN * x + OCTAVE_SHIFT_Y
        x = turned
    return total / weights


@kernel
def smoothstep(low: float, high: float, x: float) -> float:
    """0 up to low, 1 from high, a smooth cubic between; low < high."""
    t = (x - low) / (high - low)
    if t <= 0.0:
        return 0.0
    if t >= 1.0:
        return 1.0
    return t * t * (3.0 - 2.0 * t)

"""Line drawings of a proxy: outlines, occluding contours, creases, and where one material meets another.

`lineart` and `softedge` stand in for annotators that look at pictures (informative drawings; HED and PiDiNet): the same white on
black, about as wide, about as soft, but from shape alone, so that they say where a subject ends and nothing of its paint.
"""

import numpy as np

from spotdiff10k.engines.controlnet.control.proxy import FINE, Proxy, averaged
from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import F32, I32, U8
from spotdiff10k.photos.matting import blurred

REFERENCE_SIZE = 512
"""Pixels: the picture size that widths are given for; lines widen with the picture."""
LINE_WIDTH = 2.0
"""Pixels."""
LEAST_STEP, FULL_STEP = 0.006, 0.02
"""Steps in depth, by depth: from where on they are drawn, and drawn in full. 2 % are 5 cm at 2.5 m."""
LEAST_CREASE, FULL_CREASE = 0.12, 0.45
"""1 - cosine of the angle between neighbouring normals: 28 and 57 degrees."""
OUTLINE, OCCLUSION, CREASE, PAINT = 1.0, 0.95, 0.7, 0.6
"""How bright each kind of line is at most."""
SOFT_CORE, SOFT_HALO = 1.3, 3.6
"""Half widths in pixels of the two blurs that make a line soft."""
CORE_GAIN, HALO_GAIN = 1.5, 1.1
MOST_CORE, MOST_HALO = 0.92, 0.5
"""How bright each may be; together they stay below white."""
BLUR_ROUNDS = 3
"""Box blurs that stand for a Gaussian."""
WHITE = 255.0


@kernel
def _ramp(value: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (value - low) / (high - low)))


@kernel
def _between(nearness: F32, normal: F32, material: I32, y: int, x: int, down: int, across: int) -> float:
    """The strength of the line between a point and the next one below or to the right, 0..1."""
    y2, x2 = y + down, x + across
    near, near2 = nearness[y, x], nearness[y2, x2]
    if near <= 0.0 and near2 <= 0.0:
        return 0.0
    if near <= 0.0 or near2 <= 0.0:
        return OUTLINE
    height, width = nearness.shape
    before = nearness[max(0, y - down), max(0, x - across)]
    after = nearness[min(height - 1, y2 + down), min(width - 1, x2 + across)]
    slope = max(abs(near - before) if before > 0.0 else 0.0, abs(after - near2) if after > 0.0 else 0.0)
    step = (abs(near - near2) - slope) / max(near, near2)
    strength = OCCLUSION * _ramp(step, LEAST_STEP, FULL_STEP)
    cosine = 0.0
    for k in range(3):
        cosine += normal[y, x, k] * normal[y2, x2, k]
    strength = max(strength, CREASE * _ramp(1.0 - cosine, LEAST_CREASE, FULL_CREASE))
    if material[y, x] != material[y2, x2]:
        strength = max(strength, PAINT)
    return strength


@kernel
def _find(nearness: F32, normal: F32, material: I32, lines: F32) -> None:
    """Put each line on the nearer of the two points that it lies between."""
    height, width = nearness.shape
    for y in range(height):
        for x in range(width):
            for step in range(2):
                down, across = (1, 0) if step == 0 else (0, 1)
                if y + down >= height or x + across >= width:
                    continue
                strength = _between(nearness, normal, material, y, x, down, across)
                if strength <= 0.0:
                    continue
                y2, x2 = (y, x) if nearness[y, x] >= nearness[y + down, x + across] else (y + down, x + across)
                lines[y2, x2] = max(lines[y2, x2], strength)


@kernel
def _widen(lines: F32, half: float, wide: F32) -> None:
    """Give lines a half width in points, with an edge one point soft."""
    height, width = lines.shape
    reach = int(half) + 1
    for y in range(height):
        for x in range(width):
            strength = lines[y, x]
            if strength <= 0.0:
                continue
            for j in range(max(0, y - reach), min(height, y + reach + 1)):
                for i in range(max(0, x - reach), min(width, x + reach + 1)):
                    distance = np.sqrt(float((j - y) * (j - y) + (i - x) * (i - x)))
                    cover = strength * min(1.0, max(0.0, half + 0.5 - distance))
                    wide[j, i] = max(wide[j, i], cover)


def _lines(proxy: Proxy) -> F32:
    """(H, W) 0..1."""
    lines, wide = np.zeros_like(proxy.nearness), np.zeros_like(proxy.nearness)
    _find(proxy.nearness, proxy.normal, proxy.material, lines)
    half = LINE_WIDTH / 2.0 * FINE * max(1.0, proxy.camera.size / REFERENCE_SIZE)
    _widen(lines, half, wide)
    return averaged(wide)


def _soft(lines: F32, half_width: float, size: int) -> F32:
    radius = max(1, round(half_width * size / REFERENCE_SIZE))
    soft = lines[..., None]
    for _ in range(BLUR_ROUNDS):
        soft = blurred(soft, radius)
    return soft[..., 0]


def lineart_map(proxy: Proxy) -> U8:
    """(H, W, 3) thin white lines on black."""
    return _grey(_lines(proxy))


def softedge_map(proxy: Proxy) -> U8:
    """(H, W, 3) soft grey lines on black, a bright core in a faint halo."""
    lines = _lines(proxy)
    size = proxy.camera.size
    core = np.minimum(CORE_GAIN * _soft(lines, SOFT_CORE, size), MOST_CORE)
    halo = np.minimum(HALO_GAIN * _soft(lines, SOFT_HALO, size), MOST_HALO)
    return _grey(np.asarray(1.0 - (1.0 - core) * (1.0 - halo), np.float32))


def _grey(share: F32) -> U8:
    return np.repeat(np.rint(np.clip(share, 0.0, 1.0) * WHITE).astype(np.uint8)[..., None], 3, axis=2)

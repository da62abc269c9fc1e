"""Textures of carpets and rugs.

The numbers are the look itself: frequencies in features a pattern unit (a metre at scale 1), weights, thresholds; chosen by eye.
What each function returns is described at ground_grown.Texture.
"""

import math

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.noise import smoothstep
from spotdiff10k.engines.rendered.scenes.ground_grown import Texture
from spotdiff10k.engines.rendered.scenes.textures import filtered_fbm, kept, lines_of


@kernel
def carpet(x: float, y: float, seed: int, footprint: float) -> Texture:
    """Cut pile."""
    pile = filtered_fbm(x * 90.0, y * 90.0, seed, 2, footprint * 90.0)
    brushed = filtered_fbm(x * 2.5, y * 2.5, seed + 1, 3, footprint * 2.5)
    loops = 0.5 * math.sin(x * 260.0) * math.sin(y * 260.0) * kept(footprint * 85.0)
    return 0.5 + 0.9 * pile + 0.5 * brushed + 0.25 * loops, 0.0, 0.94 + 0.4 * pile, 0.14 * pile + 0.05 * loops


@kernel
def rug(x: float, y: float, seed: int, footprint: float) -> Texture:
    """A woven rug in one of four designs, which the seed picks: diamonds, stripes, rings, zigzags."""
    pile = filtered_fbm(x * 90.0, y * 90.0, seed, 2, footprint * 90.0)
    brushed = filtered_fbm(x * 2.5, y * 2.5, seed + 1, 3, footprint * 2.5)
    soft = 0.02 + 3.0 * footprint
    design = seed % 4
    if design == 0:
        lattice = abs(lines_of(x * 2.4) - 0.25) + abs(lines_of(y * 2.4) - 0.25)
        motif = smoothstep(0.05 + soft, 0.05, abs(lattice - 0.28)) + 0.8 * smoothstep(0.07 + soft, 0.07, lattice)
        band = smoothstep(0.25 - soft, 0.25 + soft, lattice)
    elif design == 1:
        motif = smoothstep(0.06 + soft, 0.06, lines_of(y * 2.2)) + 0.7 * smoothstep(
            0.03 + soft, 0.03, abs(lines_of(y * 2.2) - 0.16)
        )
        band = smoothstep(0.3 - soft, 0.3 + soft, lines_of(y * 2.2))
    elif design == 2:
        away = math.sqrt(x * x + y * y)
        motif = smoothstep(0.05 + soft, 0.05, abs(lines_of(away * 1.9) - 0.2))
        band = smoothstep(0.3 - soft, 0.3 + soft, lines_of(away * 1.9))
    else:
        zigzag = y * 2.6 + abs(lines_of(x * 2.2)) * 1.5
        motif = smoothstep(0.09 + soft, 0.09, lines_of(zigzag))
        band = smoothstep(0.28 - soft, 0.28 + soft, lines_of(zigzag))
    light = 0.62 - 0.42 * band + 0.7 * pile + 0.4 * brushed
    return light, 0.85 * min(1.0, motif), 0.94 + 0.4 * pile, 0.14 * pile

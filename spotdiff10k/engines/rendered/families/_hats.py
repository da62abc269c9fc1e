"""Hats for animals, people and birds: meshes about the z axis, brim at z = 0, for a head of a given radius there."""

from collections.abc import Callable

import numpy as np

from spotdiff10k.engines.rendered.geometry import Mesh, cylinder, icosphere, lathe, torus, tube

MAIN, TRIM = 0, 1
Hat = list[tuple[Mesh, int]]
"""Parts and which of the hat's two colours they have."""


def _beanie(r: float) -> Hat:
    dome = [(1.04, -0.05), (1.06, 0.25), (0.98, 0.55), (0.78, 0.85), (0.45, 1.05), (0.0, 1.12)]
    cuff = [(0.98, -0.14), (1.12, -0.14), (1.16, -0.02), (1.15, 0.18), (1.10, 0.26), (0.98, 0.26)]
    return [
        (_turned(dome, r), MAIN),
        (_turned(cuff, r, loop=True), TRIM),
        (icosphere(2).scaled(0.28 * r).moved((0, 0, 1.26 * r)), TRIM),
    ]


def _party_hat(r: float) -> Hat:
    cone = [(0.92, -0.02), (0.94, 0.04), (0.04, 2.0), (0.0, 2.02)]
    rings = [(torus(0.93 * r * (1 - z / 2.02), 0.055 * r, 28, 8).moved((0, 0, z * r)), TRIM) for z in (0.08, 0.7, 1.25)]
    return [(_turned(cone, r), MAIN), *rings, (icosphere(2).scaled(0.24 * r).moved((0, 0, 2.05 * r)), TRIM)]


def _top_hat(r: float) -> Hat:
    shape = [
        (0.9, -0.02),
        (1.62, 0.06),
        (1.66, 0.12),
        (1.60, 0.14),
        (0.96, 0.08),
        (0.90, 0.7),
        (0.98, 1.5),
        (0.94, 1.56),
        (0.0, 1.56),
    ]
    return [(_turned(shape, r), MAIN), (_turned([(0.92, 0.10), (1.0, 0.10), (0.97, 0.42), (0.88, 0.42)], r, loop=True), TRIM)]


def _sun_hat(r: float) -> Hat:
    shape = [(0.9, -0.04), (1.9, -0.16), (1.95, -0.12), (1.88, -0.08), (1.04, 0.06), (0.98, 0.42), (0.72, 0.68), (0.0, 0.76)]
    return [(_turned(shape, r), MAIN), (_turned([(0.95, 0.04), (1.08, 0.04), (1.05, 0.28), (0.92, 0.28)], r, loop=True), TRIM)]


def _cap(r: float) -> Hat:
    dome = [(1.04, -0.06), (1.06, 0.2), (0.96, 0.55), (0.7, 0.82), (0.35, 0.95), (0.0, 0.98)]
    peak = icosphere(3).scaled((0.86 * r, 0.82 * r, 0.07 * r)).rotated((0, 6, 0)).moved((0.88 * r, 0, 0.0))
    return [(_turned(dome, r), MAIN), (peak, TRIM), (icosphere(2).scaled(0.11 * r).moved((0, 0, 0.98 * r)), TRIM)]


def _crown(r: float) -> Hat:
    ring = _turned([(0.92, -0.02), (1.0, -0.04), (1.04, 0.34), (0.98, 0.36)], r, loop=True)
    parts: Hat = [(ring, MAIN)]
    for i in range(7):
        angle = 2.0 * np.pi * i / 7
        foot = np.array([np.cos(angle), np.sin(angle), 0.0])
        spike = cylinder(foot * 1.0 * r + [0, 0, 0.3 * r], foot * 1.1 * r + [0, 0, 0.82 * r], 0.24 * r, 0.03 * r, 10)
        parts += [(spike, MAIN), (icosphere(1).scaled(0.11 * r).moved(foot * 1.1 * r + [0, 0, 0.86 * r]), TRIM)]
    return parts


def _wizard_hat(r: float) -> Hat:
    brim = [(0.9, -0.02), (1.75, -0.04), (1.8, 0.02), (1.7, 0.06), (0.9, 0.10)]
    bend = np.array([(0, 0, 0), (-0.04, 0, 0.7), (-0.22, 0, 1.35), (-0.62, 0, 1.85)]) * r
    cone = tube(bend, [0.98 * r, 0.62 * r, 0.32 * r, 0.04 * r], 24)
    band = _turned([(0.92, 0.04), (1.04, 0.04), (0.95, 0.30), (0.82, 0.30)], r, loop=True)
    return [(_turned(brim, r), MAIN), (cone, MAIN), (band, TRIM)]


def _bowler(r: float) -> Hat:
    shape = [
        (0.9, -0.02),
        (1.42, 0.08),
        (1.48, 0.18),
        (1.40, 0.16),
        (1.02, 0.06),
        (1.02, 0.45),
        (0.82, 0.85),
        (0.4, 1.03),
        (0.0, 1.06),
    ]
    return [(_turned(shape, r), MAIN), (_turned([(0.95, 0.06), (1.07, 0.06), (1.06, 0.28), (0.95, 0.28)], r, loop=True), TRIM)]


def _turned(profile: list[tuple[float, float]], r: float, loop: bool = False) -> Mesh:
    return lathe([(r * x, r * z) for x, z in profile], 36, loop)


HATS: dict[str, Callable[[float], Hat]] = {
    "beanie": _beanie,
    "party hat": _party_hat,
    "top hat": _top_hat,
    "sun hat": _sun_hat,
    "cap": _cap,
    "crown": _crown,
    "wizard hat": _wizard_hat,
    "bowler hat": _bowler,
}

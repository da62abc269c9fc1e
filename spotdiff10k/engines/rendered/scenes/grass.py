"""Small plants near the stage: tufts of grass, flowers, reeds; built for all places at once."""

import math

import numpy as np

from spotdiff10k.engines.rendered.scenes.looks import Rgb
from spotdiff10k.engines.rendered.scenes.props import PropBuilder
from spotdiff10k.engines.rendered.scenes.shapes import F64, merged, triangles, unit
from spotdiff10k.engines.rendered.scenes.vegetation import BLADES, PETALS

ROOT_SHADE = 0.35
"""How open to the sky the foot of a blade is."""


def tufts(
    props: PropBuilder,
    rng: np.random.Generator,
    places: F64,
    height: float,
    low: Rgb,
    high: Rgb,
    blades: int = 8,
    width: float = 0.07,
) -> None:
    """Tufts of bent blades: `height` in metres, colours from foot to tip."""
    count = len(places) * blades
    tall = np.repeat(height * rng.uniform(0.55, 1.2, size=len(places)), blades) * rng.uniform(0.6, 1.15, size=count)
    angle = rng.uniform(0, 2 * math.pi, size=count)
    out = np.stack([np.cos(angle), np.sin(angle), np.zeros(count)], axis=1)
    side = np.stack([-np.sin(angle), np.cos(angle), np.zeros(count)], axis=1) * (tall * width)[:, None]
    root = np.repeat(places, blades, axis=0) + out * (tall * rng.uniform(0.0, 0.3, size=count))[:, None]
    bend = (tall * rng.uniform(0.08, 0.6, size=count))[:, None]
    middle = root + out * bend * 0.35 + np.array([0.0, 0.0, 1.0]) * (tall * 0.58)[:, None]
    tip = root + out * bend + np.array([0.0, 0.0, 1.0]) * (tall * rng.uniform(0.82, 1.05, size=count))[:, None]
    normals = unit(np.array([0.0, 0.0, 1.0]) + 0.35 * out)
    shapes = [
        triangles(root - side, root + side, middle + side * 0.7, normals),
        triangles(root - side, middle + side * 0.7, middle - side * 0.7, normals),
        triangles(middle - side * 0.7, middle + side * 0.7, tip, normals),
    ]
    tone = rng.uniform(0.75, 1.25, size=(count, 1))
    foot, top = np.asarray(low) * tone, np.asarray(high) * tone
    half = foot * 0.45 + top * 0.55
    colours = [_corners(foot, foot, half), _corners(foot, half, half), _corners(half, half, top)]
    ones = np.ones((count, 1))
    shades = [_corners(ones * ROOT_SHADE, ones * ROOT_SHADE, ones * 0.8), _corners(ones * ROOT_SHADE, ones * 0.8, ones * 0.8)]
    shades.append(_corners(ones * 0.8, ones * 0.8, ones))
    props.add(merged(shapes), np.concatenate(colours), BLADES, np.concatenate(shades)[:, 0], casts=False)


def _corners(first: F64, second: F64, third: F64) -> F64:
    return np.stack([first, second, third], axis=1).reshape(-1, first.shape[1])


def flowers(
    props: PropBuilder,
    rng: np.random.Generator,
    places: F64,
    height: float,
    size: float,
    colours: list[Rgb],
    heart: Rgb,
    stem: Rgb,
) -> None:
    """Flowers of five petals on thin stems."""
    count = len(places)
    tall = height * rng.uniform(0.6, 1.2, size=(count, 1))
    top = places + np.array([0.0, 0.0, 1.0]) * tall + rng.normal(size=(count, 3)) * np.array([0.02, 0.02, 0.0])
    width = np.array([0.0, 0.0022, 0.0])
    stems = triangles(places - width, places + width, top, np.tile(np.array([[0.0, 0.0, 1.0]]), (count, 1)))
    props.add(stems, stem, BLADES, 0.8, casts=False)
    facing = unit(np.array([0.45, 0.0, 0.8]) + 0.45 * rng.normal(size=(count, 3)))
    along = unit(np.cross(facing, rng.normal(size=(count, 3))))
    across = np.cross(facing, along)
    spread = size * rng.uniform(0.75, 1.25, size=(count, 1))
    chosen = np.asarray(colours)[rng.integers(len(colours), size=count)] * rng.uniform(0.85, 1.1, size=(count, 1))
    petals = []
    for petal in range(5):
        turn = petal * 2 * math.pi / 5
        out = along * math.cos(turn) + across * math.sin(turn)
        left = along * math.cos(turn - 0.5) + across * math.sin(turn - 0.5)
        right = along * math.cos(turn + 0.5) + across * math.sin(turn + 0.5)
        lift = facing * spread * 0.18
        petals.append(triangles(top, top + left * spread * 0.85 + lift, top + out * spread * 1.1 + lift, facing))
        petals.append(triangles(top, top + out * spread * 1.1 + lift, top + right * spread * 0.85 + lift, facing))
    props.add(merged(petals), np.tile(np.repeat(chosen, 3, axis=0), (10, 1)), PETALS, 1.0, casts=False)
    raised = top + facing * spread * 0.16
    middles = [
        triangles(raised - along * spread * 0.3, raised + across * spread * 0.3, raised + along * spread * 0.3, facing),
        triangles(raised - along * spread * 0.3, raised + along * spread * 0.3, raised - across * spread * 0.3, facing),
    ]
    props.add(merged(middles), heart, PETALS, 1.0, casts=False)

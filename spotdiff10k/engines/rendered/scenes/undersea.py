"""Corals and seaweed."""

import math

import numpy as np

from spotdiff10k.engines.rendered.scenes.colours import scaled
from spotdiff10k.engines.rendered.scenes.furniture import Placer
from spotdiff10k.engines.rendered.scenes.looks import Rgb
from spotdiff10k.engines.rendered.scenes.outdoors import STRAW
from spotdiff10k.engines.rendered.scenes.props import Pattern, Surface
from spotdiff10k.engines.rendered.scenes.round_shapes import blob, lathe, sphere, tube
from spotdiff10k.engines.rendered.scenes.shapes import (
    F64,
    Shape,
    merged,
    smooth_normals,
)


def coral(put: Placer, rng: np.random.Generator, height: float, colour: Rgb) -> None:
    """A branching coral, a brain coral or a tube sponge."""
    choice = rng.integers(3)
    if choice == 0:
        for _ in range(9):
            lean = rng.normal(size=2) * 0.28
            knee = np.array([lean[0] * 0.5, lean[1] * 0.5, 0.5]) * height
            tip = np.array([lean[0], lean[1], rng.uniform(0.75, 1.0)]) * height
            put.add(
                tube([(0, 0, -0.02), knee, tip], [0.07 * height, 0.05 * height, 0.025 * height], 7),
                scaled(colour, rng.uniform(0.8, 1.15)),
                STRAW,
            )
            put.add(sphere(tip, 0.04 * height, 1), scaled(colour, 1.25), STRAW)
    elif choice == 1:
        ball = blob(rng, (0, 0, height * 0.3), height * 0.5, 0.12, 3, (1.1, 1.1, 0.8))
        put.add(ball, colour, Surface(pattern=Pattern.STONE, scale=14.0 / height, strength=0.3, second=scaled(colour, 0.35)))
    else:
        for _ in range(6):
            at = rng.normal(size=2) * 0.2 * height
            tall, wide = rng.uniform(0.5, 1.0) * height, 0.11 * height
            put.add(
                lathe(
                    [(wide * 0.7, -0.02), (wide, tall * 0.6), (wide * 1.15, tall), (wide * 0.8, tall), (wide * 0.6, tall * 0.7)],
                    (at[0], at[1], 0),
                    12,
                ),
                scaled(colour, rng.uniform(0.75, 1.2)),
                STRAW,
            )


def seaweed(places: F64, rng: np.random.Generator, height: float) -> Shape:
    """Long waving ribbons rooted at the places."""
    ribbons = []
    steps = np.linspace(0.0, 1.0, 9)
    for place in places:
        tall, phase, turn = height * rng.uniform(0.5, 1.2), rng.uniform(0, 6.28), rng.uniform(0, math.pi)
        sway = 0.13 * tall * np.sin(steps * 5.0 + phase) * steps
        side = np.array([math.cos(turn), math.sin(turn), 0.0])
        spine = place + np.outer(sway, [-side[1], side[0], 0.0]) + np.outer(steps * tall, [0, 0, 1.0])
        width = (0.05 * np.sin(math.pi * (0.12 + 0.86 * steps)))[:, None] * side
        positions = np.concatenate([spine - width, spine + width])
        low = np.arange(8)
        faces = np.concatenate([np.stack([low, low + 9, low + 10], axis=1), np.stack([low, low + 10, low + 1], axis=1)])
        normals = smooth_normals(positions, faces) * 0.4 + np.array([0.5, 0.0, 0.75])
        ribbons.append(Shape(positions, normals, faces, np.zeros((18, 2))))
    return merged(ribbons)

"""Stones, logs and other things that lie about outdoors."""

import math

import numpy as np

from spotdiff10k.engines.rendered.scenes.colours import scaled
from spotdiff10k.engines.rendered.scenes.looks import Rgb
from spotdiff10k.engines.rendered.scenes.props import Pattern, PropBuilder, Surface
from spotdiff10k.engines.rendered.scenes.round_shapes import blob, tube
from spotdiff10k.engines.rendered.scenes.shapes import F64, flat_shaded

ROCK = Surface(scale=5.0, strength=0.45)
LOG = Surface(pattern=Pattern.BARK, scale=10.0, strength=0.5)


def rocks(
    props: PropBuilder, rng: np.random.Generator, places: F64, sizes: tuple[float, float], colour: Rgb, facets: bool = True
) -> None:
    """Half-buried stones with radii in the range; small ones are more common."""
    for place in places:
        radius = sizes[0] + (sizes[1] - sizes[0]) * rng.random() ** 2.5
        stretch = (rng.uniform(0.8, 1.3), rng.uniform(0.8, 1.3), rng.uniform(0.55, 0.85))
        shape = blob(rng, (place[0], place[1], radius * 0.22), radius, 0.2, 3 if radius > 0.13 else 2, stretch)
        if facets:
            dents = 1.0 + 0.025 * rng.normal(size=(len(shape.positions), 1))
            middle = np.array([place[0], place[1], 0.0])
            shape = flat_shaded(shape._replace(positions=middle + (shape.positions - middle) * dents))
        rise = np.clip(0.45 + 0.8 * shape.positions[:, 2] / max(0.05, radius), 0.3, 1.0)
        props.add(shape, scaled(colour, rng.uniform(0.75, 1.2)), ROCK, rise)


def log(props: PropBuilder, rng: np.random.Generator, place: F64, length: float, radius: float, bark: Rgb, cut: Rgb) -> None:
    """A fallen trunk."""
    yaw = rng.uniform(0, math.pi)
    ahead = np.array([math.cos(yaw), math.sin(yaw), 0.0]) * length / 2
    middle = place + np.array([0.0, 0.0, radius * 0.8])
    props.add(tube([middle - ahead, middle, middle + ahead], [radius * 1.05, radius, radius * 0.85], 10), bark, LOG)
    for end in (-1.0, 1.0):
        tip = middle + ahead * end
        props.add(
            tube([tip * 0.999 + middle * 0.001, tip, tip + ahead * end * 0.004], [radius * 0.95, radius * 0.9, 0.0], 10),
            cut,
            ROCK,
        )

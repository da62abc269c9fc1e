"""The kinds of procedural scenes: one module each, whose `make(traits, rng)` gives the Scene.

A kind has a catalogue of the same name in manifests/backgrounds/; whatever a caption could say is a trait there,
small details come from the generator.
"""

import importlib

import numpy as np

from spotdiff10k.engines.rendered.scenes.scene import Scene
from spotdiff10k.errors import EngineError
from spotdiff10k.traits import catalogue, draw

DETAILS = 20_391
"""Separates the stream of small details from the stream of traits."""


def describe_scene(kind: str, seed: int) -> Scene:
    """The scene of a kind and a seed. Raises EngineError for an unknown kind."""
    known = catalogue("backgrounds")
    if kind not in known:
        raise EngineError(f"There is no kind of background '{kind}'; known: {', '.join(known)}.")
    maker = importlib.import_module(f"{__name__}.{kind}")
    scene: Scene = maker.make(draw(known[kind], seed), np.random.default_rng([seed, DETAILS]))
    return scene

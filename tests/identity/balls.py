"""A painted ball before a camera, by closed forms: where a ray meets it, how deep, which colour is there, in which light."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from spotdiff10k.eyes import Eye
from spotdiff10k.identity.appearance import Appearance, appearance
from spotdiff10k.identity.sights import Sight, sight

SIZE, FOCAL, AWAY = 128, 200.0, 4.0
"""Pixels of a picture's side and of the focal length; metres from the camera to the middle of a ball of one metre's radius."""
STEP = 0.001
Texture = Callable[[np.ndarray], np.ndarray]
"""(N, 3) places on the ball to (N, 3) colours 0..1."""


def eye(angle: float) -> Eye:
    """A level camera at an angle about the upright axis, which is z."""
    toward = np.array([-np.cos(angle), -np.sin(angle), 0.0])
    right = np.array([toward[1], -toward[0], 0.0])
    return Eye(-AWAY * toward, np.stack([right, np.array([0.0, 0.0, -1.0]), toward]), FOCAL, SIZE)


@dataclass(frozen=True)
class Shot:
    """One picture of a ball."""

    picture: np.ndarray
    mask: np.ndarray
    depth: np.ndarray
    eye: Eye

    @property
    def look(self) -> Appearance:
        return appearance(self.picture, self.mask)

    def sight(self, metres: float = STEP, colour_map: np.ndarray | None = None) -> Sight:
        return sight(self.picture, self.mask, self.depth, metres, self.eye, self.look.crop.square, colour_map)


def shot(angle: float, texture: Texture, light: np.ndarray, sun: np.ndarray | None = None) -> Shot:
    """Each ray's first meeting with the ball; colours in a light (3,) that is even, or stronger toward a `sun` (3,)."""
    camera = eye(angle)
    y, x = np.mgrid[:SIZE, :SIZE] + 0.5
    rays = np.stack([(x - SIZE / 2) / FOCAL, (y - SIZE / 2) / FOCAL, np.ones_like(x)], -1) @ camera.rotation
    along, square = rays @ camera.position, (rays**2).sum(-1)
    under = along**2 - square * (AWAY**2 - 1)
    hit = under > 0
    depth = np.where(hit, (-along - np.sqrt(np.maximum(under, 0))) / square, 0.0)
    places = camera.position + rays * depth[..., None]
    lit = light if sun is None else light * np.exp(0.5 * places @ sun)[..., None]
    colours = texture(places.reshape(-1, 3)).reshape(places.shape) * lit * hit[..., None]
    picture = np.rint(255 * np.clip(colours, 0, 1) ** (1 / 2.2)).astype(np.uint8)
    return Shot(picture, np.where(hit, 255, 0).astype(np.uint8), np.rint(depth / STEP).astype(np.uint16), camera)

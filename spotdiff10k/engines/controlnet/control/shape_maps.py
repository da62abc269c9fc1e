"""Depth and normal maps of a proxy, in the codes that published ControlNets were trained on.

Depth: relative inverse depth as MiDaS gives it (Ranftl et al., TPAMI 2022), scaled over the picture: near is white, what is
endlessly far is black. Normal: as ControlNet 1.1's BAE annotator colours them (Bae et al., ICCV 2021): blue towards the viewer,
red to the picture's left, green up; round((1 / 2 - n / 2) * 255) of normals in OpenCV's axes.
"""

import numpy as np

from spotdiff10k.engines.controlnet.control.proxy import FINE, Proxy, averaged
from spotdiff10k.engines.rendered.model import F32, U8, Camera

WHITE = 255.0
TOWARDS_VIEWER = (0.0, 0.0, -1.0)
"""A far wall, where there is neither subject nor ground."""
TINY = 1e-6
WALL = 2.0
"""Around a subject there is ground as far as a wall at this many times its distance; MiDaS hardly tells farther things apart."""
DARKEST = 0.3
"""Of the scale: the farthest point of a subject before nothing."""


def ground_nearness(camera: Camera) -> F32:
    """(S, S) 1 / metres to the ground z = 0 at the points of a proxy's grid; 0 above the horizon.

    The nearness of a plane is linear over the screen.
    """
    side = FINE * camera.size
    across = (np.arange(side, dtype=np.float64) + 0.5) / FINE - camera.size / 2.0
    right, down, forward = (float(axis[2]) for axis in camera.rotation)  # how much each camera axis points up
    rise = forward + (right * across[None, :] + down * across[:, None]) / camera.focal
    return np.asarray(np.maximum(0.0, -rise / float(camera.position[2])), np.float32)


def _wall_nearness(camera: Camera) -> float:
    """1 / metres to the wall behind the stage."""
    to_stage = -camera.rotation[2].astype(np.float64) * camera.position.astype(np.float64)
    return 1.0 / (WALL * float(to_stage.sum()))


def depth_map(proxy: Proxy, ground: bool) -> U8:
    """(H, W, 3) grey. ground: whether the subject stands on a plane before a wall, or before nothing."""
    inside = proxy.inside
    seen = proxy.nearness
    if ground:
        farthest = _wall_nearness(proxy.camera)
        seen = np.where(inside, seen, np.maximum(ground_nearness(proxy.camera), np.float32(farthest)))
    elif inside.any():
        low, high = float(seen[inside].min()), float(seen[inside].max())
        farthest = max(0.0, (low - DARKEST * high) / (1.0 - DARKEST))
    else:
        farthest = 0.0
    scale = np.float32(max(float(seen.max()) - farthest, TINY))
    grey = averaged(np.maximum(np.float32(0.0), (seen - np.float32(farthest)) / scale))
    return np.repeat(np.rint(grey * WHITE).astype(np.uint8)[..., None], 3, axis=2)


def normal_map(proxy: Proxy, ground: bool) -> U8:
    """(H, W, 3); what is neither subject nor ground faces the viewer."""
    around = np.broadcast_to(np.array(TOWARDS_VIEWER, np.float32), proxy.normal.shape)
    if ground:
        is_ground = ground_nearness(proxy.camera) > _wall_nearness(proxy.camera)
        around = np.where(is_ground[..., None], proxy.camera.rotation[:, 2].astype(np.float32), around)
    mean = averaged(np.where(proxy.inside[..., None], proxy.normal, around).astype(np.float32))
    length = np.sqrt((mean * mean).sum(axis=2, keepdims=True))
    unit = mean / np.maximum(length, np.float32(TINY))
    return np.asarray(np.rint((np.float32(0.5) - unit / np.float32(2.0)) * np.float32(WHITE)), np.uint8)

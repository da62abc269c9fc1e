"""The skeleton control map: limbs and dots of a posed subject on black."""

from collections.abc import Mapping

import numpy as np

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.limbs import AP10K, OPENPOSE18, Drawing, tree_drawing
from spotdiff10k.engines.rendered.model import F32, U8, Camera, PosedSubject

REFERENCE_SIZE = 512
"""Pixels: the picture size that stroke widths are given for."""


@kernel
def _ellipse(picture: U8, ax: float, ay: float, bx: float, by: float, half: float, red: int, green: int, blue: int) -> None:
    """Fill the ellipse whose long axis is the segment a-b and whose short half axis is `half`."""
    size = picture.shape[0]
    cx = 0.5 * (ax + bx)
    cy = 0.5 * (ay + by)
    ux = bx - cx
    uy = by - cy
    length = max(half * 0.5, np.sqrt(ux * ux + uy * uy))
    ux /= length
    uy /= length
    reach = max(length, half) + 1.0
    for y in range(max(0, int(cy - reach)), min(size, int(cy + reach) + 1)):
        for x in range(max(0, int(cx - reach)), min(size, int(cx + reach) + 1)):
            dx = x + 0.5 - cx
            dy = y + 0.5 - cy
            along = (dx * ux + dy * uy) / length
            across = (dy * ux - dx * uy) / half
            if along * along + across * across <= 1.0:
                picture[y, x, 0] = red
                picture[y, x, 1] = green
                picture[y, x, 2] = blue


@kernel
def _stroke(picture: U8, ax: float, ay: float, bx: float, by: float, half: float, red: int, green: int, blue: int) -> None:
    """Fill everything within `half` of the segment a-b; a dot where both ends are one."""
    size = picture.shape[0]
    dx = bx - ax
    dy = by - ay
    square = max(1e-9, dx * dx + dy * dy)
    for y in range(max(0, int(min(ay, by) - half)), min(size, int(max(ay, by) + half) + 2)):
        for x in range(max(0, int(min(ax, bx) - half)), min(size, int(max(ax, bx) + half) + 2)):
            px = x + 0.5 - ax
            py = y + 0.5 - ay
            along = min(1.0, max(0.0, (px * dx + py * dy) / square))
            px -= along * dx
            py -= along * dy
            if px * px + py * py <= half * half:
                picture[y, x, 0] = red
                picture[y, x, 1] = green
                picture[y, x, 2] = blue


def skeleton_map(posed: PosedSubject, camera: Camera) -> U8:
    """(H, W, 3): OpenPose-18 or AP-10K by the subject's keypoint schema, else its bones. Hidden joints are drawn too."""
    if posed.keypoint_schema == "openpose18":
        return _draw(OPENPOSE18, posed.keypoint_names, posed.keypoints, camera)
    if posed.keypoint_schema == "ap10k":
        return _draw(AP10K, posed.keypoint_names, posed.keypoints, camera)
    return _draw(tree_drawing(posed.joint_names, posed.joint_parents), posed.joint_names, posed.joints, camera)


def _draw(drawing: Drawing, names: tuple[str, ...], points: F32, camera: Camera) -> U8:
    places = {name: (float(p[0]), float(p[1])) for name, p in zip(names, camera.project(points), strict=True) if p[2] > 0.0}
    return draw_places(drawing, places, camera.size)


def draw_places(drawing: Drawing, places: Mapping[str, tuple[float, float]], size: int) -> U8:
    """(H, W, 3): what there is of a skeleton's points, each a pixel's x and y, on a picture `size` pixels square."""
    picture = np.zeros((size, size, 3), np.uint8)
    scale = size / REFERENCE_SIZE
    fill = _ellipse if drawing.tapered else _stroke
    for limb in drawing.limbs:
        if limb.start in places and limb.end in places:
            fill(picture, *places[limb.start], *places[limb.end], drawing.half_width * scale, *limb.colour)
    for name, colour in drawing.dots.items():
        if name in places:
            _stroke(picture, *places[name], *places[name], drawing.dot_radius * scale, *colour)
    return picture

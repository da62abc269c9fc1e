"""Keeps the stage free: drops triangles that reach into it, or stand between it and the camera."""

import math

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import F32, I32, STAGE_HEIGHT, STAGE_RADIUS, Camera
from spotdiff10k.engines.rendered.shadow_map import light_matrix, to_light

RIM_POINTS = 24
MARGIN = 0.02
"""Metres by which the stage is widened."""
SMALLEST_PLAN = 1e-9
"""Square metres: an upright triangle has no plan that could be about the axis."""
NEAREST = 1e-3
"""Metres: nearer to the camera's plane counts as behind it."""
REFERENCE_SIZE = 512
"""Clearance is judged in a picture of this size, so that every size drops the same triangles."""


@kernel
def _projected(points: F32, eye: F32, rotation: F32, focal: float, size: int, out: F32) -> None:
    for i in range(points.shape[0]):
        x = points[i, 0] - eye[0]
        y = points[i, 1] - eye[1]
        z = points[i, 2] - eye[2]
        depth = rotation[2, 0] * x + rotation[2, 1] * y + rotation[2, 2] * z
        near = 1.0 / depth if abs(depth) > NEAREST else -1.0
        out[i, 0] = focal * (rotation[0, 0] * x + rotation[0, 1] * y + rotation[0, 2] * z) * near + size * 0.5
        out[i, 1] = focal * (rotation[1, 0] * x + rotation[1, 1] * y + rotation[1, 2] * z) * near + size * 0.5
        out[i, 2] = near


def on_screen(points: F32, camera: Camera) -> F32:
    """(N, 3) pixel x, pixel y, 1 / camera z, summed in a compiled loop; behind the camera 1 / z is negative."""
    out = np.empty_like(points)
    _projected(points, camera.position, camera.rotation, camera.focal, camera.size, out)
    return out


def silhouette(camera: Camera) -> F32:
    """The stage cylinder's outline in the picture: a convex polygon (N, 2) of pixels, counter-clockwise in x, y."""
    turn = np.arange(RIM_POINTS) * (2 * math.pi / RIM_POINTS)
    radius = (STAGE_RADIUS + MARGIN) / math.cos(math.pi / RIM_POINTS)
    circle = np.stack([np.cos(turn) * radius, np.sin(turn) * radius], axis=1)
    rims = [np.column_stack([circle, np.full(RIM_POINTS, height)]) for height in (0.0, STAGE_HEIGHT + MARGIN)]
    return _hull(on_screen(np.concatenate(rims).astype(np.float32), camera)[:, :2])


def _hull(points: F32) -> F32:
    """Andrew's monotone chain."""
    ordered = sorted({(float(x), float(y)) for x, y in points})
    chains = []
    for line in (ordered, ordered[::-1]):
        chain: list[tuple[float, float]] = []
        for point in line:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
                chain.pop()
            chain.append(point)
        chains.append(chain[:-1])
    return np.array(chains[0] + chains[1], np.float32)


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


@kernel
def _to_segment(ax: float, ay: float, bx: float, by: float) -> float:
    """Squared distance from the origin to a segment."""
    dx = bx - ax
    dy = by - ay
    along = -(ax * dx + ay * dy) / max(1e-12, dx * dx + dy * dy)
    along = min(1.0, max(0.0, along))
    px = ax + along * dx
    py = ay + along * dy
    return px * px + py * py


@kernel
def _reaches_in(a: F32, b: F32, c: F32, radius: float, height: float) -> bool:
    """Whether a triangle's plan comes nearer to the stage's axis than its radius, below its top."""
    if min(a[2], b[2], c[2]) > height or max(a[2], b[2], c[2]) < 0.0:
        return False
    limit = radius * radius
    if (
        _to_segment(a[0], a[1], b[0], b[1]) < limit
        or _to_segment(b[0], b[1], c[0], c[1]) < limit
        or _to_segment(c[0], c[1], a[0], a[1]) < limit
    ):
        return True
    first = a[0] * b[1] - a[1] * b[0]
    second = b[0] * c[1] - b[1] * c[0]
    third = c[0] * a[1] - c[1] * a[0]
    around = (first >= 0 and second >= 0 and third >= 0) or (first <= 0 and second <= 0 and third <= 0)
    return bool(around and abs(first + second + third) > SMALLEST_PLAN)


@kernel
def _separated(outline: F32, triangle: F32) -> bool:
    """Whether some side of the outline or of the triangle has them on different sides (separating axes)."""
    count = outline.shape[0]
    for i in range(count):
        ax = outline[i, 0]
        ay = outline[i, 1]
        dx = outline[(i + 1) % count, 0] - ax
        dy = outline[(i + 1) % count, 1] - ay
        outside = True
        for k in range(3):
            if dx * (triangle[k, 1] - ay) - dy * (triangle[k, 0] - ax) >= 0.0:
                outside = False
        if outside:
            return True
    for k in range(3):
        ax = triangle[k, 0]
        ay = triangle[k, 1]
        dx = triangle[(k + 1) % 3, 0] - ax
        dy = triangle[(k + 1) % 3, 1] - ay
        side = dx * (triangle[(k + 2) % 3, 1] - ay) - dy * (triangle[(k + 2) % 3, 0] - ax)
        outside = True
        for i in range(count):
            if (dx * (outline[i, 1] - ay) - dy * (outline[i, 0] - ax)) * side >= 0.0:
                outside = False
        if outside:
            return True
    return False


@kernel
def _mark(positions: F32, screen: F32, faces: I32, outline: F32, farthest_near: float, drop: npt.NDArray[np.bool_]) -> None:
    triangle = np.empty((3, 2), np.float32)
    for face in range(faces.shape[0]):
        a = positions[faces[face, 0]]
        b = positions[faces[face, 1]]
        c = positions[faces[face, 2]]
        if _reaches_in(a, b, c, STAGE_RADIUS + MARGIN, STAGE_HEIGHT + MARGIN):
            drop[face] = True
            continue
        farthest_reach = 0.0
        behind_camera = False
        for k in range(3):
            vertex = faces[face, k]
            farthest_reach = max(farthest_reach, screen[vertex, 2])
            if screen[vertex, 2] <= 0.0:
                behind_camera = True
            triangle[k, 0] = screen[vertex, 0]
            triangle[k, 1] = screen[vertex, 1]
        if behind_camera or farthest_reach <= farthest_near:
            continue
        drop[face] = not _separated(outline, triangle)


def in_the_way(positions: F32, faces: I32, camera: Camera) -> npt.NDArray[np.bool_]:
    """(F,) True for triangles inside the stage, or in its outline and not wholly behind it.

    Triangles that reach behind the camera are never drawn, and so never in the way.
    """
    drop = np.zeros(len(faces), np.bool_)
    if len(faces):
        rim = np.array([[-STAGE_RADIUS - MARGIN, 0.0, height] for height in (0.0, STAGE_HEIGHT)], np.float32)
        _mark(positions, on_screen(positions, camera), faces, silhouette(camera), float(on_screen(rim, camera)[:, 2].min()), drop)
    return drop


LIT_RADIUS = 1.0
"""Metres about the stage's axis that the key light must reach."""
LIT_CENTER = 0.35
"""Metres: the height about which it must."""


@kernel
def _mark_shading(texels: F32, faces: I32, radius: float, middle: F32, casts: npt.NDArray[np.bool_]) -> None:
    corners = np.empty((3, 3), np.float32)
    for face in range(faces.shape[0]):
        toward_light = False
        for k in range(3):
            for axis in range(2):
                corners[k, axis] = texels[faces[face, k], axis] - middle[axis]
            corners[k, 2] = 0.0
            if texels[faces[face, k], 2] > middle[2] + 0.5 * STAGE_RADIUS:
                toward_light = True
        if toward_light and _reaches_in(corners[0], corners[1], corners[2], radius, 1.0):
            casts[face] = False


def lets_light_in(positions: F32, faces: I32, casts: npt.NDArray[np.bool_], toward: F32) -> npt.NDArray[np.bool_]:
    """(F,) which triangles cast shadows when those between the stage and the key light do not.

    The subject, which knows nothing of the scene's props, and the ground under it are then lit alike.
    """
    kept = casts.copy()
    if len(faces):
        unit_scale = 2
        center = np.array([0.0, 0.0, LIT_CENTER], np.float32)
        matrix = light_matrix(toward, center, 1.0, unit_scale)
        middle = to_light(matrix, center[None])[0]
        _mark_shading(to_light(matrix, positions), faces, LIT_RADIUS, middle, kept)
    return kept

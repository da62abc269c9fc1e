"""Small subjects and plates with known geometry, for tests that need no family and no scene."""

from typing import Any

import numpy as np

from spotdiff10k.engines.rendered import materials
from spotdiff10k.engines.rendered.light import AMBIENT_COUNT
from spotdiff10k.engines.rendered.model import F32, I32, Lighting, Material, Plate, PosedSubject
from spotdiff10k.engines.rendered.stage import camera_for

GOLDEN = (1 + 5**0.5) / 2


def icosphere(rounds: int = 3) -> tuple[F32, I32]:
    """Unit sphere, wound outwards."""
    g = GOLDEN
    vertices: list[tuple[float, float, float]] = [(-1, g, 0), (1, g, 0), (-1, -g, 0), (1, -g, 0), (0, -1, g), (0, 1, g)]
    vertices += [(0, -1, -g), (0, 1, -g), (g, 0, -1), (g, 0, 1), (-g, 0, -1), (-g, 0, 1)]
    faces = [(0, 11, 5), (0, 5, 1), (0, 1, 7), (0, 7, 10), (0, 10, 11), (1, 5, 9), (5, 11, 4), (11, 10, 2), (10, 7, 6), (7, 1, 8)]
    faces += [(3, 9, 4), (3, 4, 2), (3, 2, 6), (3, 6, 8), (3, 8, 9), (4, 9, 5), (2, 4, 11), (6, 2, 10), (8, 6, 7), (9, 8, 1)]
    points = [np.array(v, float) / np.linalg.norm(v) for v in vertices]
    for _ in range(rounds):
        middles: dict[tuple[int, int], int] = {}

        def middle(a: int, b: int, middles: dict[tuple[int, int], int] = middles) -> int:
            key = (min(a, b), max(a, b))
            if key not in middles:
                point = points[a] + points[b]
                points.append(point / np.linalg.norm(point))
                middles[key] = len(points) - 1
            return middles[key]

        finer = []
        for a, b, c in faces:
            x, y, z = middle(a, b), middle(b, c), middle(c, a)
            finer += [(a, x, z), (b, y, x), (c, z, y), (x, y, z)]
        faces = finer
    return np.array(points, np.float32), np.array(faces, np.int32)


def box(low: tuple[float, float, float], high: tuple[float, float, float]) -> tuple[F32, F32, I32]:
    """Vertices, normals and faces of a box with hard edges."""
    corners = np.array([[-1, -1, 1], [1, -1, 1], [1, 1, 1], [-1, 1, 1]], float)
    turns = [np.eye(3), np.diag([1, -1, -1])]
    turns += [np.array(m, float) for m in ([[0, 0, 1], [1, 0, 0], [0, 1, 0]], [[0, 0, -1], [-1, 0, 0], [0, 1, 0]])]
    turns += [np.array(m, float) for m in ([[0, 1, 0], [0, 0, 1], [1, 0, 0]], [[0, -1, 0], [0, 0, -1], [1, 0, 0]])]
    vertices: list[Any] = []
    normals: list[Any] = []
    faces: list[tuple[int, int, int]] = []
    for turn in turns:
        start = len(vertices)
        vertices += list(corners @ turn.T)
        normals += [turn @ np.array([0.0, 0.0, 1.0])] * 4
        faces += [(start, start + 1, start + 2), (start, start + 2, start + 3)]
    half = (np.array(high) - np.array(low)) / 2
    place = (np.array(high) + np.array(low)) / 2
    return (np.array(vertices) * half + place).astype(np.float32), np.array(normals, np.float32), np.array(faces, np.int32)


def posed_mesh(
    vertices: F32, normals: F32, faces: I32, look: Material | None = None, keypoints: F32 | None = None
) -> PosedSubject:
    """A subject without bones."""
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    points = np.zeros((1, 3), np.float32) + (low + high) / 2 if keypoints is None else keypoints
    return PosedSubject(
        vertices=np.ascontiguousarray(vertices, np.float32),
        normals=np.ascontiguousarray(normals, np.float32),
        faces=np.ascontiguousarray(faces, np.int32),
        rest=np.ascontiguousarray(vertices, np.float32),
        fields=np.zeros_like(vertices),
        face_material=np.zeros(len(faces), np.int32),
        materials=materials.pack([look or Material((0.55, 0.25, 0.12))]),
        uv=np.zeros((len(vertices), 2), np.float32),
        atlas=np.full((1, 1, 3), 255, np.uint8),
        keypoints=points,
        keypoint_names=tuple(f"point_{i}" for i in range(len(points))),
        keypoint_schema="joints",
        joints=points,
        joint_names=tuple(f"joint_{i}" for i in range(len(points))),
        joint_parents=tuple(range(-1, len(points) - 1)),
        joint_rotations=np.tile(np.array([1, 0, 0, 0], np.float32), (len(points), 1)),
        center=((low + high) / 2).astype(np.float32),
        radius=float(np.linalg.norm(vertices - (low + high) / 2, axis=1).max()),
    )


def ball(radius: float = 0.35, height: float = 0.45, look: Material | None = None, rounds: int = 3) -> PosedSubject:
    vertices, faces = icosphere(rounds)
    return posed_mesh(vertices * np.float32(radius) + np.array([0, 0, height], np.float32), vertices, faces, look)


def crate(look: Material | None = None) -> PosedSubject:
    return posed_mesh(*box((-0.2, -0.3, 0.0), (0.25, 0.3, 0.6)), look)


def flat_plate(
    size: int = 256, elevation: float = 14.0, fov: float = 34.0, sun: tuple[float, float, float] = (0.35, -0.5, 0.75)
) -> Plate:
    """Even grey ground under a blue sky, all of it able to take a shadow below the horizon."""
    camera = camera_for(elevation, fov, size)
    rows = (np.arange(size) + 0.5 - size / 2) / camera.focal
    down = camera.rotation[1, 2] * rows + camera.rotation[2, 2]
    below = np.repeat((down < -0.02)[:, None], size, axis=1)
    rgb = np.where(below[..., None], np.array([150, 146, 138]), np.array([150, 180, 215])).astype(np.uint8)
    direction = np.array(sun) / np.linalg.norm(sun)
    sky = np.tile(np.array([[0.55, 0.68, 0.95]], np.float32), (AMBIENT_COUNT, 1))
    environment = np.empty((3, 32, 64, 3), np.float32)
    environment[:, :16] = (0.55, 0.68, 0.95)
    environment[:, 16:] = (0.35, 0.33, 0.3)
    return Plate(
        rgb=rgb,
        ground=(below * 255).astype(np.uint8),
        sunlit=np.full((size, size), 255, np.uint8),
        camera=camera,
        lighting=Lighting(
            sun_direction=direction.astype(np.float32),
            sun_radiance=np.array([1.9, 1.75, 1.5], np.float32),
            sky=sky,
            environment=environment,
            up_irradiance=np.array([0.55, 0.68, 0.95], np.float32),
            ground_radiance=np.array([0.5, 0.48, 0.44], np.float32),
            exposure=0.6,
        ),
        vignette=0.2,
    )

"""An independent tracer (embree) that looks through a camera: the truth that the rasteriser is held against."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import trimesh
from trimesh.ray.ray_pyembree import RayMeshIntersector

from spotdiff10k.engines.rendered.model import Camera, PosedSubject

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Sight:
    """What rays see: hit (N,), camera depth (N,), geometric normal in camera axes (N, 3), hit face (N,)."""

    hit: npt.NDArray[np.bool_]
    depth: Doubles
    normal: Doubles
    face: npt.NDArray[np.int64]


def pixel_centres(size: int) -> Doubles:
    """(size * size, 2) x and y, row by row."""
    along = np.arange(size) + 0.5
    x, y = np.meshgrid(along, along)
    return np.stack([x.ravel(), y.ravel()], axis=1)


def look(posed: PosedSubject, camera: Camera, places: Doubles) -> Sight:
    """Shoot one ray through each place (N, 2), in pixels; the nearest hit counts."""
    mesh = trimesh.Trimesh(posed.vertices, posed.faces, process=False, validate=False)
    local = np.concatenate([(places - camera.size / 2) / camera.focal, np.ones((len(places), 1))], axis=1)
    rotation = camera.rotation.astype(np.float64)
    directions = local @ rotation
    length = np.linalg.norm(directions, axis=1, keepdims=True)
    origins = np.repeat(camera.position[None].astype(np.float64), len(places), axis=0)
    face = RayMeshIntersector(mesh).intersects_first(origins, directions / length)
    hit = face >= 0
    corner = posed.vertices[posed.faces[face, 0]].astype(np.float64)
    edges = posed.vertices[posed.faces[face]].astype(np.float64)
    normal = np.cross(edges[:, 1] - edges[:, 0], edges[:, 2] - edges[:, 0])
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-30)
    # camera depth of the hit: the ray meets the face's plane where (origin + t direction - corner) . normal = 0
    with np.errstate(divide="ignore", invalid="ignore"):
        depth = ((corner - origins) * normal).sum(axis=1) / (directions * normal).sum(axis=1)
    return Sight(hit, np.where(hit, depth, 0.0), normal @ rotation.T, face)

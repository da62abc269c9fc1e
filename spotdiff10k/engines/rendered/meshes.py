"""People's own models as subjects: GLB, glTF and OBJ, flattened, turned upright, painted and made to stand.

A rigid model cannot bend, so an articulation is a tilt of the whole about its foot, a turn, or both; the table
`TILTS` says which. Models are taken to be y-up with their front to +z, as glTF says.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from spotdiff10k.engines.rendered import materials
from spotdiff10k.engines.rendered.families._shapes import crease
from spotdiff10k.engines.rendered.geometry import F64
from spotdiff10k.engines.rendered.mesh_atlas import paint
from spotdiff10k.engines.rendered.mesh_reading import SUFFIXES, Part, read_parts
from spotdiff10k.engines.rendered.mesh_winding import Bools, outward_flips, weld, without_slivers
from spotdiff10k.engines.rendered.model import F32, I32, Articulation, Skeleton, SubjectModel
from spotdiff10k.engines.rendered.posing import fitting_scale
from spotdiff10k.engines.rendered.skinning import BONES_PER_VERTEX
from spotdiff10k.errors import EngineError
from spotdiff10k.types import SubjectLevel

Corners = TypeVar("Corners", I32, F64)

CREASE_DEGREES = 40.0
TILTS: dict[str, tuple[float, float, float]] = {
    "stand": (0.0, 0.0, 0.0),
    "walk": (6.0, 12.0, 8.0),
    "look": (-5.0, 0.0, 42.0),
    "reach": (0.0, 24.0, 0.0),
    "sit": (0.0, -16.0, -26.0),
    "lean": (22.0, 0.0, 0.0),
    "wave": (-16.0, -10.0, 14.0),
    "stretch": (0.0, -28.0, 0.0),
}
"""For each articulation the degrees about x (to its right), y (forward) and z (turned)."""


@dataclass(frozen=True, slots=True)
class MeshEntry:
    """A model file; `problem` is a sentence when it cannot be used, else empty."""

    name: str
    problem: str


def list_mesh_subjects(folder: Path) -> list[MeshEntry]:
    """The model files right inside a folder by name, each with what is wrong with it. Raises EngineError for no folder."""
    if not folder.is_dir():
        raise EngineError(f"The folder of models {folder} is missing; set subjects.source.meshes to a folder that exists.")
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    return [MeshEntry(path.name, _problem(path)) for path in files]


def _problem(path: Path) -> str:
    try:
        paint(path.name, read_parts(path))
    except EngineError as error:
        return str(error)
    return ""


def load_mesh_subject(path: Path, level: SubjectLevel) -> SubjectModel:
    """The model in a file as a subject about a metre in size, its front to +x, standing on z = 0.

    Raises EngineError when the file is missing, too large, damaged, or reaches outside its folder.
    """
    if level.source and level.source != path.name:
        raise EngineError(f"Subject {level.id} names the model '{level.source}'; expected the name of a file, without folders.")
    parts = read_parts(path)
    painted, atlas = paint(path.name, parts)
    faces_each = [len(part.faces) for part in parts]
    vertices, faces = _upright(parts)
    points, place = weld(vertices)
    corners = place[faces]
    kept = without_slivers(points, corners)
    if not kept.any():
        raise EngineError(f"The model {path.name} holds only triangles without area; expected a surface mesh.")
    flips, is_open = outward_flips(points, corners[kept])
    corners = _flipped(corners[kept], flips)
    uv = _flipped(np.concatenate([part.uv for part in painted])[kept], flips)
    material = np.repeat(np.arange(len(parts), dtype=np.int32), faces_each)[kept]
    double = any(bool(getattr(part.material, "doubleSided", False)) for part in parts)
    model = _model(points, corners, uv.astype(np.float32))
    model = replace(
        model,
        face_material=material,
        materials=materials.pack([part.material for part in painted]),
        atlas=atlas,
        two_sided=is_open or double,
    )
    return replace(model, scale=fitting_scale(model))


def _upright(parts: list[Part]) -> tuple[F64, I32]:
    """All vertices with z up and the front to +x, about a metre in size, standing on z = 0; and all faces."""
    starts = np.cumsum([0, *(len(part.vertices) for part in parts[:-1])])
    faces = np.concatenate([part.faces + start for part, start in zip(parts, starts, strict=True)]).astype(np.int32)
    y_up = np.concatenate([part.vertices for part in parts])
    vertices = y_up[:, (2, 0, 1)]
    used = vertices[np.unique(faces)]
    low, high = used.min(axis=0), used.max(axis=0)
    size = float((high - low).max()) or 1.0
    return (vertices - ((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2])) / size, faces


def _flipped(corners: Corners, flips: Bools) -> Corners:
    turned = corners.copy()
    turned[flips] = corners[flips][:, ::-1]
    return turned


def _model(points: F64, corners: I32, uv: F32) -> SubjectModel:
    """The geometry with normals: a vertex for every different point, normal and texture coordinate."""
    sources, normals, wound = crease(points, corners, CREASE_DEGREES)
    keys = np.column_stack((wound.reshape(-1), uv.reshape(-1, 2).view(np.int32).reshape(-1, 2)))
    distinct, faces = np.unique(keys, axis=0, return_inverse=True)
    own = distinct[:, 0]
    vertices = points[sources[own]].astype(np.float32)
    count = len(vertices)
    weights = np.zeros((count, BONES_PER_VERTEX), np.float32)
    weights[:, 0] = 1.0
    names, places = _extremes(vertices)
    return SubjectModel(
        family="mesh",
        vertices=vertices,
        normals=np.ascontiguousarray(normals[own]),
        faces=np.ascontiguousarray(faces.reshape(-1, 3), np.int32),
        fields=np.zeros((count, 3), np.float32),
        face_material=np.zeros(len(wound), np.int32),
        materials=np.zeros((0, materials.COLUMNS), np.float32),
        skin_bones=np.zeros((count, BONES_PER_VERTEX), np.int32),
        skin_weights=weights,
        skeleton=Skeleton(("root",), (-1,), np.zeros((1, 3), np.float32)),
        legs=(),
        articulations={name: Articulation({"root": angles}) for name, angles in TILTS.items()},
        keypoint_names=names,
        keypoint_bones=np.zeros(len(names), np.int32),
        keypoint_rest=places,
        keypoint_schema="joints",
        uv=np.ascontiguousarray(distinct[:, 1:].astype(np.int32)).view(np.float32),
        atlas=np.full((1, 1, 3), 255, np.uint8),
        scale=1.0,
    )


def _extremes(vertices: F32) -> tuple[tuple[str, ...], F32]:
    """The outermost vertices: the only points of an unknown model that have a name."""
    picks = {
        "front": vertices[:, 0].argmax(),
        "back": vertices[:, 0].argmin(),
        "left": vertices[:, 1].argmax(),
        "right": vertices[:, 1].argmin(),
        "top": vertices[:, 2].argmax(),
    }
    return tuple(picks), np.array([vertices[index] for index in picks.values()], np.float32)

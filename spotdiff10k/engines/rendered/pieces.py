"""The parts of a subject while it is built: flesh layers, meshed pieces, and their joining into one set of arrays."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.geometry import F64, Mesh
from spotdiff10k.engines.rendered.meshing import mesh_flesh, uncovered
from spotdiff10k.engines.rendered.model import F32, I32
from spotdiff10k.engines.rendered.normals import creased
from spotdiff10k.engines.rendered.skinning import BONES_PER_VERTEX, flesh_weights

BODY = "body"
DEFAULT_CELL = 0.0125
"""Metres of the rest pose between flesh samples."""
HIDDEN_DEPTH = 0.007
"""Metres under a covering layer from which flesh is left out."""


@dataclass(frozen=True, slots=True)
class Surface:
    """What a field function sees of a flesh layer at rest: V points, unit normals, and each one's nearest bone by name."""

    points: F64  # (V, 3)
    normals: F64  # (V, 3)
    bones: npt.NDArray[np.str_]  # (V,)

    def on(self, *names: str) -> npt.NDArray[np.bool_]:
        """Which vertices are nearest to one of the named bones (V,)."""
        return np.isin(self.bones, names)


FieldFunction = Callable[[Surface], npt.NDArray[np.floating]]
"""Pattern fields (V, 3) of a flesh layer; see Material."""


@dataclass(slots=True)
class Layer:
    """Flesh that is meshed by itself: primitives, the bone of each, and how the surface looks."""

    rows: list[F64] = field(default_factory=list)
    bones: list[int] = field(default_factory=list)
    material: int = -1
    fields: FieldFunction | None = None
    cell: float = DEFAULT_CELL
    weights_from: tuple[str, ...] = ()
    covers: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A finished part of the model: mesh with all its vertex attributes."""

    vertices: F64
    normals: F32
    faces: I32
    fields: F32
    bones: I32
    weights: F32
    uv: F32
    material: int


def _floats(values: npt.NDArray[np.floating] | None, source: I32, columns: int) -> F32:
    if values is None:
        return np.zeros((len(source), columns), np.float32)
    return np.asarray(values, np.float32)[source]


def rigid_piece(
    mesh: Mesh,
    bone: int,
    material: int,
    fields: npt.NDArray[np.floating] | None,
    uv: npt.NDArray[np.floating] | None,
    crease_degrees: float,
) -> Piece:
    """A mesh that moves with one bone, its vertices split at sharp edges; `fields` (V, 3) and `uv` (V, 2) are per vertex."""
    split, normals, source = creased(mesh, crease_degrees)
    count = len(split.vertices)
    bones = np.zeros((count, BONES_PER_VERTEX), np.int32)
    bones[:, 0] = bone
    weights = np.zeros((count, BONES_PER_VERTEX), np.float32)
    weights[:, 0] = 1.0
    own_fields, own_uv = _floats(fields, source, 3), _floats(uv, source, 2)
    return Piece(split.vertices, normals, split.faces, own_fields, bones, weights, own_uv, material)


def flesh_piece(
    name: str, layers: Mapping[str, Layer], bone_names: Sequence[str], parents: Sequence[int], falloff: float
) -> Piece:
    """Mesh a layer; the part of the layer BODY that covering layers hide is left out."""
    layer = layers[name]
    mesh, normals = mesh_flesh(np.array(layer.rows), layer.cell)
    covers = [np.array(other.rows) for other in layers.values() if other.covers and other.rows]
    if covers and name == BODY:
        mesh, normals = uncovered(mesh, normals, covers, HIDDEN_DEPTH)
    sources = [layers[other] for other in layer.weights_from] or [layer]
    rows = np.array([row for source in sources for row in source.rows])
    row_bones = np.array([bone for source in sources for bone in source.bones], np.int32)
    bones, weights, nearest = flesh_weights(rows, row_bones, tuple(parents), mesh.vertices, mesh.faces, falloff)
    surface = Surface(mesh.vertices, normals.astype(np.float64), np.array(bone_names)[nearest])
    count = len(mesh.vertices)
    fields = np.zeros((count, 3), np.float32) if layer.fields is None else layer.fields(surface).astype(np.float32)
    return Piece(mesh.vertices, normals, mesh.faces, fields, bones, weights, np.zeros((count, 2), np.float32), layer.material)


@dataclass(frozen=True, slots=True)
class Joined:
    """All pieces as one: the arrays of a SubjectModel."""

    vertices: F32
    normals: F32
    faces: I32
    fields: F32
    face_material: I32
    bones: I32
    weights: F32
    uv: F32


def joined(pieces: Sequence[Piece]) -> Joined:
    """Put pieces one after the other."""
    starts = np.cumsum([0] + [len(piece.vertices) for piece in pieces])
    faces = [piece.faces + start for piece, start in zip(pieces, starts, strict=False)]
    return Joined(
        vertices=np.ascontiguousarray(np.concatenate([piece.vertices for piece in pieces]), np.float32),
        normals=np.ascontiguousarray(np.concatenate([piece.normals for piece in pieces]), np.float32),
        faces=np.ascontiguousarray(np.concatenate(faces), np.int32),
        fields=np.ascontiguousarray(np.concatenate([piece.fields for piece in pieces]), np.float32),
        face_material=np.concatenate([np.full(len(piece.faces), piece.material, np.int32) for piece in pieces]),
        bones=np.ascontiguousarray(np.concatenate([piece.bones for piece in pieces]), np.int32),
        weights=np.ascontiguousarray(np.concatenate([piece.weights for piece in pieces]), np.float32),
        uv=np.ascontiguousarray(np.concatenate([piece.uv for piece in pieces]), np.float32),
    )

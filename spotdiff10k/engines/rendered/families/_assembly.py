"""Collects the bones, materials, shapes and joints of an object, then hands them to the subject builder as one model."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from spotdiff10k.engines.rendered.families._shapes import F64, Point, Shape
from spotdiff10k.engines.rendered import materials
from spotdiff10k.engines.rendered.builder import WHITE_ATLAS
from spotdiff10k.engines.rendered.model import F32, I32, Articulation, Material, Skeleton, SubjectModel
from spotdiff10k.engines.rendered.posing import fitting_scale
from spotdiff10k.engines.rendered.skinning import BONES_PER_VERTEX

Pattern = Callable[[F64], F64]
"""Rest positions (V, 3) to pattern fields (V, 3), see Material."""
Angles = tuple[float, float, float]


def plain(points: F64) -> F64:
    """No pattern: the base colour everywhere."""
    return np.zeros((len(points), 3))


def first_field(values: Callable[[F64], F64]) -> Pattern:
    """A pattern that mixes only the second colour, by values (V,) from rest positions."""

    def pattern(points: F64) -> F64:
        fields = np.zeros((len(points), 3))
        fields[:, 0] = values(points)
        return fields

    return pattern


@dataclass(frozen=True, slots=True)
class Piece:
    """One shape on one bone in one material, split along its creases."""

    bone: int
    material: int
    vertices: F32
    normals: F32
    faces: I32
    fields: F32


@dataclass(slots=True)
class Assembly:
    """An object in the making; positions are those of the rest pose, in metres, the ground at z = 0."""

    family: str
    bones: dict[str, tuple[int, Point]] = field(default_factory=dict)
    materials: list[Material] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    keypoints: dict[str, tuple[str, Point]] = field(default_factory=dict)

    def bone(self, name: str, parent: str | None, at: Point) -> str:
        """Add a bone with its joint at a rest position; returns its name."""
        self.bones[name] = (-1 if parent is None else self.index(parent), tuple(float(part) for part in at))
        return name

    def index(self, name: str) -> int:
        return list(self.bones).index(name)

    def place_of(self, name: str) -> F64:
        """Where a bone's joint is at rest."""
        return np.asarray(self.bones[name][1], np.float64)

    def paint(self, material: Material) -> int:
        """Add a material; the same one is kept once."""
        if material not in self.materials:
            self.materials.append(material)
        return self.materials.index(material)

    def add(self, bone: str, shape: Shape | Sequence[Shape], material: Material, pattern: Pattern = plain) -> None:
        """Add shapes, already at their rest place, to a bone."""
        for part in (shape,) if isinstance(shape, Shape) else shape:
            vertices, normals, faces = part.split()
            fields = pattern(vertices.astype(np.float64)).astype(np.float32)
            self.pieces.append(Piece(self.index(bone), self.paint(material), vertices, normals, faces, fields))

    def keypoint(self, name: str, bone: str, at: Point) -> None:
        """Name a point of the object that annotations report."""
        self.keypoints[name] = (bone, at)

    def finish(self, poses: Mapping[str, Articulation], schema: str = "joints") -> SubjectModel:
        """The model, scaled so that it fits the stage in every articulation."""
        vertices, normals = (np.concatenate([getattr(piece, name) for piece in self.pieces]) for name in ("vertices", "normals"))
        counts = [len(piece.vertices) for piece in self.pieces]
        starts = np.cumsum([0, *counts[:-1]])
        bones = np.zeros((len(vertices), BONES_PER_VERTEX), np.int32)
        bones[:, 0] = np.repeat([piece.bone for piece in self.pieces], counts)
        weights = np.zeros((len(vertices), BONES_PER_VERTEX), np.float32)
        weights[:, 0] = 1.0
        model = SubjectModel(
            family=self.family,
            vertices=vertices,
            normals=normals,
            faces=np.concatenate([piece.faces + start for piece, start in zip(self.pieces, starts, strict=True)]).astype(
                np.int32
            ),
            fields=np.concatenate([piece.fields for piece in self.pieces]),
            face_material=np.repeat(
                [piece.material for piece in self.pieces], [len(piece.faces) for piece in self.pieces]
            ).astype(np.int32),
            materials=materials.pack(self.materials),
            skin_bones=bones,
            skin_weights=weights,
            skeleton=self._skeleton(),
            legs=(),
            articulations=dict(poses),
            keypoint_names=tuple(self.keypoints),
            keypoint_bones=np.array([self.index(bone) for bone, _ in self.keypoints.values()], np.int32),
            keypoint_rest=np.array([tuple(at) for _, at in self.keypoints.values()], np.float32).reshape(-1, 3),
            keypoint_schema=schema,
            uv=np.zeros((len(vertices), 2), np.float32),
            atlas=WHITE_ATLAS,
            scale=1.0,
        )
        return replace(model, scale=fitting_scale(model))

    def _skeleton(self) -> Skeleton:
        rest = np.array([at for _, at in self.bones.values()], np.float32)
        return Skeleton(tuple(self.bones), tuple(parent for parent, _ in self.bones.values()), rest)


def bend(**angles: Angles) -> Articulation:
    """An articulation from bones' Euler angles in degrees."""
    return Articulation(angles)


Poses = Mapping[str, Articulation]

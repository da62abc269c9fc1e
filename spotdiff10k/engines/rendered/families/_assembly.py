"""Collects the bones, materials, shapes and joints of an object, then hands them to the subject builder as one model."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from spotdiff10k.engines.rendered import materials
from spotdiff10k.engines.rendered.builder import WHITE_ATLAS
from spotdiff10k.engines.rendered.families._shapes import F64, Point, Shape
from spotdiff10k.engines.rendered.model import F32, I32, Articulation, Leg, Material, Skeleton, SubjectModel
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


BLEND = 0.35
"""Over which share of a bone, on either side of a joint, its neighbour takes part."""


def chain_weights(points: F64, joints: F64) -> tuple[I32, F32]:
    """Skin weights along a chain of joints (B + 1, 3): for each point the places of four bones in the chain, and shares.

    A point belongs to the bone it is nearest to; near a joint it is shared evenly with the neighbour.
    """
    start, along = joints[:-1], np.diff(joints, axis=0)
    square = (along * along).sum(axis=1)
    share = ((points[:, None] - start[None]) * along[None]).sum(axis=2) / square[None]
    inside = np.clip(share, 0.0, 1.0)
    nearest = start[None] + inside[:, :, None] * along[None]
    distance = ((points[:, None] - nearest) ** 2).sum(axis=2)
    own = distance.argmin(axis=1)
    place = inside[np.arange(len(points)), own]
    back, ahead = np.clip((BLEND - place) / BLEND, 0, 1) / 2, np.clip((place - 1 + BLEND) / BLEND, 0, 1) / 2
    back, ahead = np.where(own > 0, back, 0.0), np.where(own < len(along) - 1, ahead, 0.0)
    bones = np.stack((own, np.maximum(own - 1, 0), np.minimum(own + 1, len(along) - 1), own), axis=1)
    weights = np.stack((1 - back - ahead, back, ahead, np.zeros(len(points))), axis=1)
    return bones.astype(np.int32), weights.astype(np.float32)


@dataclass(frozen=True, slots=True)
class Piece:
    """One shape in one material, split along its creases and bound to bones."""

    material: int
    vertices: F32
    normals: F32
    faces: I32
    fields: F32
    bones: I32  # (V, 4)
    weights: F32  # (V, 4)


@dataclass(slots=True)
class Assembly:
    """An object in the making; positions are those of the rest pose, in metres, the ground at z = 0."""

    family: str
    bones: dict[str, tuple[int, Point]] = field(default_factory=dict)
    materials: dict[Material, int] = field(default_factory=dict)
    pieces: list[Piece] = field(default_factory=list)
    keypoints: dict[str, tuple[str, Point]] = field(default_factory=dict)
    legs: list[Leg] = field(default_factory=list)

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
        return self.materials.setdefault(material, len(self.materials))

    def add(self, bone: str, shape: Shape | Sequence[Shape], material: Material, pattern: Pattern = plain) -> None:
        """Add shapes, already at their rest place, to a bone. A shape's own fields come before the pattern."""
        for part in (shape,) if isinstance(shape, Shape) else shape:
            vertices, normals, faces, sources = part.split()
            bones = np.zeros((len(vertices), BONES_PER_VERTEX), np.int32)
            bones[:, 0] = self.index(bone)
            weights = np.zeros((len(vertices), BONES_PER_VERTEX), np.float32)
            weights[:, 0] = 1.0
            fields = pattern(vertices) if part.fields is None else part.fields[sources]
            self._keep(material, vertices, normals, faces, fields, bones, weights)

    def add_bent(self, chain: Sequence[str], tip: Point, shape: Shape, material: Material, pattern: Pattern = plain) -> None:
        """Add a shape that bends smoothly along a chain of bones, which ends at `tip`."""
        vertices, normals, faces, sources = shape.split()
        joints = np.array([self.place_of(bone) for bone in chain] + [tip], np.float64)
        near, weights = chain_weights(vertices, joints)
        numbers = np.array([self.index(bone) for bone in chain], np.int32)
        fields = pattern(vertices) if shape.fields is None else shape.fields[sources]
        self._keep(material, vertices, normals, faces, fields, numbers[near], weights)

    def _keep(self, material: Material, vertices: F64, normals: F32, faces: I32, fields: F64, bones: I32, weights: F32) -> None:
        piece = Piece(
            self.paint(material), vertices.astype(np.float32), normals, faces, fields.astype(np.float32), bones, weights
        )
        self.pieces.append(piece)

    def keypoint(self, name: str, bone: str, at: Point) -> None:
        """Name a point of the object that annotations report."""
        self.keypoints[name] = (bone, at)

    def joints(self, bones: Iterable[str]) -> None:
        """Report where these bones are jointed, each as a keypoint of its name."""
        for name in bones:
            self.keypoint(name, name, self.place_of(name))

    def finish(self, poses: Mapping[str, Articulation], schema: str = "joints") -> SubjectModel:
        """The model, scaled so that it fits the stage in every articulation."""
        starts = np.cumsum([0, *(len(piece.vertices) for piece in self.pieces[:-1])])
        model = SubjectModel(
            family=self.family,
            vertices=np.concatenate([piece.vertices for piece in self.pieces]),
            normals=np.concatenate([piece.normals for piece in self.pieces]),
            faces=np.concatenate([piece.faces + start for piece, start in zip(self.pieces, starts, strict=True)]).astype(
                np.int32
            ),
            fields=np.concatenate([piece.fields for piece in self.pieces]),
            face_material=np.concatenate([np.full(len(piece.faces), piece.material, np.int32) for piece in self.pieces]),
            materials=materials.pack(tuple(self.materials)),
            skin_bones=np.concatenate([piece.bones for piece in self.pieces]),
            skin_weights=np.concatenate([piece.weights for piece in self.pieces]),
            skeleton=self._skeleton(),
            legs=tuple(self.legs),
            articulations=dict(poses),
            keypoint_names=tuple(self.keypoints),
            keypoint_bones=np.array([self.index(bone) for bone, _ in self.keypoints.values()], np.int32),
            keypoint_rest=np.array([tuple(at) for _, at in self.keypoints.values()], np.float32).reshape(-1, 3),
            keypoint_schema=schema,
            uv=np.zeros((sum(len(piece.vertices) for piece in self.pieces), 2), np.float32),
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

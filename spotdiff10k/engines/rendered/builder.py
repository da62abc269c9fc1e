"""Collects bones, flesh, rigid parts and articulations of one subject and builds its model.

A family makes a SubjectBuilder, adds to it at the rest pose (front to +x, left at +y, feet on z = 0, about a metre
in size) and calls `build`. Flesh comes in layers, each meshed by itself with its own material: a body and a shirt
over it are two layers, so that cloth keeps an edge.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered import materials
from spotdiff10k.engines.rendered.flesh import cone_row, ellipsoid_row
from spotdiff10k.engines.rendered.geometry import F64, Mesh, Point, align, apply, dome, unit
from spotdiff10k.engines.rendered.model import U8, Articulation, Leg, Material, Skeleton, SubjectModel
from spotdiff10k.engines.rendered.normals import DEFAULT_CREASE_DEGREES
from spotdiff10k.engines.rendered.pieces import (
    BODY,
    DEFAULT_CELL,
    FieldFunction,
    Joined,
    Layer,
    Piece,
    Surface,
    flesh_piece,
    joined,
    rigid_piece,
)
from spotdiff10k.engines.rendered.posing import fitting_scale
from spotdiff10k.engines.rendered.probing import band, girdle, surface_point
from spotdiff10k.errors import EngineError

DEFAULT_FALLOFF = 0.022
"""Metres over which the influence of a second bone fades."""
EYE_OPENING_DEGREES, EYE_WALL, EYE_SEGMENTS, EYE_RINGS = 110.0, 0.9, 22, 8
"""An eyeball is a thick bowl about its gaze: its back is never seen."""
LID_SEGMENTS, LID_RINGS = 18, 5
WHITE_ATLAS: U8 = np.full((1, 1, 3), 255, np.uint8)


__all__ = ["BODY", "FieldFunction", "SubjectBuilder", "Surface"]


class SubjectBuilder:
    """Adds up one subject; see the module. Positions and lengths are metres of the rest pose."""

    def __init__(self, family: str, keypoint_schema: str = "joints", falloff: float = DEFAULT_FALLOFF) -> None:
        self.family = family
        self.keypoint_schema = keypoint_schema
        self.falloff = falloff
        self.atlas = WHITE_ATLAS
        self.two_sided = False
        self._names: list[str] = []
        self._parents: list[int] = []
        self._rest: list[F64] = []
        self._materials: list[Material] = []
        self._layers: dict[str, Layer] = {}
        self._pieces: list[Piece] = []
        self._legs: list[tuple[str, str, str, float | None]] = []
        self._keypoints: list[tuple[str, int, F64]] = []
        self._articulations: dict[str, Articulation] = {}

    def bone(self, name: str, parent: str | None, position: Point) -> str:
        """Add a bone with its joint at `position`; parents come first. Returns the name."""
        if name in self._names:
            raise EngineError(f"The family '{self.family}' adds the bone '{name}' twice; bones need names of their own.")
        self._parents.append(self._number(parent) if parent else -1)
        self._names.append(name)
        self._rest.append(np.asarray(position, np.float64))
        return name

    def _number(self, bone: str) -> int:
        if bone not in self._names:
            raise EngineError(f"The family '{self.family}' names the bone '{bone}', but has only {', '.join(self._names)}.")
        return self._names.index(bone)

    def joint(self, bone: str) -> F64:
        """The rest position of a bone's joint (3,)."""
        return self._rest[self._number(bone)]

    def material(self, material: Material) -> int:
        """Add a material; returns its number."""
        self._materials.append(material)
        return len(self._materials) - 1

    def layer(
        self,
        name: str,
        material: int,
        fields: FieldFunction | None = None,
        cell_size: float = DEFAULT_CELL,
        weights_from: Sequence[str] = (),
        covers: bool = False,
    ) -> str:
        """Open another flesh layer; returns its name.

        `weights_from` names the layers whose flesh decides how it follows the bones
        (its own, if none): clothes that take the body's weights do not cut into it. `covers` leaves out the part of
        the layer "body" that is well under this one and cannot be seen.
        """
        self._layers[name] = Layer(
            material=material, fields=fields, cell=cell_size, weights_from=tuple(weights_from), covers=covers
        )
        return name

    def cone(
        self,
        bone: str,
        a: Point,
        b: Point,
        radius_a: float,
        radius_b: float,
        blend: float = 0.04,
        layer: str = BODY,
        cut: bool = False,
    ) -> None:
        """Add (or cut away) a round cone from `a` to `b`, which melts over `blend` metres into what is there."""
        self._flesh(layer, bone, cone_row(a, b, radius_a, radius_b, blend, cut))

    def ellipsoid(
        self,
        bone: str,
        center: Point,
        radii: Point,
        rotation: Point = (0.0, 0.0, 0.0),
        blend: float = 0.04,
        layer: str = BODY,
        cut: bool = False,
    ) -> None:
        """Add (or cut away) an ellipsoid turned by Euler degrees."""
        self._flesh(layer, bone, ellipsoid_row(center, radii, rotation, blend, cut))

    def _flesh(self, layer: str, bone: str, row: F64) -> None:
        target = self._layers.setdefault(layer, Layer())
        target.rows.append(row)
        target.bones.append(self._number(bone))

    def rows(self, layer: str = BODY) -> F64:
        """The flesh added to a layer so far (P, columns)."""
        return np.array(self._layers[layer].rows)

    def flesh_of(self, layer: str, bones: Sequence[str]) -> list[tuple[F64, str]]:
        """The primitives of a layer that hang on the named bones, with their bones' names: to make a garment of them."""
        numbers = {self._number(bone) for bone in bones}
        target = self._layers[layer]
        return [(row, self._names[bone]) for row, bone in zip(target.rows, target.bones, strict=True) if bone in numbers]

    def add_row(self, layer: str, bone: str, row: F64) -> None:
        """Add a primitive as `flesh.cone_row` or `flesh.ellipsoid_row` makes it."""
        self._flesh(layer, bone, row)

    def skin_point(self, origin: Point, direction: Point, layer: str = BODY) -> F64:
        """Where a ray from inside the flesh added so far leaves it (3,)."""
        return surface_point(self.rows(layer), origin, direction)

    def strap(self, center: Point, axis: Point, width: float, thickness: float, layer: str = BODY) -> Mesh:
        """A band that fits around the flesh added so far where the plane through `center` across `axis` cuts it."""
        points, directions = girdle(self.rows(layer), center, axis)
        return band(points, directions, axis, width, thickness)

    def rigid(
        self,
        bone: str,
        vertices: npt.NDArray[np.floating],
        faces: npt.NDArray[np.integer],
        material: int,
        fields: npt.NDArray[np.floating] | None = None,
        uv: npt.NDArray[np.floating] | None = None,
        crease_degrees: float = DEFAULT_CREASE_DEGREES,
    ) -> None:
        """Add a mesh that moves with one bone; edges sharper than `crease_degrees` are shaded as edges.

        `fields` (V, 3) and `uv` (V, 2) are per vertex.
        """
        mesh = Mesh(np.asarray(vertices, np.float64), np.asarray(faces, np.int32))
        self._pieces.append(rigid_piece(mesh, self._number(bone), material, fields, uv, crease_degrees))

    def part(
        self,
        bone: str,
        mesh: Mesh,
        material: int,
        fields: npt.NDArray[np.floating] | None = None,
        crease_degrees: float = DEFAULT_CREASE_DEGREES,
    ) -> None:
        """Add a Mesh from `geometry` that moves with one bone."""
        self.rigid(bone, mesh.vertices, mesh.faces, material, fields, crease_degrees=crease_degrees)

    def eye(self, bone: str, center: Point, radius: float, gaze: Point, material: int, glint: Point = (0.8, -0.25, 0.6)) -> None:
        """Add an eyeball. Fields: f0 and f1 are the cosine to the gaze (iris, pupil), f2 the cosine to the glint."""
        sphere = dome(1.0, EYE_OPENING_DEGREES, EYE_WALL, EYE_SEGMENTS, EYE_RINGS)
        looking, shining = unit(gaze), unit(glint)
        sphere = Mesh(apply(align(looking), sphere.vertices), sphere.faces)
        iris = (sphere.vertices * looking).sum(axis=1)
        spark = (sphere.vertices * shining).sum(axis=1)
        placed = sphere.scaled(radius).moved(center)
        self.part(bone, placed, material, np.stack([iris, iris, spark], axis=1))

    def lid(self, bone: str, center: Point, radius: float, axis: Point, opening_degrees: float, material: int) -> None:
        """Add an eyelid: a shell over the directions within `opening_degrees` of `axis`."""
        shell = dome(radius, opening_degrees, 0.12 * radius, LID_SEGMENTS, LID_RINGS)
        self.part(bone, Mesh(apply(align(axis), shell.vertices), shell.faces).moved(center), material)

    def leg(self, upper: str, lower: str, end: str, sole: float | None = None) -> None:
        """Declare a two-bone leg for inverse kinematics.

        `sole` is the end joint's height when the foot is flat on the ground, by default its height at rest above the
        foot's lowest point.
        """
        self._legs.append((upper, lower, end, sole))

    def keypoint(self, name: str, bone: str, position: Point) -> None:
        self._keypoints.append((name, self._number(bone), np.asarray(position, np.float64)))

    def keypoint_position(self, name: str) -> F64:
        """The rest position of a keypoint added before (3,)."""
        return next(point for known, _, point in self._keypoints if known == name)

    def articulate(
        self,
        name: str,
        angles: Mapping[str, tuple[float, float, float]],
        planted: Sequence[str] = (),
        root_shift: tuple[float, float, float] = (0.0, 0.0, 0.0),
    ) -> None:
        """Add a named articulation; bones that this subject does not have are left out."""
        known = {bone: angle for bone, angle in angles.items() if bone in self._names}
        self._articulations[name] = Articulation(known, tuple(planted), root_shift)

    def build(
        self, flesh_material: int = 0, field_function: FieldFunction | None = None, cell_size: float = DEFAULT_CELL
    ) -> SubjectModel:
        """The finished model. The three arguments are those of the layer "body", if the subject has one."""
        if BODY in self._layers:
            body = self._layers[BODY]
            body.material, body.fields, body.cell = flesh_material, field_function, cell_size
        layers = [name for name, layer in self._layers.items() if layer.rows]
        flesh = [flesh_piece(name, self._layers, self._names, self._parents, self.falloff) for name in layers]
        if not (flesh or self._pieces) or not self._articulations:
            raise EngineError(f"The family '{self.family}' built a subject without parts or without articulations.")
        model = self._assembled(joined(flesh + self._pieces))
        return replace(model, scale=fitting_scale(model))

    def _assembled(self, parts: Joined) -> SubjectModel:
        return SubjectModel(
            family=self.family,
            vertices=parts.vertices,
            normals=parts.normals,
            faces=parts.faces,
            fields=parts.fields,
            face_material=parts.face_material,
            materials=materials.pack(self._materials),
            skin_bones=parts.bones,
            skin_weights=parts.weights,
            skeleton=Skeleton(tuple(self._names), tuple(self._parents), np.array(self._rest, np.float32)),
            legs=tuple(self._finished_leg(parts, *leg) for leg in self._legs),
            articulations=dict(self._articulations),
            keypoint_names=tuple(name for name, _, _ in self._keypoints),
            keypoint_bones=np.array([bone for _, bone, _ in self._keypoints], np.int32),
            keypoint_rest=np.array([point for _, _, point in self._keypoints], np.float32).reshape(-1, 3),
            keypoint_schema=self.keypoint_schema,
            uv=parts.uv,
            atlas=self.atlas,
            scale=1.0,
            two_sided=self.two_sided,
        )

    def _finished_leg(self, parts: Joined, upper: str, lower: str, end: str, sole: float | None) -> Leg:
        foot = parts.vertices[parts.bones[:, 0] == self._number(end), 2]
        if sole is None:
            sole = float(self.joint(end)[2]) - (float(foot.min()) if len(foot) else 0.0)
        return Leg(upper, lower, end, sole)

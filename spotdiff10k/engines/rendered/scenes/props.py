"""The scene's own things: triangles with colours, and how their surfaces look."""

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.model import F32, I32
from spotdiff10k.engines.rendered.scenes.looks import BLACK, Rgb
from spotdiff10k.engines.rendered.scenes.shapes import F64, Shape


class Pattern(IntEnum):
    """Procedural patterns of props, looked up in world space or in the shape's uv (metres)."""

    NOISE = 0  # soft mottling in space
    WOOD = 1  # grain along v
    BRICK = 2
    STRIPES = 3  # upright stripes of the second colour
    DOTS = 4
    FACADE = 5  # storeys of windows
    FABRIC = 6
    TILES = 7
    BOARDS = 8  # upright boards
    STONE = 9  # cracks and lumps
    VIEW = 10  # what a window shows: a bright sky over soft greenery
    PAINTING = 11
    BARK = 12
    SIDING = 13  # lying boards
    DAMASK = 14  # wallpaper with a lattice of flowers
    GRADIENT = 15  # second colour towards the top of the panel


class Surface(NamedTuple):
    """How a prop's surface looks beyond its colour."""

    pattern: Pattern = Pattern.NOISE
    scale: float = 4.0  # pattern features per metre
    strength: float = 0.25  # of the pattern, 0..1
    second: Rgb = BLACK
    gloss: float = 0.0  # 0 matt .. 1 polished
    translucency: float = 0.0  # light that comes through from behind: leaves, shades, sails
    emission: float = 0.0  # radiance as a multiple of the colour
    seed: float = 0.0


SURFACE_COLUMNS = 10
MATT = Surface()


@dataclass(frozen=True, slots=True)
class Props:
    """All props of a scene as one triangle mesh."""

    positions: F32  # (V, 3) world
    normals: F32  # (V, 3)
    colours: F32  # (V, 3) albedo
    shade: F32  # (V,) how open the place is to the sky, 0..1
    uv: F32  # (V, 2) metres
    faces: I32  # (F, 3)
    face_surface: I32  # (F,)
    face_casts: npt.NDArray[np.bool_]  # (F,) whether it takes part in the scene's sun shadows
    surfaces: F32  # (S, SURFACE_COLUMNS)

    def without(self, drop: npt.NDArray[np.bool_]) -> "Props":
        """The props without the marked triangles."""
        keep = ~drop
        return Props(
            self.positions,
            self.normals,
            self.colours,
            self.shade,
            self.uv,
            np.ascontiguousarray(self.faces[keep]),
            np.ascontiguousarray(self.face_surface[keep]),
            np.ascontiguousarray(self.face_casts[keep]),
            self.surfaces,
        )


class PropBuilder:
    """Collects shapes, then hands them over as Props."""

    def __init__(self) -> None:
        self._shapes: list[Shape] = []
        self._colours: list[F64] = []
        self._shade: list[F64] = []
        self._surface_of_face: list[npt.NDArray[np.int32]] = []
        self._casts: list[npt.NDArray[np.bool_]] = []
        self._surfaces: dict[Surface, int] = {}

    def add(self, shape: Shape, colour: Rgb | F64, surface: Surface = MATT, shade: float | F64 = 1.0, casts: bool = True) -> None:
        """Add a shape in one colour, or with a colour for each vertex; `shade` darkens its ambient light."""
        count = len(shape.positions)
        self._shapes.append(shape)
        self._colours.append(np.broadcast_to(np.asarray(colour, dtype=np.float64), (count, 3)))
        self._shade.append(np.broadcast_to(np.asarray(shade, dtype=np.float64), (count,)))
        number = self._surfaces.setdefault(surface, len(self._surfaces))
        self._surface_of_face.append(np.full(len(shape.faces), number, dtype=np.int32))
        self._casts.append(np.full(len(shape.faces), casts))

    def build(self) -> Props:
        """Everything added so far, float32 and contiguous."""
        if not self._shapes:
            return _no_props()
        starts = np.cumsum([0] + [len(shape.positions) for shape in self._shapes])
        faces = [shape.faces + start for shape, start in zip(self._shapes, starts[:-1], strict=True)]
        return Props(
            _packed([shape.positions for shape in self._shapes]),
            _packed([shape.normals for shape in self._shapes]),
            _packed(self._colours),
            _packed(self._shade),
            _packed([shape.uv for shape in self._shapes]),
            np.ascontiguousarray(np.concatenate(faces), dtype=np.int32),
            np.concatenate(self._surface_of_face),
            np.concatenate(self._casts),
            np.array([_row(surface) for surface in self._surfaces], dtype=np.float32),
        )


def _packed(parts: list[F64]) -> F32:
    return np.ascontiguousarray(np.concatenate(parts), dtype=np.float32)


def _row(surface: Surface) -> tuple[float, ...]:
    plain = (surface.pattern, surface.scale, surface.strength, *surface.second)
    return tuple(map(float, (*plain, surface.gloss, surface.translucency, surface.emission, surface.seed)))


def _no_props() -> Props:
    nothing = np.zeros((0, 3), dtype=np.float32)
    return Props(
        nothing,
        nothing,
        nothing,
        np.zeros(0, dtype=np.float32),
        np.zeros((0, 2), dtype=np.float32),
        np.zeros((0, 3), dtype=np.int32),
        np.zeros(0, dtype=np.int32),
        np.zeros(0, dtype=np.bool_),
        np.zeros((1, SURFACE_COLUMNS), dtype=np.float32),
    )

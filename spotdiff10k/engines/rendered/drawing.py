"""What the pixel kernels are told, bundled: NamedTuples, because numba reads them by field name."""

from typing import NamedTuple

from spotdiff10k.engines.rendered.model import F32, I32, U8


class Drawn(NamedTuple):
    """A posed subject on the screen. V vertices, F faces."""

    screen: F32  # (V, 3) pixel x and y from the rectangle's corner, nearness
    faces: I32  # (F, 3)
    attributes: F32  # (V, 16), see attributes.py
    uv: F32  # (V, 2)
    face_material: I32  # (F,)
    face_normal: F32  # (F, 3)
    materials: F32
    atlas: U8


class Seen(NamedTuple):
    """The samples of a rectangle of h x w pixels whose first one is (left, top) of the picture."""

    left: int
    top: int
    depth: F32  # (h * SAMPLES, w) nearness
    ids: I32  # (h * SAMPLES, w) faces, -1 where there is none


class Lit(NamedTuple):
    """The light of a plate on a subject, and how the camera takes it."""

    light: F32  # (3, 3) direction to the sun, its radiance, the eye
    environment: F32  # (3, 32, 64, 3)
    sun_matrix: F32  # of the subject's shadow map
    sun_depth: F32
    sun_resolution: int
    focal: float  # pixels
    exposure: float
    vignette: float

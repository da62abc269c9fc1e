"""The values of the rendered engine: a built subject, a posed subject, a camera, light, a plate.

World axes: metres, z up, the ground is z = 0, the stage's centre is the origin. A subject at rest faces +x
with its left at +y. Camera axes are OpenCV's: x right, y down, z forward. Colours are linear radiance
unless a name says display. Arrays are C-contiguous; float32 and int32 unless said otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]
I32 = npt.NDArray[np.int32]
U8 = npt.NDArray[np.uint8]

STAGE_HEIGHT = 1.0
"""Every subject fits, in every articulation, under this height (metres) ..."""
STAGE_RADIUS = 0.62
"""... and inside a vertical cylinder of this radius about the stage's centre; cameras frame that cylinder."""


@dataclass(frozen=True, slots=True)
class Material:
    """How a surface looks: four colours mixed by three pattern fields, and a microfacet coat.

    colour = mix(mix(mix(base, second, f0), third, f1), fourth, f2), each fᵢ = smoothstep about `edges[i]`
    of the vertex field i, of half width `widths[i]`. Roughness, metal, sheen, coat are 0..1.
    """

    base: tuple[float, float, float]
    second: tuple[float, float, float] | None = None
    third: tuple[float, float, float] | None = None
    fourth: tuple[float, float, float] | None = None
    roughness: float = 0.6
    reflectance: float = 0.04  # Fresnel F0
    metal: float = 0.0
    sheen: float = 0.0
    coat: float = 0.0
    bump: float = 0.0  # amplitude of the bump noise
    bump_frequency: float = 30.0  # per metre of the rest pose
    tint: float = 0.15  # how much the noise varies the colour
    edges: tuple[float, float, float] = (0.5, 0.5, 0.5)
    widths: tuple[float, float, float] = (0.06, 0.2, 0.08)
    emission: float = 0.0  # radiance as a multiple of the colour
    textured: bool = False  # the base colour is multiplied with the atlas at the vertex uv


@dataclass(frozen=True, slots=True)
class Skeleton:
    """Bones in parent-first order; `rest` is each bone's joint position in the rest pose, (B, 3)."""

    names: tuple[str, ...]
    parents: tuple[int, ...]  # -1 for the root
    rest: F32


@dataclass(frozen=True, slots=True)
class Leg:
    """A two-bone chain whose end stays on the ground; bones by name, `sole` metres below the end joint."""

    upper: str
    lower: str
    end: str
    sole: float


@dataclass(frozen=True, slots=True)
class Articulation:
    """A named pose: Euler angles in degrees (x first) about each joint, relative to the bone's parent."""

    angles: Mapping[str, tuple[float, float, float]]
    planted: tuple[str, ...] = ()  # end bones of legs that inverse kinematics keeps on the ground
    root_shift: tuple[float, float, float] = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class SubjectModel:
    """A subject at rest, ready to be posed. V vertices, F faces, M materials, B bones, K keypoints."""

    family: str
    vertices: F32  # (V, 3)
    normals: F32  # (V, 3) unit
    faces: I32  # (F, 3) counter-clockwise seen from outside
    fields: F32  # (V, 3) pattern fields, see Material
    face_material: I32  # (F,)
    materials: F32  # (M, columns) packed by materials.pack
    skin_bones: I32  # (V, 4)
    skin_weights: F32  # (V, 4), rows sum to 1
    skeleton: Skeleton
    legs: tuple[Leg, ...]
    articulations: Mapping[str, Articulation]  # every name of manifests/poses.yaml
    keypoint_names: tuple[str, ...]  # "left_eye", "nose", ...: what is there of the schema's names
    keypoint_bones: I32  # (K,)
    keypoint_rest: F32  # (K, 3)
    keypoint_schema: str  # "openpose18", "ap10k" or "joints"
    uv: F32  # (V, 2) texture coordinates into the atlas, 0..1, origin top left
    atlas: U8  # (A, A, 3) display colours; (1, 1, 3) of white where nothing is textured
    scale: float  # rest metres to stage metres: fits the stage in every articulation
    two_sided: bool = False


@dataclass(frozen=True, slots=True)
class PosedSubject:
    """A subject standing on the stage, turned and articulated; what is drawn. Depends on subject and pose only."""

    vertices: F32  # (V, 3) world
    normals: F32  # (V, 3) world, unit
    faces: I32
    rest: F32  # (V, 3) rest positions: where pattern noise is looked up, so that it moves with the skin
    fields: F32
    face_material: I32
    materials: F32
    uv: F32
    atlas: U8
    keypoints: F32  # (K, 3) world
    keypoint_names: tuple[str, ...]
    keypoint_schema: str
    joints: F32  # (B, 3) world
    joint_names: tuple[str, ...]
    joint_parents: tuple[int, ...]
    joint_rotations: F32  # (B, 4) unit quaternions w x y z: from the shape at rest to the world
    center: F32  # (3,) of the bounding sphere
    radius: float
    two_sided: bool = False


@dataclass(frozen=True, slots=True)
class Camera:
    """A pinhole camera: x_camera = rotation @ (x_world - position); pixel = focal * (x/z, y/z) + size/2, pixel centres at .5."""

    position: F32  # (3,)
    rotation: F32  # (3, 3) rows: right, down, forward
    focal: float  # pixels
    size: int  # pixels, square

    def project(self, points: F32) -> F32:
        """World points (N, 3) to (N, 3) of pixel x, pixel y and camera z."""
        local = (points - self.position) @ self.rotation.T
        return np.concatenate([self.focal * local[:, :2] / local[:, 2:] + self.size / 2, local[:, 2:]], axis=1).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Lighting:
    """What lights the subject: one sun (or key lamp), a sky seen in D fixed directions, a small environment map."""

    sun_direction: F32  # (3,) unit, towards the light
    sun_radiance: F32  # (3,)
    sky: F32  # (D, 3) radiance along light.AMBIENT_DIRECTIONS
    environment: F32  # (3, 32, 64, 3) lat-long, three levels of blur, for reflections
    up_irradiance: F32  # (3,) irradiance / pi of the open ground from the sky alone
    ground_radiance: F32  # (3,) what the lit ground sends back up
    exposure: float


@dataclass(frozen=True, slots=True)
class Plate:
    """A background level without a subject, at one size: its picture, and what it takes to shadow and light a subject in it.

    shadowed linear ground = ground colour x (sky x ambient visibility + sun x sunlit x subject visibility).
    """

    rgb: U8  # (H, W, 3) display
    ground: U8  # (H, W) how much of the pixel is ground that can take a shadow, 0..255
    sunlit: U8  # (H, W) how much sun reaches that ground past the scene itself, 0..255
    camera: Camera
    lighting: Lighting
    vignette: float  # linear radiance is multiplied with 1 - vignette * ((x/W-.5)**2 + (y/H-.5)**2)

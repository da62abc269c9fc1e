"""Which keypoints a skeleton map joins, and in which colours, by keypoint schema.

OpenPose-18: the limbs and colours of the body map that ControlNet's openpose models were trained on. AP-10K: those of the
animal pose ControlNets. Both name left and right from the subject's own view.
"""

from colorsys import hsv_to_rgb
from dataclasses import dataclass

Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Limb:
    """A stroke between two keypoints."""

    start: str
    end: str
    colour: Rgb


@dataclass(frozen=True, slots=True)
class Drawing:
    """How a schema is drawn. Lengths are for a picture of 512 pixels."""

    limbs: tuple[Limb, ...]
    dots: dict[str, Rgb]
    half_width: float
    dot_radius: float
    tapered: bool  # limbs are ellipses, else straight strokes


WHEEL: tuple[Rgb, ...] = (
    (255, 0, 0), (255, 85, 0), (255, 170, 0), (255, 255, 0), (170, 255, 0), (85, 255, 0), (0, 255, 0), (0, 255, 85),
    (0, 255, 170),
    (0, 255, 255), (0, 170, 255), (0, 85, 255), (0, 0, 255), (85, 0, 255), (170, 0, 255), (255, 0, 255), (255, 0, 170),
    (255, 0, 85),
)  # fmt: skip
"""OpenPose's eighteen hues."""
OPENPOSE_DIMMED = 0.6
"""OpenPose limbs have this share of their hue's brightness, dots all of it."""
OPENPOSE_POINTS = (
    "nose", "neck", "right_shoulder", "right_elbow", "right_wrist", "left_shoulder", "left_elbow", "left_wrist", "right_hip",
    "right_knee", "right_ankle", "left_hip", "left_knee", "left_ankle", "right_eye", "left_eye", "right_ear", "left_ear",
)  # fmt: skip
_OPENPOSE_LIMBS = (
    ("neck", "right_shoulder"), ("neck", "left_shoulder"), ("right_shoulder", "right_elbow"), ("right_elbow", "right_wrist"),
    ("left_shoulder", "left_elbow"), ("left_elbow", "left_wrist"), ("neck", "right_hip"), ("right_hip", "right_knee"),
    ("right_knee", "right_ankle"), ("neck", "left_hip"), ("left_hip", "left_knee"), ("left_knee", "left_ankle"),
    ("neck", "nose"),
    ("nose", "right_eye"), ("right_eye", "right_ear"), ("nose", "left_eye"), ("left_eye", "left_ear"),
)  # fmt: skip
_AP10K_LIMBS = (
    ("left_eye", "right_eye", (255, 255, 255)), ("right_eye", "nose", (100, 255, 100)), ("left_eye", "nose", (150, 255, 255)),
    ("nose", "neck", (100, 50, 255)), ("neck", "right_shoulder", (50, 150, 200)),
    ("right_shoulder", "right_elbow", (0, 255, 255)),
    ("right_elbow", "right_front_paw", (0, 150, 0)), ("neck", "left_shoulder", (0, 0, 255)),
    ("left_shoulder", "left_elbow", (0, 0, 150)),
    ("left_elbow", "left_front_paw", (255, 50, 255)), ("neck", "root_of_tail", (255, 0, 255)),
    ("root_of_tail", "right_hip", (255, 0, 0)),
    ("right_hip", "right_knee", (150, 0, 0)), ("right_knee", "right_back_paw", (255, 255, 100)),
    ("root_of_tail", "left_hip", (0, 150, 0)),
    ("left_hip", "left_knee", (255, 255, 0)), ("left_knee", "left_back_paw", (150, 150, 150)),
)  # fmt: skip


def _dimmed(colour: Rgb) -> Rgb:
    return int(colour[0] * OPENPOSE_DIMMED), int(colour[1] * OPENPOSE_DIMMED), int(colour[2] * OPENPOSE_DIMMED)


OPENPOSE18 = Drawing(
    limbs=tuple(Limb(start, end, _dimmed(hue)) for (start, end), hue in zip(_OPENPOSE_LIMBS, WHEEL, strict=False)),
    dots=dict(zip(OPENPOSE_POINTS, WHEEL, strict=True)),
    half_width=4.0,
    dot_radius=4.0,
    tapered=True,
)
AP10K = Drawing(limbs=tuple(Limb(*limb) for limb in _AP10K_LIMBS), dots={}, half_width=2.5, dot_radius=0.0, tapered=False)


def tree_drawing(names: tuple[str, ...], parents: tuple[int, ...]) -> Drawing:
    """Any other skeleton: each bone to its parent, hues round the wheel in order."""
    hues = [_hue(i / max(1, len(names))) for i in range(len(names))]
    limbs = [Limb(names[parent], names[i], _dimmed(hues[i])) for i, parent in enumerate(parents) if parent >= 0]
    return Drawing(tuple(limbs), dict(zip(names, hues, strict=True)), half_width=3.0, dot_radius=4.0, tapered=False)


def _hue(share: float) -> Rgb:
    red, green, blue = hsv_to_rgb(share, 1.0, 1.0)
    return round(red * 255), round(green * 255), round(blue * 255)

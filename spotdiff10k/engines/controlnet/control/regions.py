"""The region that a skeleton will fill: limbs, trunk and head given flesh, for poses that come without a shape."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from spotdiff10k.engines.controlnet.control.keypoints import Places
from spotdiff10k.engines.controlnet.control.kinds import DRAWINGS
from spotdiff10k.engines.rendered.limbs import Drawing, Limb
from spotdiff10k.engines.rendered.model import U8
from spotdiff10k.engines.rendered.skeleton_map import REFERENCE_SIZE, draw_places
from spotdiff10k.photos.matting import blurred

WHITE = (255, 255, 255)
SOFT = 0.012
"""Half width of the blur that makes a region's edge soft, in shares of the picture's side."""


@dataclass(frozen=True, slots=True)
class Flesh:
    """How thick a body is. Half widths in parts of the body's length."""

    along: tuple[str, str]  # the trunk's ends, whose distance is one measure of the body's length
    of_span: float  # the body's length is at least this share of the larger extent of all points
    trunk: tuple[tuple[str, str], ...]
    trunk_half: float
    limb_half: float
    head: tuple[str, ...]
    head_radius: float


FLESH: Mapping[str, Flesh] = {
    "openpose18": Flesh(
        ("neck", "hips"), 0.28,
        (("neck", "hips"), ("right_shoulder", "right_hip"), ("left_shoulder", "left_hip"), ("right_shoulder", "left_shoulder")),
        0.24, 0.15, ("nose", "right_eye", "left_eye", "right_ear", "left_ear"), 0.34,
    ),
    "ap10k": Flesh(
        ("neck", "root_of_tail"), 0.6, (("neck", "root_of_tail"), ("left_shoulder", "left_hip"), ("right_shoulder", "right_hip")),
        0.2, 0.075, ("nose", "left_eye", "right_eye"), 0.15,
    ),
}  # fmt: skip
LONE_HEAD = 0.55
"""Where no point of the face is seen, the head's middle lies this many body lengths above the neck."""


def region_of(schema: str, places: Places, size: int) -> U8:
    """(H, W) soft mask about the keypoints, which are given in pixels."""
    flesh = FLESH[schema]
    known = _with_middles(places)
    length = _body_length(flesh, known)
    picture = np.zeros((size, size, 3), np.uint8)
    limbs = tuple(Limb(limb.start, limb.end, WHITE) for limb in DRAWINGS[schema].limbs)
    trunk = tuple(Limb(start, end, WHITE) for start, end in flesh.trunk)
    for strokes, half in ((limbs, flesh.limb_half), (trunk, flesh.trunk_half)):
        picture |= _strokes(strokes, half * length, known, size)
    head = [known[name] for name in flesh.head if name in known]
    if head or "neck" in known:
        middle = tuple(np.mean(head, axis=0)) if head else (known["neck"][0], known["neck"][1] - LONE_HEAD * length)
        at_head = {"head": (float(middle[0]), float(middle[1]))}
        picture |= _strokes((Limb("head", "head", WHITE),), flesh.head_radius * length, at_head, size)
    soft = blurred(picture[..., :1].astype(np.float32), max(1, round(SOFT * size)))
    return np.rint(soft[..., 0]).astype(np.uint8)


def _with_middles(places: Places) -> dict[str, tuple[float, float]]:
    known = dict(places)
    if "left_hip" in known and "right_hip" in known:
        left, right = known["left_hip"], known["right_hip"]
        known["hips"] = ((left[0] + right[0]) / 2.0, (left[1] + right[1]) / 2.0)
    return known


def _body_length(flesh: Flesh, known: Places) -> float:
    """Pixels."""
    points = np.array(list(known.values()), np.float64)
    span = flesh.of_span * float((points.max(axis=0) - points.min(axis=0)).max())
    if not set(flesh.along) <= set(known):
        return span
    (x1, y1), (x2, y2) = (known[name] for name in flesh.along)
    return max(span, float(np.hypot(x2 - x1, y2 - y1)))


def _strokes(limbs: tuple[Limb, ...], half: float, places: Places, size: int) -> U8:
    drawing = Drawing(limbs, {}, half_width=half * REFERENCE_SIZE / size, dot_radius=0.0, tapered=False)
    return draw_places(drawing, places, size)

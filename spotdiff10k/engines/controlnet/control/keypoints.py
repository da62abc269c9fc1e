"""Which keypoints of a posed subject a skeleton map shows, and where.

Annotators find limbs that the body hides, but no eye, ear or nose on the far side of a head; models have learned to read from
what is missing which way a head is turned. So the face is drawn as far as it faces the viewer.
"""

from collections.abc import Mapping

import numpy as np

from spotdiff10k.engines.controlnet.control.kinds import points_of
from spotdiff10k.engines.rendered.geometry import F64, unit
from spotdiff10k.engines.rendered.model import Camera, PosedSubject

Places = Mapping[str, tuple[float, float]]
"""Name of a keypoint to x and y, in pixels or in shares of the picture's side."""

EAR, EYE, NOSE = "ear", "eye", "nose"
SIDES = (("left", 1.0), ("right", -1.0))
EYE_FORWARD: Mapping[str, float] = {"openpose18": 1.5, "ap10k": 1.0}
"""How far forward eyes look, in parts of how far to the side: people's more than animals'."""
LEAST_FACING: Mapping[str, Mapping[str, float]] = {
    "openpose18": {EAR: -0.35, EYE: 0.12, NOSE: -0.2},
    "ap10k": {EYE: -0.1},
}
"""The cosine between where a part of the face looks and the viewer below which it is not seen.

Ears stick out; an animal's nose is always drawn, because nothing else joins its head to its body.
"""


def seen_keypoints(posed: PosedSubject, camera: Camera) -> dict[str, tuple[float, float]]:
    """The keypoints that a map of this subject shows, in pixels; those outside the picture are left out."""
    world = {name: posed.keypoints[i].astype(np.float64) for i, name in enumerate(posed.keypoint_names)}
    places = {}
    for name, (x, y, z) in zip(posed.keypoint_names, camera.project(posed.keypoints).tolist(), strict=True):
        inside = z > 0.0 and 0.0 <= x < camera.size and 0.0 <= y < camera.size
        if inside and name in points_of(posed.keypoint_schema) and _faces_viewer(name, world, posed.keypoint_schema, camera):
            places[name] = (x, y)
    return places


def _faces_viewer(name: str, world: Mapping[str, F64], schema: str, camera: Camera) -> bool:
    part = name.rpartition("_")[2]
    least = LEAST_FACING.get(schema, {}).get(part)
    heading = None if least is None else _heading(name, part, world, schema)
    if least is None or heading is None:
        return True
    towards = unit(camera.position.astype(np.float64) - world[name])
    return float((heading * towards).sum()) >= least


def _heading(name: str, part: str, world: Mapping[str, F64], schema: str) -> F64 | None:
    """Where a part of the face looks; None where the head's own directions cannot be told."""
    pair = EAR if "left_ear" in world and "right_ear" in world else EYE
    if not {f"left_{pair}", f"right_{pair}", NOSE} <= set(world):
        return None
    left, right = world[f"left_{pair}"], world[f"right_{pair}"]
    to_left = unit(left - right)
    ahead = world[NOSE] - (left + right) / 2.0
    forward = unit(ahead - to_left * float((ahead * to_left).sum()))
    if part == NOSE:
        return forward
    sideways = to_left if name.startswith("left") else -to_left
    return sideways if part == EAR else unit(sideways + EYE_FORWARD[schema] * forward)

"""The kinds of control map: what each one shows, and which models it is drawn for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from spotdiff10k.engines.rendered.limbs import AP10K, OPENPOSE18, Drawing

POSE = "pose"
"""Asks for the skeleton that goes with the subject: `openpose` for people, `ap10k` for animals."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of map."""

    name: str
    shows: str
    models: str  # a published model that was trained on such maps
    by_proxy: bool = True  # a rendered proxy gives it
    schema: str = ""  # of the keypoints that it draws


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("depth", "relative inverse depth, near is white", "control_v11f1p_sd15_depth and every union model"),
        Kind("normal", "which way surfaces face: blue to the viewer, red left, green up", "control_v11p_sd15_normalbae"),
        Kind(
            "canny", "edges of what is seen, Canny with thresholds 100 and 200", "control_v11p_sd15_canny and every union model"
        ),
        Kind("lineart", "thin white lines along shapes", "control_v11p_sd15_lineart"),
        Kind("softedge", "soft grey lines along shapes", "control_v11p_sd15_softedge; hed of union models"),
        Kind("openpose", "the 18 keypoints of a person", "control_v11p_sd15_openpose and every union model", schema="openpose18"),
        Kind("ap10k", "the 17 keypoints of an animal", "animal_openpose for sd15", schema="ap10k"),
    )
}

AP10K_HALF_WIDTH = 3.4
"""Pixels at 512: what OpenCV makes of a line of thickness 5."""
DRAWINGS: Mapping[str, Drawing] = {"openpose18": OPENPOSE18, "ap10k": replace(AP10K, half_width=AP10K_HALF_WIDTH)}
"""How the skeletons of a schema are drawn."""
KIND_OF: Mapping[str, str] = {kind.schema: kind.name for kind in KINDS.values() if kind.schema}
"""Schema to kind."""


def points_of(schema: str) -> tuple[str, ...]:
    """The names of a schema's keypoints. Raises KeyError for an unknown schema."""
    drawing = DRAWINGS[schema]
    return tuple(dict.fromkeys([name for limb in drawing.limbs for name in (limb.start, limb.end)]))

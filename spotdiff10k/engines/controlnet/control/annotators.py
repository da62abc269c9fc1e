"""The annotators that make control maps from photographs: a table of entries, run by the package `controlnet_aux` or by us.

Weights are entries of manifests/models.yaml, fetched once and checked by their sha256 before they are loaded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

OWN = "own"
RESEARCH_ONLY = "LicenseRef-research-only"


@dataclass(frozen=True, slots=True)
class Annotator:
    """One annotator. `detector` is a class of controlnet_aux; "" for one of ours."""

    name: str
    kind: str  # of the control map that it makes
    licence: str  # of its weights, as SPDX or LicenseRef
    detector: str = ""
    model: str = ""  # the entry of manifests/models.yaml that its weights are; "" where it needs none
    files: Mapping[str, str] = field(default_factory=dict)  # argument of from_pretrained to the file's name
    call: Mapping[str, Any] = field(default_factory=dict)  # more arguments of its call
    resolution: bool = True  # whether it takes detect_resolution
    both_resolutions: bool = True  # whether it takes image_resolution too
    needs: tuple[str, ...] = ()  # packages beside controlnet_aux's own
    shows: str = ""


ANNOTATORS: Mapping[str, Annotator] = {
    entry.name: entry
    for entry in (
        Annotator("canny", "canny", "CC0-1.0", shows="edges; our own, needs nothing"),
        Annotator(
            "lineart-standard", "lineart", "Apache-2.0", "LineartStandardDetector", both_resolutions=False,
            shows="lines where a picture differs from its blur; no network",
        ),
        Annotator(
            "lineart", "lineart", "MIT", "LineartDetector", "annotator-lineart",
            {"filename": "sk_model.pth", "coarse_filename": "sk_model2.pth"}, shows="informative drawings (Chan et al. 2022)",
        ),
        Annotator(
            "hed", "softedge", "Apache-2.0", "HEDdetector", "annotator-hed", {"filename": "ControlNetHED.pth"},
            shows="holistic edges, retrained for ControlNet",
        ),
        Annotator(
            "pidinet", "softedge", RESEARCH_ONLY, "PidiNetDetector", "annotator-pidinet", {"filename": "table5_pidinet.pth"},
            shows="pixel difference networks (Su et al. 2021)",
        ),
        Annotator(
            "teed", "softedge", "MIT", "TEEDdetector", "annotator-teed", {"filename": "5_model.pth"}, both_resolutions=False,
            shows="tiny edge detector (Soria et al. 2023)",
        ),
        Annotator(
            "midas", "depth", "MIT", "MidasDetector", "annotator-midas", {"filename": "dpt_hybrid-midas-501f0c75.pt"},
            shows="DPT-Hybrid (Ranftl et al. 2021)",
        ),
        Annotator(
            "zoe", "depth", "MIT", "ZoeDetector", "annotator-zoe", {"filename": "ZoeD_M12_N.pt"},
            shows="ZoeDepth (Bhat et al. 2023)",
        ),
        Annotator(
            "normalbae", "normal", "MIT", "NormalBaeDetector", "annotator-normalbae", {"filename": "scannet.pt"},
            shows="surface normals (Bae et al. 2021)",
        ),
        Annotator(
            "openpose", "openpose", RESEARCH_ONLY, "OpenposeDetector", "annotator-openpose",
            {"filename": "body_pose_model.pth", "hand_filename": "hand_pose_model.pth", "face_filename": "facenet.pth"},
            shows="bodies (Cao et al. 2019); CMU's licence is for non-commercial research",
        ),
        Annotator(
            "dwpose", "openpose", "Apache-2.0", "DWposeDetector", needs=("mmpose", "mmdet", "mmcv"),
            shows="whole bodies (Yang et al. 2023), through the mmpose packages, which fetch their own weights",
        ),
    )
}  # fmt: skip

DEFAULTS: Mapping[str, str] = {
    "canny": "canny", "lineart": "lineart", "softedge": "hed", "depth": "midas", "normal": "normalbae", "openpose": "openpose",
}  # fmt: skip
"""Which annotator makes a kind of map where a recipe names none."""

"""The annotators that make control maps from photographs: a table. All but our own are run by the package `controlnet_aux`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FOLDER_MARK = "@"
"""'hed@FOLDER' takes the weights of hed from a folder."""
RESEARCH_ONLY = "LicenseRef-research-only"
"""Weights whose authors allow research alone: for the licence gate, and for people to decide."""
ANNOTATORS_HUB = "lllyasviel/Annotators"
ANNOTATORS_REVISION = "982e7edaec38759d914a963c48c4726685de7d96"


WHOLE = 512
"""Pixels at which networks that must see the whole subject look, as the package does by default: they learned from pictures of
that size or less, and `openpose` draws lines 4 pixels wide at any size. Those that find lines look at a picture's own pixels."""


@dataclass(frozen=True, slots=True)
class Weights:
    """One file of a detector's weights."""

    argument: str  # of the detector's from_pretrained; "" for an estimator
    file: str
    sha256: str = ""  # "" where nobody could look; those of others are what several independent projects pin


@dataclass(frozen=True, slots=True)
class Annotator:
    """One annotator."""

    name: str
    kind: str  # of the control map that it makes
    licence: str  # of its weights
    shows: str
    detector: str = ""  # the class of controlnet_aux; "" for one of ours
    weights: tuple[Weights, ...] = ()
    repo: str = ANNOTATORS_HUB
    revision: str = ANNOTATORS_REVISION
    call: Mapping[str, Any] | None = None  # more arguments of its call
    takes_image_resolution: bool = True
    looks_at_most: int = 0  # pixels of the shorter side; 0 for a picture's own
    lenient: bool = False  # its detector takes weights that lack some of the network's
    estimator: str = ""  # the pose estimator of ours that finds the keypoints; without `weights`, they come from a folder


ANNOTATORS: Mapping[str, Annotator] = {
    entry.name: entry
    for entry in (
        Annotator("canny", "canny", "CC0-1.0", "edges by our own Canny; needs nothing"),
        Annotator(
            "lineart-standard", "lineart", "Apache-2.0", "where a picture differs from its blur; no network",
            "LineartStandardDetector", takes_image_resolution=False,
        ),
        Annotator(
            "lineart", "lineart", "MIT", "informative drawings (Chan et al., CVPR 2022)", "LineartDetector",
            (
                Weights("filename", "sk_model.pth", "c686ced2a666b4850b4bb6ccf0748031c3eda9f822de73a34b8979970d90f0c6"),
                Weights("coarse_filename", "sk_model2.pth", "30a534781061f34e83bb9406b4335da4ff2616c95d22a585c1245aa8363e74e0"),
            ),
        ),
        Annotator(
            "hed", "softedge", "Apache-2.0", "holistic edges, trained anew for ControlNet", "HEDdetector",
            (Weights("filename", "ControlNetHED.pth", "5ca93762ffd68a29fee1af9d495bf6aab80ae86f08905fb35472a083a4c7a8fa"),),
        ),
        Annotator(
            "pidinet", "softedge", RESEARCH_ONLY, "pixel difference networks (Su et al., ICCV 2021)", "PidiNetDetector",
            (Weights("filename", "table5_pidinet.pth", "80860ac267258b5f27486e0ef152a211d0b08120f62aeb185a050acc30da486c"),),
        ),
        Annotator(
            "teed", "softedge", "MIT", "a tiny edge detector (Soria et al., ICCVW 2023)", "TEEDdetector",
            (Weights("filename", "5_model.pth"),), "fal-ai/teed", "5fd20d8c3641d666b3f6d1d00b977f2f83bc54d4",
            takes_image_resolution=False,
        ),
        Annotator(
            "midas", "depth", "MIT", "DPT-Hybrid (Ranftl et al., ICCV 2021)", "MidasDetector",
            (
                Weights(
                    "filename", "dpt_hybrid-midas-501f0c75.pt", "501f0c75b3bca7daec6b3682c5054c09b366765aef6fa3a09d03a5cb4b230853"
                ),
            ),
            looks_at_most=WHOLE,
        ),
        Annotator(
            "zoe", "depth", "MIT", "ZoeDepth (Bhat et al., arXiv 2302.12288)", "ZoeDetector",
            (Weights("filename", "ZoeD_M12_N.pt"),), looks_at_most=WHOLE, lenient=True,
        ),
        Annotator(
            "normalbae", "normal", "MIT", "surface normals (Bae et al., ICCV 2021)", "NormalBaeDetector",
            (Weights("filename", "scannet.pt", "03dbf1600c51ee3d45c29f77b77bf1a3b7a24c3452dba62a4ae658f37330c209"),),
            looks_at_most=WHOLE,
        ),
        Annotator(
            "openpose", "openpose", RESEARCH_ONLY, "bodies (Cao et al., TPAMI 2019); CMU's terms are non-commercial",
            "OpenposeDetector",
            (
                Weights("filename", "body_pose_model.pth", "25a948c16078b0f08e236bda51a385d855ef4c153598947c28c0d47ed94bb746"),
                Weights(
                    "hand_filename", "hand_pose_model.pth", "b76b00d1750901abd07b9f9d8c98cc3385b8fe834a26d4b4f0aad439e75fc600"
                ),
                Weights("face_filename", "facenet.pth", "8beb52e548624ffcc4aed12af7aee7dcbfaeea420c75609fee999fe7add79d43"),
            ),
            looks_at_most=WHOLE,
        ),
        Annotator(
            "vitpose", "openpose", "Apache-2.0", "people by ViTPose+ (Xu et al., TPAMI 2023); drawn by us",
            estimator="vitpose",
        ),
        Annotator(
            "vitpose-animal", "ap10k", "Apache-2.0", "animals by ViTPose+, its AP-10K expert; drawn by us",
            estimator="vitpose",
        ),
        Annotator(
            "dwpose", "openpose", "Apache-2.0", "people by DWPose (Yang et al., ICCVW 2023); drawn by us",
            weights=(
                Weights("", "dw-ll_ucoco_384.onnx", "724f4ff2439ed61afb86fb8a1951ec39c6220682803b4a8bd4f598cd913b1843"),
            ),
            repo="yzd-v/DWPose", revision="1a7144101628d69ee7a3768d1ee3a094070dc388", estimator="dwpose",
        ),
    )
}  # fmt: skip

DEFAULTS: Mapping[str, str] = {
    "canny": "canny",
    "lineart": "lineart",
    "softedge": "hed",
    "depth": "midas",
    "normal": "normalbae",
    "openpose": "vitpose",
    "ap10k": "vitpose-animal",
}
"""Which annotator makes a kind of map where a recipe names none."""


def annotators_of(kind: str) -> tuple[str, ...]:
    """The names of the annotators that make a kind of map."""
    return tuple(entry.name for entry in ANNOTATORS.values() if entry.kind == kind)

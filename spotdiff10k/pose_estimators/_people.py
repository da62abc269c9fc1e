"""People's keypoints as networks learn them from COCO, and the neck that OpenPose's skeleton has besides."""

from collections.abc import Mapping

from spotdiff10k.pose_estimators._protocol import FoundPoint

COCO = (
    "nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder", "left_elbow", "right_elbow",
    "left_wrist", "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle",
)  # fmt: skip


def with_neck(places: Mapping[str, FoundPoint]) -> dict[str, FoundPoint]:
    """The same with a neck half way between the shoulders, as sure as the less sure of them."""
    left, right = places["left_shoulder"], places["right_shoulder"]
    neck = FoundPoint((left.x + right.x) / 2.0, (left.y + right.y) / 2.0, min(left.score, right.score))
    return {**places, "neck": neck}

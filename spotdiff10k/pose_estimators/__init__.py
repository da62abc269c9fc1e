"""Pose estimators: networks that find keypoints in a picture, behind one protocol; one file a network. Light to import."""

from functools import cache
from pathlib import Path

from spotdiff10k import registry
from spotdiff10k.devices import chosen_device
from spotdiff10k.pose_estimators._protocol import FoundPoint, PoseEstimator

__all__ = ["FoundPoint", "PoseEstimator", "load_pose_estimator"]


@cache
def load_pose_estimator(name: str, weights: Path, device: str = "") -> PoseEstimator:
    """The pose estimator `name` with the weights in a folder, loaded once in a process; `device` as in devices.py.

    Raises RecipeError for an unknown name, ModelError when the folder does not hold its weights or when there is no such
    device, MissingExtraError when a package that it needs is not installed.
    """
    loaded: PoseEstimator = registry.find("pose_estimators", name)(weights, device=chosen_device(device))
    return loaded

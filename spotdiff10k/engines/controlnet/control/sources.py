"""Control maps of one subject in one pose, from a rendered proxy or from the pose catalogue."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from spotdiff10k.engines.controlnet.control.catalogue import find_pose
from spotdiff10k.engines.controlnet.control.keypoints import seen_keypoints
from spotdiff10k.engines.controlnet.control.kinds import DRAWINGS, KIND_OF, KINDS, POSE
from spotdiff10k.engines.controlnet.control.line_maps import lineart_map, softedge_map
from spotdiff10k.engines.controlnet.control.neutral import neutral_picture
from spotdiff10k.engines.controlnet.control.options import CATALOGUE, PROXY
from spotdiff10k.engines.controlnet.control.proxy import Proxy, coverage, make_proxy
from spotdiff10k.engines.controlnet.control.regions import region_of
from spotdiff10k.engines.controlnet.control.shape_maps import depth_map, normal_map
from spotdiff10k.engines.controlnet.seams import ControlMaps
from spotdiff10k.engines.rendered.canny import canny
from spotdiff10k.engines.rendered.model import U8, Camera, PosedSubject, SubjectModel
from spotdiff10k.engines.rendered.posing import pose_subject
from spotdiff10k.engines.rendered.skeleton_map import draw_places
from spotdiff10k.engines.rendered.subjects import build_subject
from spotdiff10k.errors import EngineError
from spotdiff10k.models.store import sha256_of
from spotdiff10k.types import PoseLevel, SubjectLevel

KEPT_SUBJECTS, KEPT_POSES = 4, 8
DIGEST_DIGITS = 16
Draw = Callable[[Proxy, bool], U8]
"""A proxy, and whether its ground is shown, to (H, W, 3)."""


@lru_cache(KEPT_SUBJECTS)
def _model(subject: SubjectLevel, folder: str | None) -> SubjectModel:
    return build_subject(subject, None if folder is None else Path(folder))


@lru_cache(KEPT_POSES)
def _kept_pose(subject: SubjectLevel, folder: str | None, articulation: str, turn_degrees: float) -> PosedSubject:
    return pose_subject(_model(subject, folder), articulation, turn_degrees)


def posed_subject(subject: SubjectLevel, folder: str | None, pose: PoseLevel) -> PosedSubject:
    """A subject's 3D model in a pose. Raises EngineError."""
    return _kept_pose(subject, folder, pose.articulation, pose.turn_degrees)


def from_proxy(
    subject: SubjectLevel, pose: PoseLevel, camera: Camera, kinds: Sequence[str], ground: bool, folder: str | None
) -> ControlMaps:
    """Render the subject's 3D model in its pose. Raises EngineError for a family that has no model or no such skeleton."""
    proxy = make_proxy(posed_subject(subject, folder, pose), camera)
    maps = {kind: _drawn(kind, proxy, ground, subject) for kind in kinds}
    region = coverage(proxy)
    if not region.any():
        raise EngineError(f"Subject {subject.id} cannot be seen in the pose {pose.id}: its 3D model has no faces to the camera.")
    return ControlMaps(maps, region, dict.fromkeys(kinds, "rendered proxy"))


def _drawn(kind: str, proxy: Proxy, ground: bool, subject: SubjectLevel) -> U8:
    if kind in BY_PROXY:
        return BY_PROXY[kind](proxy, ground)
    schema = proxy.posed.keypoint_schema
    own = KIND_OF.get(schema)
    if own is None or kind not in (own, POSE):
        has = f"; it has {own}" if own else " and has none that a model was trained on"
        usable = ", ".join(BY_PROXY)
        raise EngineError(
            f"The family '{subject.family}' has no control map '{kind}'{has}. Take one of {usable}, or leave the family out."
        )
    return draw_places(DRAWINGS[schema], seen_keypoints(proxy.posed, proxy.camera), proxy.camera.size)


def _canny_of(proxy: Proxy, ground: bool) -> U8:
    edges = canny(neutral_picture(proxy.posed, proxy.camera))
    return np.repeat(edges[..., None], 3, axis=2)


BY_PROXY: Mapping[str, Draw] = {
    "depth": depth_map,
    "normal": normal_map,
    "canny": _canny_of,
    "lineart": lambda proxy, ground: lineart_map(proxy),
    "softedge": lambda proxy, ground: softedge_map(proxy),
}
"""Kinds that every proxy gives."""


def from_catalogue(
    subject: SubjectLevel, pose: PoseLevel, size: int, kinds: Sequence[str], keypoints: str, folder: str | None
) -> ControlMaps:
    """Draw the catalogue's keypoints of the pose level. Raises EngineError for kinds that keypoints cannot give."""
    schemas = {kind: _schema_of(kind, subject, folder) for kind in kinds}
    if not schemas:
        raise EngineError("The pose catalogue gives the control maps openpose and ap10k; none of them was asked for.")
    maps, regions, source = {}, [], {}
    for kind, schema in schemas.items():
        own = Path(keypoints) / f"{schema}.yaml" if keypoints else None
        file = str(own) if own is not None and own.is_file() else ""
        places = find_pose(schema, pose, file).places(size)
        maps[kind] = draw_places(DRAWINGS[schema], places, size)
        regions.append(region_of(schema, places, size))
        source[kind] = f"own keypoint poses {sha256_of(Path(file))[:DIGEST_DIGITS]}" if file else "pose catalogue"
    return ControlMaps(maps, np.max(regions, axis=0), source)


def _schema_of(kind: str, subject: SubjectLevel, folder: str | None) -> str:
    """Which keypoints a kind draws for a subject."""
    if kind in KINDS and KINDS[kind].schema:
        return KINDS[kind].schema
    if kind != POSE:
        raise EngineError(
            f"The pose catalogue holds keypoints, which give no control map '{kind}'; take openpose or ap10k, "
            f"or another control_source than {CATALOGUE}, such as {PROXY}."
        )
    schema = _model(subject, folder).keypoint_schema
    if schema not in DRAWINGS:
        raise EngineError(f"No published model was trained on the skeleton of the family '{subject.family}'; use another map.")
    return schema

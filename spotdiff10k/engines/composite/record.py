"""The JSON record of a sample: flat, every field always there, free structure in the one field `annotations`."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from spotdiff10k.engines.composite.light_match import ColourMap
from spotdiff10k.engines.composite.placing import HALF, Placed, foot_of, mask_box
from spotdiff10k.engines.rendered.model import F32, U8, Camera
from spotdiff10k.photos.catalogue import View
from spotdiff10k.types import PlannedCell, PlannedGroup

ENGINE = "composite"
EXACT = "exact"
METRE_DECIMALS, ROTATION_DECIMALS, SHARE_DECIMALS = 5, 7, 6
OPAQUE = 255

Value = str | int | float | list[int] | list[float]


@dataclass(frozen=True, slots=True)
class Source:
    """What a cell was made from and by which version."""

    group: PlannedGroup
    cell: PlannedCell
    view: View
    placed: Placed
    camera: Camera
    colours: ColourMap
    version: int
    licence: str  # of the output


def _annotations(source: Source) -> str:
    """What the levels say, the photograph the subject comes from, and the colour map where there is one."""
    foot = foot_of(source.placed)
    structure: dict[str, object] = {
        "background": source.group.backgrounds[source.cell.background_index].description,
        "cut": list(source.view.cut),
        "cut_out_sha256": source.view.sha256,
        "foot": [round(foot[0], 2), round(foot[1], 2)],
        "mask_from": source.view.mask,
        "original_sha256": source.view.original_sha256,
        "pose": source.group.poses[source.cell.pose_index].description,
        "scale": round(source.placed.scale, SHARE_DECIMALS),
        "source": source.view.source,
        "subject": source.group.subject.description,
    }
    if not source.colours.is_identity:
        structure["colour_map"] = list(source.colours.numbers)
    return json.dumps(structure, separators=(",", ":"), sort_keys=True)


def record_of(source: Source, alpha: U8, picture: U8) -> Mapping[str, Value]:
    """The record's fields. picture: the pixels as a reader will decode them."""
    group, cell, camera = source.group, source.cell, source.camera
    pose, background = group.poses[cell.pose_index], group.backgrounds[cell.background_index]
    box = mask_box(alpha >= HALF)
    total = int(alpha.sum(dtype=np.int64))
    return {
        "annotations": _annotations(source),
        "articulation": pose.articulation,
        "attempt": cell.attempt,
        "background": background.id,
        "background_index": cell.background_index,
        "box": list(box),
        "camera_position": _floats(camera.position, METRE_DECIMALS),
        "camera_rotation": _floats(camera.rotation, ROTATION_DECIMALS),
        "caption": cell.caption,
        "caption_without_subject": cell.caption_without_subject,
        "class_noun": group.subject.class_noun,
        "engine": ENGINE,
        "engine_version": source.version,
        "family": group.subject.family,
        "focal": round(camera.focal, METRE_DECIMALS),
        "group": group.id,
        "height": camera.size,
        "key": cell.key,
        "licence": source.licence,
        "licence_background": background.licence,
        "licence_subject": group.subject.licence,
        "mask_area": round(total / (OPAQUE * camera.size * camera.size), SHARE_DECIMALS),
        "models": "[]",
        "pixel_lock": EXACT,
        "pixels_sha256": hashlib.sha256(np.ascontiguousarray(picture).data).hexdigest(),
        "pose": pose.id,
        "pose_index": cell.pose_index,
        "seed": cell.seed,
        "split": group.split,
        "subject": group.subject.id,
        "width": camera.size,
    }


def _floats(values: F32, decimals: int) -> list[float]:
    return [round(value, decimals) + 0.0 for value in np.ravel(values).astype(np.float64).tolist()]  # + 0.0: no -0.0

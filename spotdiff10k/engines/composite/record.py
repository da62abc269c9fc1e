"""The JSON record of a sample: flat, every field always there, free structure in the one field `annotations`."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from spotdiff10k.engines.composite.light_match import ColourMap
from spotdiff10k.engines.composite.placing import HALF, Placed, foot_of, mask_box
from spotdiff10k.engines.rendered.model import U8, Camera
from spotdiff10k.engines.rendered.record import Value, camera_fields
from spotdiff10k.photos.catalogue import View
from spotdiff10k.schema import planned_fields
from spotdiff10k.types import PlannedCell, PlannedGroup

ENGINE = "composite"
EXACT = "exact"
SHARE_DECIMALS = 6
OPAQUE = 255


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
    pose = group.poses[cell.pose_index]
    box = mask_box(alpha >= HALF)
    total = int(alpha.sum(dtype=np.int64))
    return {
        **planned_fields(group, cell),
        **camera_fields(camera),
        "annotations": _annotations(source),
        "articulation": pose.articulation,
        "box": list(box),
        "engine": ENGINE,
        "engine_version": source.version,
        "height": camera.size,
        "licence": source.licence,
        "mask_area": round(total / (OPAQUE * camera.size * camera.size), SHARE_DECIMALS),
        "models": "[]",
        "pixel_lock": EXACT,
        "pixels_sha256": hashlib.sha256(np.ascontiguousarray(picture).data).hexdigest(),
        "width": camera.size,
    }

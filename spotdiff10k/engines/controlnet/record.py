"""The JSON record of a sample: flat, every field always there, free structure in the one field `annotations`."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from spotdiff10k.engines.composite.placing import HALF, mask_box
from spotdiff10k.engines.controlnet.addresses import plate_seed
from spotdiff10k.engines.controlnet.options import BOTH, DRAWN, NONE, Options
from spotdiff10k.engines.controlnet.prompts import of_plate
from spotdiff10k.engines.controlnet.seams import Cut
from spotdiff10k.engines.controlnet.seams_seen import Joint
from spotdiff10k.schema import planned_fields
from spotdiff10k.types import Image, PlannedCell, PlannedGroup

ENGINE = "controlnet"
EXACT, NO_PROMISE = "exact", "none"
SHARE_DECIMALS = 6
LEVEL_DECIMALS = 3
OPAQUE = 255

Value = str | int | float | list[int]


@dataclass(frozen=True, slots=True)
class Painted:
    """What all samples of a worker were painted with."""

    options: Options
    models: Sequence[Mapping[str, str]]
    scheduler: str
    scheduler_settings: Mapping[str, object]
    identity: Mapping[str, object]  # options of the identity strategy
    versions: Mapping[str, str]  # of the packages that decide pixels
    precision: str
    version: int  # of the engine
    licence: str  # of the output


@dataclass(frozen=True, slots=True)
class Source:
    """What one cell was made from."""

    group: PlannedGroup
    cell: PlannedCell
    cut: Cut
    joint: Joint
    pose_seed: int
    maps: Mapping[str, str]  # kind of control map to where it came from
    prompts: Mapping[str, str]  # what was asked for, by what was painted
    plate: str  # where the plate came from; "" where there is none


def settings_of(scheduler: Any) -> dict[str, object]:
    """What a scheduler of diffusers is set up with, as plain values."""
    found = {str(name): value for name, value in dict(scheduler.config).items() if not str(name).startswith("_")}
    return {name: value for name, value in sorted(found.items()) if isinstance(value, bool | int | float | str)}


def record_of(painted: Painted, source: Source, picture: Image) -> Mapping[str, Value]:
    """The record's fields. picture: the pixels as a reader will decode them."""
    group, cell, options = source.group, source.cell, painted.options
    pose = group.poses[cell.pose_index]
    height, width = source.cut.alpha.shape
    total = int(source.cut.alpha.sum(dtype=np.int64))
    return {
        **planned_fields(group, cell),
        "annotations": _annotations(painted, source),
        "articulation": pose.articulation,
        "box": list(mask_box(source.cut.alpha >= HALF)),
        "control_scale": float(options.control_scale),
        "controls": " ".join(options.controls),
        "engine": ENGINE,
        "engine_version": painted.version,
        "guidance": float(options.guidance),
        "height": height,
        "hold": options.hold,
        "licence": painted.licence,
        "mask_agreement": round(float(source.cut.agreement), SHARE_DECIMALS),
        "mask_area": round(total / (OPAQUE * height * width), SHARE_DECIMALS),
        "model_family": options.family.name,
        "models": json.dumps(list(painted.models), separators=(",", ":"), sort_keys=True),
        "object_expansion": round(source.joint.expansion, SHARE_DECIMALS),
        "pixel_lock": NO_PROMISE if options.hold == NONE else EXACT,
        "pixels_sha256": hashlib.sha256(np.ascontiguousarray(picture).data).hexdigest(),
        "pose_seed": source.pose_seed,
        "scheduler": painted.scheduler,
        "seam": round(source.joint.seam, LEVEL_DECIMALS),
        "steps": options.steps,
        "strategy": options.strategy,
        "turn_degrees": float(pose.turn_degrees),
        "width": width,
    }


def _annotations(painted: Painted, source: Source) -> str:
    group, cell, options = source.group, source.cell, painted.options
    level = group.backgrounds[cell.background_index]
    structure: dict[str, object] = {
        "background": level.description,
        "control_maps": dict(source.maps),
        "identity": dict(painted.identity),
        "mask_from": list(source.cut.opinions),
        "negative_prompt": options.negative,
        "pose": group.poses[cell.pose_index].description,
        "precision": painted.precision,
        "prompts": dict(source.prompts),
        "scheduler_settings": dict(painted.scheduler_settings),
        "subject": group.subject.description,
        "versions": dict(painted.versions),
    }
    if options.hold != NONE:
        structure["join_strength"] = options.strength
    if options.hold == BOTH:
        structure["plate_from"] = source.plate
        if source.plate == DRAWN:
            structure["plate_prompt"], structure["plate_negative_prompt"] = of_plate(options, level)
            structure["plate_seed"] = plate_seed(level)
        structure["shadowed"] = round(source.joint.shadowed, SHARE_DECIMALS)
    return json.dumps(structure, separators=(",", ":"), sort_keys=True)

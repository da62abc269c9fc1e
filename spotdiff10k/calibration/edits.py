"""Samples edited as members: pixels changed and written again, with what the record says of them brought along.

Only facts of the pixels are brought along (digest, box, area), so that a defect is found by the check whose business it is and
not because the record disagrees; labels stay as planned.
"""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from spotdiff10k import schema
from spotdiff10k.calibration.planting import Group, Members
from spotdiff10k.calibration.regions import box_of
from spotdiff10k.committed import ANNOTATIONS, INSIDE
from spotdiff10k.engines.rendered import encode
from spotdiff10k.samples import MASK, RECORD, decode, picture_suffix, pixels_digest, read_object, read_record
from spotdiff10k.types import PlannedCell

U8 = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

OPAQUE = 255
AREA_DECIMALS = 6
LABELS = ("articulation", "turn_degrees")
"""Fields of the rendered engine's record that say what was planned and not what came out."""
TOLD = ("pose", "background", "subject")
"""The same among its annotations."""


def picture_of(members: Members) -> U8:
    """(H, W, 3) uint8, a copy."""
    return np.array(decode(members[picture_suffix(members)]), np.uint8)


def mask_of(members: Members) -> U8:
    """(H, W) uint8, a copy."""
    return np.array(decode(members[MASK]), np.uint8)


def layer_of(members: Members, name: str) -> npt.NDArray[Any] | None:
    """A layer such as "plate", a copy; None where the samples have none."""
    suffix = layer_suffix(members, name)
    return None if suffix is None else np.array(decode(members[suffix]))


def layer_suffix(members: Members, name: str) -> str | None:
    """The member a layer is in: "plate.png" or "plate.jpg"."""
    return next((suffix for suffix in members if suffix.partition(".")[0] == name and suffix != name), None)


def with_picture(members: Members, picture: U8) -> dict[str, bytes]:
    """The sample with another picture, and the digest of it."""
    suffix = picture_suffix(members)
    data = encode.picture(np.ascontiguousarray(picture), suffix)
    seen = picture if suffix == "png" else decode(data)
    return with_record({**members, suffix: data}, {"pixels_sha256": pixels_digest(seen)})


def with_mask(members: Members, alpha: U8) -> dict[str, bytes]:
    """The sample with another mask, and its box and area."""
    alpha = np.ascontiguousarray(alpha)
    return with_record({**members, MASK: encode.png(alpha)}, mask_facts(alpha))


def with_layer(members: Members, name: str, pixels: npt.NDArray[Any]) -> dict[str, bytes]:
    """The sample with another layer, which it must have."""
    suffix = layer_suffix(members, name)
    if suffix is None:
        raise KeyError(name)
    return {
        **members,
        suffix: encode.picture(np.ascontiguousarray(pixels), suffix.rpartition(".")[2])
        if pixels.ndim == 3
        else encode.png(np.ascontiguousarray(pixels)),
    }


def with_record(members: Members, fields: Mapping[str, Any]) -> dict[str, bytes]:
    """The sample with other values in some fields of its record."""
    record = {**read_record(members[RECORD]), **fields}
    return {**members, RECORD: json.dumps(record, separators=(",", ":"), sort_keys=True).encode()}


def mask_facts(alpha: U8) -> dict[str, Any]:
    """What a record says of a mask."""
    return {
        "box": list(box_of(alpha >= INSIDE)),
        "mask_area": round(float(alpha.mean(dtype=np.float64)) / OPAQUE, AREA_DECIMALS),
    }


def relabelled(made: Members, group: Group, cell: PlannedCell) -> dict[str, bytes]:
    """What was made in place of a cell, labelled as the cell; the annotations tell the truth of the picture."""
    original = read_record(group.members(cell)[RECORD])
    labels = {name: original[name] for name in LABELS if name in original}
    annotations = read_object(read_record(made[RECORD])[ANNOTATIONS])
    told = read_object(original[ANNOTATIONS])
    annotations.update({name: told[name] for name in TOLD if name in told})
    labels[ANNOTATIONS] = json.dumps(annotations, separators=(",", ":"), sort_keys=True)
    return with_record(made, {**schema.planned_fields(group.planned, cell), **labels})


def annotated_as_planned(made: Members, group: Group, cell: PlannedCell) -> dict[str, bytes]:
    """What was made in place of a cell, with the cell's own annotations, as where they come from the plan and not the picture."""
    record = read_record(made[RECORD])
    facts = {name: record[name] for name in ("pixels_sha256", "box", "mask_area")}
    return with_record({**made, RECORD: group.members(cell)[RECORD]}, facts)


def differs(before: Members, after: Members, least: float) -> bool:
    """Whether two pictures of a subject differ by at least `least` steps of 255 on average, over both its masks."""
    where = (mask_of(before) >= INSIDE) | (mask_of(after) >= INSIDE)
    if not where.any():
        return False
    change = np.abs(picture_of(before)[where].astype(np.int16) - picture_of(after)[where])
    return float(change.mean()) >= least

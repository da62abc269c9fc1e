"""What a sample's record has to say: fields and types, and what the plan decides of them."""

from collections.abc import Mapping
from typing import Any

from spotdiff10k.types import PlannedCell, PlannedGroup

RECORD_FIELDS: Mapping[str, type] = {
    "annotations": str,
    "attempt": int,
    "background": str,
    "background_index": int,
    "box": list,
    "caption": str,
    "caption_without_subject": str,
    "class_noun": str,
    "engine": str,
    "engine_version": int,
    "family": str,
    "group": str,
    "height": int,
    "key": str,
    "licence": str,
    "licence_background": str,
    "licence_subject": str,
    "mask_area": float,
    "models": str,
    "pixels_sha256": str,
    "pose": str,
    "pose_index": int,
    "seed": int,
    "split": str,
    "subject": str,
    "width": int,
}
"""What every record has at least, whatever the engine; engines add their own fields, the same for every sample of a release."""

SHA256_CHARACTERS = 64


def planned_fields(group: PlannedGroup, cell: PlannedCell) -> dict[str, str | int]:
    """The fields that the plan decides, with their values."""
    pose, background = group.poses[cell.pose_index], group.backgrounds[cell.background_index]
    return {
        "attempt": cell.attempt,
        "background": background.id,
        "background_index": cell.background_index,
        "caption": cell.caption,
        "caption_without_subject": cell.caption_without_subject,
        "class_noun": group.subject.class_noun,
        "family": group.subject.family,
        "group": group.id,
        "key": cell.key,
        "licence_background": background.licence,
        "licence_subject": group.subject.licence,
        "pose": pose.id,
        "pose_index": cell.pose_index,
        "seed": cell.seed,
        "split": group.split,
        "subject": group.subject.id,
    }


def disagreements(record: Mapping[str, Any], expected: Mapping[str, str | int]) -> list[str]:
    """Where a record says something else than the plan, one clause each."""
    return [
        f"{name} is {record[name]!r}, the plan says {value!r}"
        for name, value in expected.items()
        if name in record and record[name] != value
    ]


def faults(record: Mapping[str, Any]) -> list[str]:
    """What is wrong with a record in itself, one clause each: missing fields, wrong types, values that are not flat."""
    found = [f"{name} is missing" for name in RECORD_FIELDS if name not in record]
    for name, value in record.items():
        if not _is_flat(value):
            found.append(f"{name} is {_kind(value)}, expected text, a number, true or false, or a list of numbers")
        elif name in RECORD_FIELDS and type(value) is not RECORD_FIELDS[name]:
            found.append(f"{name} is {_kind(value)}, expected {RECORD_FIELDS[name].__name__}")
    digest = record.get("pixels_sha256")
    if isinstance(digest, str) and (len(digest) != SHA256_CHARACTERS or digest.strip("0123456789abcdef")):
        found.append("pixels_sha256 is no sha256 in lower-case hexadecimal")
    return found


def shape(record: Mapping[str, Any]) -> dict[str, str]:
    """The kind of each field: one for all samples of a release, so that readers which infer a schema infer the right one."""
    return {name: _kind(value) for name, value in record.items()}


def _is_flat(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and len({type(item) for item in value}) == 1 and type(value[0]) in (int, float)
    return isinstance(value, (str, int, float, bool))


def _kind(value: Any) -> str:
    if isinstance(value, list):
        kinds = {type(item).__name__ for item in value}
        return f"list of {' and '.join(sorted(kinds))}" if kinds else "an empty list"
    return "null" if value is None else type(value).__name__

"""structure: every member is there, can be read, has the size and colour mode it should have, and the record tells the truth."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from spotdiff10k import schema
from spotdiff10k.committed import ANNOTATIONS, GroupView, SampleView
from spotdiff10k.luma import luma
from spotdiff10k.measures import Limit, Measures
from spotdiff10k.png import reading
from spotdiff10k.samples import (
    RECORD,
    UnreadableMemberError,
    colour_modes,
    expected_members,
    file_format,
    pixels_digest,
    read_header,
    split_member,
)

MOST = 1000.0
"""More faults than a sample can have."""
NONE = Limit(0.0, 0.0)


class Structure:
    """Counts faults; every limit is zero, so nothing with a fault is ever released."""

    version: ClassVar[int] = 4
    ranges: ClassVar[Mapping[str, tuple[float, float]]] = {
        "missing_members": (0.0, MOST),
        "foreign_members": (0.0, MOST),
        "unreadable_members": (0.0, MOST),
        "wrong_pictures": (0.0, MOST),
        "record_faults": (0.0, MOST),
        "pixels_differ": (0.0, 1.0),
    }
    group_ranges: ClassVar[Mapping[str, tuple[float, float]]] = {
        "misplaced_members": (0.0, MOST),
        "foreign_samples": (0.0, MOST),
    }
    limits: ClassVar[Mapping[str, Limit]] = dict.fromkeys((*ranges, *group_ranges), NONE)

    @classmethod
    def warm_up(cls) -> None:
        """Compile what reads PNGs, and what all checks share."""
        reading.warm_up()
        colours = np.zeros((1, 1, 3), np.uint8)
        colours.flags.writeable = False  # as decoded pictures are
        luma(colours)

    def measure(self, group: GroupView) -> Measures:
        """Measure every sample, and the order in which they lie."""
        samples: dict[str, dict[str, float]] = {}
        evidence: dict[str, str] = {}
        for sample in group.samples:
            faults = _faults(sample, group)
            samples[sample.key] = {name: float(len(found)) for name, found in faults.items()}
            if words := [clause for found in faults.values() for clause in found]:
                evidence[sample.key] = "; ".join(words)
        return Measures(samples, _order(group), evidence)


def _faults(sample: SampleView, group: GroupView) -> dict[str, list[str]]:
    expected = expected_members(group.settings)
    faults: dict[str, list[str]] = {
        "missing_members": [f"{suffix} is missing" for suffix in expected if suffix not in sample.members],
        "foreign_members": [f"{suffix} is not a member of this release" for suffix in sample.members if suffix not in expected],
        "unreadable_members": [],
        "wrong_pictures": [],
        "record_faults": [],
        "pixels_differ": [],
    }
    for suffix in sample.members:
        if suffix in expected:
            _read(sample, suffix, group, faults)
    if not faults["unreadable_members"] and not faults["missing_members"]:
        faults["record_faults"] = _record_faults(sample, group)
        if not faults["wrong_pictures"] and sample.record.get("pixels_sha256") != pixels_digest(sample.picture):
            faults["pixels_differ"] = ["pixels_sha256 is not that of the picture"]
    return faults


def _read(sample: SampleView, suffix: str, group: GroupView, faults: dict[str, list[str]]) -> None:
    """Read one member; a picture whose header is wrong is not decoded."""
    try:
        if suffix == RECORD:
            _ = sample.record
            return
        header = read_header(sample.members[suffix])
        size = group.settings.size
        if (header.width, header.height) != (size, size):
            faults["wrong_pictures"].append(f"{suffix} is {header.width} x {header.height}, expected {size} x {size}")
        elif header.format != file_format(suffix):
            faults["wrong_pictures"].append(f"{suffix} is a {header.format}, expected a {file_format(suffix)}")
        elif header.mode not in colour_modes(suffix):
            faults["wrong_pictures"].append(f"{suffix} has mode {header.mode}, expected {' or '.join(colour_modes(suffix))}")
        else:
            sample.check(suffix)
    except UnreadableMemberError as error:
        faults["unreadable_members"].append(f"{suffix}: {error}")


def _record_faults(sample: SampleView, group: GroupView) -> list[str]:
    size = group.settings.size
    made: dict[str, str | int] = {"engine": group.engine, "width": size, "height": size, "licence": group.settings.licence}
    expected = {**schema.planned_fields(group.planned, sample.cell), **made}
    return schema.faults(sample.record) + schema.disagreements(sample.record, expected) + _annotation_faults(sample)


def _annotation_faults(sample: SampleView) -> list[str]:
    """Why the text in `annotations` is no JSON object; that it is text at all is for the schema to say."""
    if not isinstance(sample.record.get(ANNOTATIONS), str):
        return []
    try:
        _ = sample.annotations
    except UnreadableMemberError as error:
        return [f"annotations: {error}"]
    return []


def _order(group: GroupView) -> dict[str, float]:
    """How many members lie out of order or apart from their sample, and how many samples nobody planned."""
    planned = dict.fromkeys(sample.key for sample in group.samples)
    misplaced, foreign = 0, 0
    for tar in group.stored:
        found: list[str] = []
        by_key: dict[str, list[str]] = {}
        for member in tar.members:
            key = split_member(member.name)[0]
            by_key.setdefault(key, []).append(member.name)
            if key in planned:
                found.append(member.name)
        foreign += len(by_key.keys() - planned.keys())
        right = [name for key in planned for name in sorted(by_key.get(key, ()))]
        misplaced += sum(name != expected for name, expected in zip(found, right, strict=True))
    return {"misplaced_members": float(misplaced), "foreign_samples": float(foreign)}

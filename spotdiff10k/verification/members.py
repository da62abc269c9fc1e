"""The members of one group in a shard: headers, padding, digests, pictures, records, and that layers add up."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from spotdiff10k import schema
from spotdiff10k.decoded import Decoded
from spotdiff10k.errors import DataError
from spotdiff10k.index import IndexedMember, IndexedSample
from spotdiff10k.samples import (
    LIKE_THE_PICTURE,
    MASK,
    PICTURE_FORMATS,
    RECORD,
    Pixels,
    UnreadableMemberError,
    colour_modes,
    file_format,
    pixels_digest,
    read_header,
    read_record,
)
from spotdiff10k.tar import BLOCK_BYTES, member_header, padding
from spotdiff10k.verification.layers import layer_difference
from spotdiff10k.verification.problems import Problem

LAYER_TOLERANCE = 2
"""Grey levels between picture and plate × shadow outside the mask (contract v1)."""
LOSSLESS = "png"
LAYERS = (LOSSLESS, f"plate.{LOSSLESS}", f"shadow.{LOSSLESS}", MASK)
COMPARED = {*PICTURE_FORMATS, *LAYERS}
"""Members whose pixels are compared with something."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the release promises of every sample."""

    root: Path
    suffixes: tuple[str, ...]
    size: int  # pixels; 0 when the recipe cannot be read, and any size will do
    engine: str


@dataclass(frozen=True, slots=True)
class GroupTask:
    """One group to look at: its rows of the index, and what the plan says its records should say."""

    samples: tuple[IndexedSample, ...]
    planned: Mapping[str, Mapping[str, str | int]]  # key to fields; empty when the plan cannot be read


@dataclass(slots=True)
class GroupFindings:
    """What was found in one group."""

    problems: list[Problem] = field(default_factory=list)
    shapes: dict[str, dict[str, str]] = field(default_factory=dict)  # key to its record's fields and their kinds
    members: int = 0


def examine(task: GroupTask, expected: Expectation) -> GroupFindings:
    """Look at every byte of a group's members in its shard."""
    examiner = _Examiner(task, expected)
    name = task.samples[0].shard
    try:
        with (expected.root / name).open("rb") as file:
            for sample in task.samples:
                examiner.examine(file, sample)
    except OSError as error:
        examiner.findings.problems.append(Problem(name, f"it cannot be read: {error.strerror or error}."))
    return examiner.findings


class _Examiner:
    """Looks at the samples of one group; pictures that several samples share, such as plates, are decoded once."""

    def __init__(self, task: GroupTask, expected: Expectation) -> None:
        self._planned = task.planned
        self._expected = expected
        self._decoded = Decoded()
        self._shared: dict[str, bytes] = {}  # plates by digest: those of all poses are one object, decoded once
        self.findings = GroupFindings()

    def examine(self, file: BinaryIO, sample: IndexedSample) -> None:
        """Look at one sample."""
        found = tuple(member.suffix for member in sample.members)
        if found != self._expected.suffixes:
            every = ", ".join(self._expected.suffixes)
            self._note(sample, f"it has the members {', '.join(found)}; every sample of this release has {every}.")
        sound: dict[str, bytes] = {}
        for member in sample.members:
            self.findings.members += 1
            data, problem = _read(file, sample, member)
            if problem:
                self._note(sample, problem, member.suffix)
            else:
                shared = member.suffix.partition(".")[0] in LIKE_THE_PICTURE
                sound[member.suffix] = self._shared.setdefault(member.sha256, data) if shared else data
        pixels = self._pixels(sample, sound)
        if RECORD in sound:
            self._examine_record(sample, sound[RECORD], pixels)
        if problem := _layers_problem(pixels):
            self._note(sample, problem)

    def _note(self, sample: IndexedSample, text: str, suffix: str = "") -> None:
        member = f"{sample.key}.{suffix}" if suffix else ""
        self.findings.problems.append(Problem(sample.shard, text, member, sample.key))

    def _pixels(self, sample: IndexedSample, sound: Mapping[str, bytes]) -> dict[str, Pixels]:
        """The picture members that are compared with others; all are made sure to be decodable."""
        pixels: dict[str, Pixels] = {}
        for suffix, data in sound.items():
            if suffix != RECORD:
                try:
                    self._check_header(suffix, data)
                    if suffix in COMPARED:
                        pixels[suffix] = self._decoded.pixels(data)
                    else:
                        self._decoded.check(data)
                except UnreadableMemberError as error:
                    self._note(sample, f"{error}.", suffix)
        return pixels

    def _check_header(self, suffix: str, data: bytes) -> None:
        """What a picture claims of itself, before it is decoded."""
        header = read_header(data)
        side = self._expected.size or max(header.width, header.height)
        if (header.width, header.height) != (side, side):
            raise UnreadableMemberError(f"it is {header.width} x {header.height} pixels, expected {side} x {side}")
        if header.format != file_format(suffix):
            raise UnreadableMemberError(f"it is a {header.format}, expected a {file_format(suffix)}")
        if header.mode not in colour_modes(suffix):
            raise UnreadableMemberError(f"it has colour mode {header.mode}, expected {' or '.join(colour_modes(suffix))}")

    def _examine_record(self, sample: IndexedSample, data: bytes, pixels: Mapping[str, Pixels]) -> None:
        try:
            record = read_record(data)
        except UnreadableMemberError as error:
            self._note(sample, f"{error}.", RECORD)
            return
        self.findings.shapes[sample.key] = schema.shape(record)
        said = {**_indexed_fields(sample), **self._planned.get(sample.key, {}), "engine": self._expected.engine}
        clauses = schema.faults(record) + schema.disagreements(record, said)
        picture = next((pixels[name] for name in PICTURE_FORMATS if name in pixels), None)
        if picture is not None and record.get("pixels_sha256") != pixels_digest(picture):
            clauses.append("pixels_sha256 is not that of the picture")
        for clause in clauses:
            self._note(sample, f"{clause}.", RECORD)


def _read(file: BinaryIO, sample: IndexedSample, member: IndexedMember) -> tuple[bytes, str]:
    """A member's data, and what is wrong with it or with the header and padding around it."""
    start = member.offset - BLOCK_BYTES
    if start < 0 or member.size < 0:
        return b"", "index.parquet gives it an offset before the start of the file."
    fill = padding(member.size)
    if member.offset + member.size + len(fill) > file.seek(0, os.SEEK_END):
        return b"", "the file ends before it does; it was cut short."
    file.seek(start)
    block = file.read(BLOCK_BYTES + member.size + len(fill))
    data = block[BLOCK_BYTES : BLOCK_BYTES + member.size]
    if hashlib.sha256(data).hexdigest() != member.sha256:
        return data, "its bytes are not those that were sealed."
    try:
        header = member_header(f"{sample.key}.{member.suffix}", member.size)
    except DataError as error:
        return data, str(error)
    if block[:BLOCK_BYTES] != header:
        return data, "its tar header was altered."
    return data, "" if block[BLOCK_BYTES + member.size :] == fill else "the padding after it was altered."


def _indexed_fields(sample: IndexedSample) -> dict[str, str | int]:
    names = ("key", "group", "subject", "pose", "background", "split", "attempt")
    return {name: getattr(sample, name) for name in names}


def _layers_problem(pixels: Mapping[str, Pixels]) -> str:
    """Where picture, plate and shadow are lossless and there: that they add up outside the mask."""
    if not all(name in pixels for name in LAYERS) or len({pixels[name].shape[:2] for name in LAYERS}) > 1:
        return ""
    difference = layer_difference(*(pixels[name] for name in LAYERS))
    if difference <= LAYER_TOLERANCE:
        return ""
    allowed = f"at most {LAYER_TOLERANCE} are allowed"
    return f"outside the mask, picture and plate × shadow differ by {difference:.3g} grey levels; {allowed}."

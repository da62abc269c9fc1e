"""Small groups of really posed and drawn subjects before even plates: fast, with depth, joints and cameras that are true."""

import io
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

sys.path.append(str(Path(__file__).parent / "rendered"))

from stand_ins import flat_plate

from spotdiff10k.committed import GroupView, StoredMember, StoredTar, view_group
from spotdiff10k.engines.rendered import encode
from spotdiff10k.engines.rendered.model import SubjectModel
from spotdiff10k.engines.rendered.posing import pose_subject
from spotdiff10k.engines.rendered.record import Source, encode_record, record_of
from spotdiff10k.engines.rendered.render import prepare, render
from spotdiff10k.engines.rendered.stage import camera_for
from spotdiff10k.engines.rendered.subjects import build_subject
from spotdiff10k.engines.rendered.workspace import Workspace
from spotdiff10k.tar import group_bytes, read_members
from spotdiff10k.types import (
    BackgroundLevel,
    EngineSettings,
    FinishedGroup,
    FinishedSample,
    PlannedCell,
    PlannedGroup,
    PoseLevel,
    SubjectLevel,
)

SIZE = 128
LAYERS = ("depth",)
POSES = (("stand", 8.0), ("walk", 68.0), ("reach", -118.0))
CAMERAS = ((5.0, 30.0), (13.0, 40.0), (9.0, 35.0))
"""Elevation and field of view in degrees, one a background."""


def level(articulation: str, turn: float) -> PoseLevel:
    return PoseLevel(f"{articulation}{turn:+g}", articulation, turn, f"{articulation} at {turn:g}")


def planned(
    family: str = "quadruped", identity: int = 5, poses: Sequence[tuple[str, float]] = POSES, backgrounds: int = len(CAMERAS)
) -> PlannedGroup:
    """A group of one subject; the backgrounds differ in their cameras alone."""
    levels = tuple(BackgroundLevel(f"studio-{n:02d}", "studio", n, f"in studio {n}", *CAMERAS[n]) for n in range(backgrounds))
    cells = tuple(
        PlannedCell(f"g000000-p{p:02d}-b{b:02d}", p, b, 0, 0, "a", "b") for p in range(len(poses)) for b in range(backgrounds)
    )
    subject = SubjectLevel("s000000", family, identity, "thing", "a thing")
    return PlannedGroup("g000000", 0, "train", False, subject, tuple(level(*pose) for pose in poses), levels, cells)


@cache
def _model(subject: SubjectLevel) -> SubjectModel:
    return build_subject(subject)


@cache
def _workspace(size: int) -> Workspace:
    return Workspace(size)


@cache
def drawn(subject: SubjectLevel, pose: PoseLevel, background: BackgroundLevel, size: int = SIZE) -> Mapping[str, bytes]:
    """The members of one sample, labelled as what it is; kept, since tests plant the same pictures in many groups."""
    posed = pose_subject(_model(subject), pose.articulation, pose.turn_degrees)
    camera = camera_for(background.camera_elevation_degrees, background.camera_fov_degrees, size)
    plate = replace(flat_plate(size), camera=camera)
    layers = render(prepare(posed), plate, _workspace(size))
    cell = PlannedCell("g000000-p00-b00", 0, 0, 0, 0, "", "")
    group = PlannedGroup("g000000", 0, "train", False, subject, (pose,), (background,), (cell,))
    record = record_of(Source(group, cell, posed, plate, 1, "CC0-1.0"), layers, layers.picture)
    pixels = {"png": layers.picture, "mask.png": layers.alpha, "depth.png": layers.depth}
    return {**{name: encode.png(values) for name, values in pixels.items()}, "json": encode_record(record)}


def members(group: PlannedGroup, size: int = SIZE) -> dict[str, Mapping[str, bytes]]:
    """The members of all samples of a group as they should be."""
    return {
        cell.key: drawn(group.subject, group.poses[cell.pose_index], group.backgrounds[cell.background_index], size)
        for cell in group.cells
    }


def key(pose: int, background: int) -> str:
    return f"g000000-p{pose:02d}-b{background:02d}"


def shown_instead(
    group: PlannedGroup, pose: int, background: int, shown: PoseLevel, annotated: bool = True
) -> Mapping[str, bytes]:
    """The members of a cell whose picture shows another pose than its label says.

    With `annotated`, joints are those of the picture; without, those of the plan.
    """
    false = drawn(group.subject, shown, group.backgrounds[background])
    right = json.loads(drawn(group.subject, group.poses[pose], group.backgrounds[background])["json"])
    told = json.loads(false["json"])["annotations"] if annotated else right["annotations"]
    return {**false, "json": json.dumps({**right, "annotations": told}).encode()}


def view(group: PlannedGroup, samples: Mapping[str, Mapping[str, bytes]], size: int = SIZE) -> GroupView:
    """A group of these members as checks see it."""
    finished = FinishedGroup(group.id, tuple(FinishedSample(cell.key, samples[cell.key]) for cell in group.cells))
    data = b"".join(group_bytes(finished))
    file = io.BytesIO(data)
    file.name = f"{group.id}.tar"
    stored = [StoredMember(name, at, length, "") for name, at, length in read_members(file)]
    settings = EngineSettings(size=size, outputs=LAYERS)
    return view_group(group, settings, "rendered", [(StoredTar(file.name, len(data), "", tuple(stored)), data)])


def world_vertices(group: PlannedGroup, pose: int) -> np.ndarray:
    """(V, 3) the truth: where the posed subject's vertices are."""
    chosen = group.poses[pose]
    return np.asarray(pose_subject(_model(group.subject), chosen.articulation, chosen.turn_degrees).vertices, np.float64)

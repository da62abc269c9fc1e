"""Good groups and planted defects of pose and background for benchmarks/retrieval.py; every picture is really rendered."""

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from spotdiff10k import plan, recipe
from spotdiff10k.committed import GroupView, StoredMember, StoredTar, view_group
from spotdiff10k.engines.rendered import Rendered
from spotdiff10k.resources import manifest
from spotdiff10k.samples import decode
from spotdiff10k.tar import group_bytes, read_members
from spotdiff10k.types import BackgroundLevel, EngineSettings, FinishedGroup, FinishedSample, PlannedCell, PlannedGroup, PoseLevel

Members = Mapping[str, bytes]
LAYERS = ("shadow", "depth")
TURNS = (5.0, 10.0, 20.0, 30.0, 45.0, 60.0, 90.0, 180.0)
"""Degrees that a picture is turned too far."""
VISIBLE_DEPTH, VISIBLE_SHARE = 0.01, 0.01
"""Metres, and share of the subject: what changes less is not seen in a shape."""
STEPS_PER_METRE = 5000.0
PIXEL_FACTS = ("pixels_sha256", "box", "mask_area")


@dataclass(frozen=True, slots=True)
class Defect:
    """A group with a defect."""

    name: str  # "turned"
    grade: str  # "60 degrees"
    samples: Mapping[str, Members]
    changed: tuple[str, ...]  # keys
    seen: bool = True  # whether the subject's shape before the camera changed at all: that of a turned vase does not


def planned(subjects: int, seed: int, size: int) -> tuple[list[PlannedGroup], tuple[BackgroundLevel, ...]]:
    """Groups of three poses and three backgrounds, and all backgrounds there are."""
    counts = ["poses.levels=12", "poses.count=3", "backgrounds.levels=24", "backgrounds.count=3"]
    settings = [f"subjects.count={subjects}", "subjects.reserve=0", f"seed={seed}", f"engine.size={size}"]
    made = plan.make(recipe.load("spotdiff10k", [*counts, *settings]))
    return list(made.groups(reserve=False)), made.backgrounds


class Studio:
    """Renders cells as planned or otherwise, and lays them into groups."""

    def __init__(self, size: int, backgrounds: Sequence[BackgroundLevel]) -> None:
        self._settings = EngineSettings(size=size, outputs=LAYERS)
        self._engine = Rendered(self._settings)
        self._backgrounds = backgrounds

    def good(self, group: PlannedGroup) -> dict[str, Members]:
        """All samples of a group as they should be."""
        return {sample.key: sample.members for sample in next(iter(self._engine.generate([group]))).samples}

    def view(self, group: PlannedGroup, samples: Mapping[str, Members]) -> GroupView:
        """These samples as checks see them."""
        finished = FinishedGroup(group.id, tuple(FinishedSample(cell.key, samples[cell.key]) for cell in group.cells))
        data = b"".join(group_bytes(finished))
        file = io.BytesIO(data)
        file.name = f"{group.id}.tar"
        members = tuple(StoredMember(name, at, length, "") for name, at, length in read_members(file))
        return view_group(group, self._settings, "rendered", [(StoredTar(file.name, len(data), "", members), data)])

    def defects(self, group: PlannedGroup, good: Mapping[str, Members]) -> Iterator[Defect]:
        """Every defect, planted in a place that the group's number decides."""
        cell = group.cells[group.ordinal % len(group.cells)]
        pose, background = group.poses[cell.pose_index], group.backgrounds[cell.background_index]
        around = [one for one in group.cells if one.pose_index == cell.pose_index]
        sign = 1.0 if group.ordinal % 2 else -1.0
        for degrees in TURNS:
            shown = replace(pose, turn_degrees=pose.turn_degrees + sign * degrees)
            yield from self._posed("turned", f"{degrees:g}°", group, good, [cell], shown)
        for degrees in (60.0, 120.0):
            shown = replace(pose, turn_degrees=pose.turn_degrees + sign * degrees)
            yield next(self._posed("turned on all backgrounds", f"{degrees:g}°", group, good, around, shown))
        others = sorted(set(manifest("poses")["articulations"]) - {pose.articulation})
        shown = replace(pose, articulation=others[group.ordinal % len(others)])
        yield from self._posed("other articulation", "", group, good, [cell], shown)
        yield self._exchanged(group, good, cell)
        twin = group.poses[(cell.pose_index + 1) % len(group.poses)]
        yield next(self._posed("pose repeated", "", group, good, around, twin))
        kin = [level for level in self._backgrounds if level.kind == background.kind and level.id != background.id]
        rest = [level for level in self._backgrounds if level.kind != background.kind]
        for grade, levels in (("same kind", kin), ("other kind", rest)):
            if levels:
                yield self._placed("wrong background", grade, group, good, cell, levels[group.ordinal % len(levels)])

    def _posed(
        self,
        name: str,
        grade: str,
        group: PlannedGroup,
        good: Mapping[str, Members],
        cells: Sequence[PlannedCell],
        shown: PoseLevel,
    ) -> Iterator[Defect]:
        """With joints of what is shown, then with joints of what was planned."""
        poses = tuple(shown if place == cells[0].pose_index else level for place, level in enumerate(group.poses))
        made = self.good(replace(group, poses=poses, cells=tuple(cells)))
        seen = any(shapes_differ(members, good[key]) for key, members in made.items())
        for annotated, words in ((True, ""), (False, ", joints as planned")):
            changed = {key: relabelled(members, good[key], annotated) for key, members in made.items()}
            yield Defect(name + words, grade, {**good, **changed}, tuple(changed), seen)

    def _exchanged(self, group: PlannedGroup, good: Mapping[str, Members], cell: PlannedCell) -> Defect:
        other = next(
            one
            for one in group.cells
            if one.background_index == cell.background_index and one.pose_index == (cell.pose_index + 1) % len(group.poses)
        )
        changed = {
            cell.key: relabelled(good[other.key], good[cell.key], True),
            other.key: relabelled(good[cell.key], good[other.key], True),
        }
        return Defect("poses exchanged", "", {**good, **changed}, tuple(changed))

    def _placed(
        self, name: str, grade: str, group: PlannedGroup, good: Mapping[str, Members], cell: PlannedCell, shown: BackgroundLevel
    ) -> Defect:
        levels = tuple(shown if place == cell.background_index else level for place, level in enumerate(group.backgrounds))
        made = self.good(replace(group, backgrounds=levels, cells=(cell,)))[cell.key]
        return Defect(name, grade, {**good, cell.key: relabelled(made, good[cell.key], False)}, (cell.key,))


def relabelled(shown: Members, planned_as: Members, annotated: bool) -> Members:
    """What a picture shows under the label of another; with `annotated`, its joints and its camera are those of the picture."""
    true, label = json.loads(shown["json"]), json.loads(planned_as["json"])
    facts = (*PIXEL_FACTS, *(("annotations", "camera_position", "camera_rotation", "focal") if annotated else ()))
    record = {**label, **{name: true[name] for name in facts}}
    return {**shown, "json": json.dumps(record, separators=(",", ":"), sort_keys=True).encode()}


def shapes_differ(first: Members, second: Members) -> bool:
    """Whether two depth maps differ by more than VISIBLE_DEPTH at VISIBLE_SHARE of the pixels with depth in either."""
    before, after = (decode(members["depth.png"]).astype(np.int64) for members in (first, second))
    changed = np.abs(before - after) > VISIBLE_DEPTH * STEPS_PER_METRE
    return float(changed.sum()) > VISIBLE_SHARE * float(((before > 0) | (after > 0)).sum())

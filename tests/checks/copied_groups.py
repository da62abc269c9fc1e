"""Groups of two poses before two backgrounds, their copies and siblings, as the check `duplicates` sees them."""

import dataclasses
import io
from collections.abc import Iterable, Mapping
from functools import cache

import numpy as np
from PIL import Image

from spotdiff10k import plan, recipe
from spotdiff10k.checks.duplicates import Duplicates
from spotdiff10k.checks.identity import Identity
from spotdiff10k.committed import GroupView, StoredMember, StoredTar, view_group
from spotdiff10k.engines.rendered import Rendered
from spotdiff10k.limits import Scope, read_rules
from spotdiff10k.set_measures import SetGroup, SetMeasures
from spotdiff10k.tar import group_bytes, read_members
from spotdiff10k.types import EngineSettings, FinishedGroup, FinishedSample, PlannedGroup

SIZE = 128
Members = Mapping[str, bytes]


@cache
def planned() -> dict[str, list[PlannedGroup]]:
    """Groups of two poses and two backgrounds, by family."""
    asked = ["subjects.count=48", "seed=11", f"engine.size={SIZE}", "subjects.reserve=0", "poses.count=2", "backgrounds.count=2"]
    groups: dict[str, list[PlannedGroup]] = {}
    for group in plan.make(recipe.load("spotdiff10k", [*asked, "backgrounds.levels=8"])).groups(reserve=False):
        groups.setdefault(group.subject.family, []).append(group)
    return groups


@cache
def rendered(group: PlannedGroup) -> FinishedGroup:
    settings = EngineSettings(size=SIZE, outputs=())
    return next(iter(Rendered(settings).generate([group])))


def as_group(ordinal: int, split: str, like: PlannedGroup, context: PlannedGroup | None = None) -> PlannedGroup:
    """A group of this place in the plan and split, with the subject of one group in the context of another."""
    context = context or like
    name = f"g{ordinal:06d}"
    cells = tuple(dataclasses.replace(cell, key=f"{name}-{cell.key.partition('-')[2]}") for cell in context.cells)
    changes = {"poses": context.poses, "backgrounds": context.backgrounds, "cells": cells}
    return dataclasses.replace(like, id=name, ordinal=ordinal, split=split, **changes)


def viewed(group: PlannedGroup, samples: Iterable[Members]) -> GroupView:
    made = FinishedGroup(group.id, tuple(FinishedSample(c.key, m) for c, m in zip(group.cells, samples, strict=True)))
    data = b"".join(group_bytes(made))
    file = io.BytesIO(data)
    file.name = f"{group.id}.tar"
    members = tuple(StoredMember(name, at, size, "") for name, at, size in read_members(file))
    settings = EngineSettings(size=SIZE, outputs=())
    return view_group(group, settings, "rendered", [(StoredTar(file.name, len(data), "", members), data)])


def pictures(group: PlannedGroup) -> list[Members]:
    return [sample.members for sample in rendered(group).samples]


def measured(group: PlannedGroup, samples: Iterable[Members] | None = None) -> SetGroup:
    return SetGroup(group, {"duplicates": Duplicates().measure(viewed(group, samples or pictures(group)))})


def with_identity(group: PlannedGroup, samples: Iterable[Members] | None = None) -> SetGroup:
    view = viewed(group, samples or pictures(group))
    return SetGroup(group, {"duplicates": Duplicates().measure(view), "identity": Identity().measure(view)})


def faults(found: SetMeasures) -> dict[str, set[str]]:
    """The measures that refuse each group, by its id."""
    rules = [rule for rule in read_rules({"duplicates": {}}) if rule.check == "duplicates" and rule.scope is Scope.ACROSS]
    refused: dict[str, set[str]] = {}
    for key, values in found.samples.items():
        for rule in rules:
            if rule.fault(values.get(rule.measure), found.unchecked.get(rule.measure, "")):
                refused.setdefault(key.partition("-")[0], set()).add(rule.measure)
    return refused


def recoded(members: Members) -> dict[str, bytes]:
    """The same picture through a JPEG, a little brighter."""
    file, again = io.BytesIO(), io.BytesIO()
    picture = np.asarray(Image.open(io.BytesIO(members["png"])).convert("RGB"))
    Image.fromarray((picture * 0.95 + 10).astype(np.uint8)).save(file, "JPEG", quality=70)
    Image.open(file).save(again, "PNG")
    return {**members, "png": again.getvalue()}


def pair_of_families() -> tuple[PlannedGroup, PlannedGroup, PlannedGroup]:
    """Two subjects of one family, and one of another that has none of the first one's backgrounds."""
    families = planned()
    first, second = families["vehicle"][:2]
    taken = {background.id for background in first.backgrounds}
    others = [group for family, groups in families.items() if family != "vehicle" for group in groups]
    return first, second, next(group for group in others if taken.isdisjoint(background.id for background in group.backgrounds))

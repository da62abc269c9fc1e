"""Really rendered groups on all kinds of backgrounds, made once, and views of them with some members swapped."""

import functools
import io
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import toy_runs
from PIL import Image, ImageFilter

from spotdiff10k import plan, recipe, registry
from spotdiff10k.committed import GroupView, SampleView, StoredMember, StoredTar, view_group
from spotdiff10k.limits import Scope, read_rules
from spotdiff10k.measures import Check, Measures
from spotdiff10k.samples import decode
from spotdiff10k.tar import group_bytes, read_members
from spotdiff10k.types import EngineSettings, FinishedGroup, FinishedSample, PlannedGroup

LAYERS = ("plate", "shadow")
Changes = Mapping[str, Mapping[str, bytes]]
"""Sample key to the members that are other than rendered."""


def settings(size: int, picture_format: str = "png", outputs: tuple[str, ...] = LAYERS) -> EngineSettings:
    return EngineSettings(size=size, outputs=outputs, picture_format=picture_format)


@functools.cache
def planned(ordinal: int) -> PlannedGroup:
    """One of the groups of a plan with all families and 21 kinds of backgrounds; two poses on two backgrounds."""
    return _plan().group(ordinal)


@functools.cache
def _plan() -> plan.Plan:
    wanted = ["seed=77", "subjects.count=42", "subjects.reserve=0", "poses={levels: 6, count: 2}"]
    return plan.make(recipe.load("tiny", [*wanted, "backgrounds={levels: 21, count: 2}"]))


@functools.cache
def rendered(ordinal: int, size: int = 256, picture_format: str = "png") -> FinishedGroup:
    engine = registry.find("engines", "rendered")(settings(size, picture_format))
    return next(iter(engine.generate([planned(ordinal)])))


def view(
    ordinal: int, changes: Changes | None = None, size: int = 256, picture_format: str = "png", outputs: tuple[str, ...] = LAYERS
) -> GroupView:
    """A rendered group as checks see it."""
    made = rendered(ordinal, size, picture_format)
    samples = [FinishedSample(one.key, {**one.members, **(changes or {}).get(one.key, {})}) for one in made.samples]
    kept = [
        FinishedSample(one.key, {suffix: data for suffix, data in one.members.items() if _is_kept(suffix, outputs)})
        for one in samples
    ]
    return viewed(planned(ordinal), kept, settings(size, picture_format, outputs))


def viewed(group: PlannedGroup, samples: list[FinishedSample], chosen: EngineSettings) -> GroupView:
    data = b"".join(group_bytes(FinishedGroup(group.id, tuple(samples))))
    file = io.BytesIO(data)
    file.name = f"{group.id}.tar"
    members = tuple(StoredMember(name, offset, size, "") for name, offset, size in read_members(file))
    return view_group(group, chosen, "rendered", [(StoredTar(file.name, len(data), "", members), data)])


def _is_kept(suffix: str, outputs: tuple[str, ...]) -> bool:
    return suffix.partition(".")[0] not in LAYERS or suffix.partition(".")[0] in outputs


def key(ordinal: int, pose: int, background: int) -> str:
    return f"{planned(ordinal).id}-p{pose:02d}-b{background:02d}"


def pixels(ordinal: int, name: str, member: str, size: int = 256, picture_format: str = "png") -> Any:
    """A member of a rendered sample as an array that may be written to."""
    made = {sample.key: sample.members for sample in rendered(ordinal, size, picture_format).samples}
    return np.array(decode(made[name][member]))


def ghost(ordinal: int, name: str, share: float, size: int = 256) -> np.ndarray:
    """A sample's plate with its subject left in it to a share."""
    there = pixels(ordinal, name, "mask.png", size)[..., None] / 255 * share
    plate, picture = (pixels(ordinal, name, member, size) for member in ("plate.png", "png"))
    return np.rint(plate * (1 - there) + picture * there).astype(np.uint8)


def blurred(picture: np.ndarray, sigma: float) -> np.ndarray:
    """Gaussian blur of sigma pixels."""
    return np.asarray(Image.fromarray(picture).filter(ImageFilter.GaussianBlur(sigma)))


def jpeg(picture: np.ndarray, quality: int) -> np.ndarray:
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "JPEG", quality=quality)
    return np.asarray(Image.open(stream))


def png(picture: np.ndarray) -> bytes:
    return toy_runs.png(picture)


def with_record(sample: SampleView, **fields: Any) -> bytes:
    return json.dumps({**sample.record, **fields}).encode()


def refused(name: str, found: Measures) -> dict[str, set[str]]:
    """Sample key to those measures that the check's own limits refuse, for samples with any."""
    rules = [rule for rule in read_rules({name: {}}) if rule.check == name and rule.scope is Scope.SAMPLE]
    faults = {
        key: {rule.measure for rule in rules if rule.fault(values.get(rule.measure), found.unchecked.get(rule.measure, ""))}
        for key, values in found.samples.items()
    }
    return {key: measures for key, measures in faults.items() if measures}


def check(name: str, **options: str) -> Check:
    made: Check = registry.find("checks", name)(**options)
    return made

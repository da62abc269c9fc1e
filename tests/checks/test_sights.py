"""Which rendered samples tell where in the world their pixels lie."""

import functools
import json

import numpy as np
import pytest
from numba.core.registry import CPUDispatcher
from scene_groups import planned, png, settings, viewed

from spotdiff10k import registry
from spotdiff10k.checks._sights import sights_of
from spotdiff10k.checks.identity import Identity
from spotdiff10k.committed import GroupView
from spotdiff10k.identity import carrying, crops, exchanges, shading, sights
from spotdiff10k.identity.appearance import appearance
from spotdiff10k.types import FinishedGroup, FinishedSample

ORDINAL = 4
CHOSEN = settings(128, outputs=("depth",))


@functools.cache
def rendered() -> FinishedGroup:
    made: FinishedGroup = next(iter(registry.find("engines", "rendered")(CHOSEN).generate([planned(ORDINAL)])))
    return made


def view(**changes: bytes | None) -> GroupView:
    """With other members of the first sample, by the start of their suffix; without those that are None."""
    first, *others = rendered().samples
    members = {suffix: changes.get(suffix.partition(".")[0], data) for suffix, data in first.members.items()}
    kept = {suffix: data for suffix, data in members.items() if data is not None}
    return viewed(planned(ORDINAL), [FinishedSample(first.key, kept), *others], CHOSEN)


def told(group: GroupView) -> list[bool]:
    looks = [appearance(sample.picture, sample.mask) for sample in group.samples]
    return [found is not None for found in sights_of(group.samples, looks, [None] * len(looks))]


def without(field: str) -> bytes:
    return json.dumps({name: value for name, value in view().samples[0].record.items() if name != field}).encode()


def test_depth_and_camera_and_scale_make_a_sight() -> None:
    assert told(view()) == [True] * 4


@pytest.mark.parametrize("field", ["camera_position", "camera_rotation", "focal", "depth_scale"])
def test_a_record_that_lacks_any_of_them_makes_none(field: str) -> None:
    assert told(view(json=without(field))) == [False, True, True, True]


@pytest.mark.parametrize("depth", [None, np.ones((64, 64), np.uint16), np.ones((128, 128), np.uint8)])
def test_a_depth_layer_that_lacks_or_is_of_another_kind_makes_none(depth: np.ndarray | None) -> None:
    assert told(view(depth=None if depth is None else png(depth))) == [False, True, True, True]


def test_a_subject_that_shows_nothing_has_no_sight() -> None:
    assert told(view(mask=png(np.zeros((128, 128), np.uint8)))) == [False, True, True, True]


def test_measuring_with_depth_compiles_nothing_that_warm_up_did_not() -> None:
    modules = (carrying, crops, exchanges, shading, sights)
    kernels = {value for module in modules for value in vars(module).values() if isinstance(value, CPUDispatcher)}
    Identity.warm_up()
    before = sum(len(kernel.signatures) for kernel in kernels)
    Identity().measure(view())
    assert sum(len(kernel.signatures) for kernel in kernels) == before

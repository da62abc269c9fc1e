"""Which rendered samples tell where in the world their pixels lie."""

import functools
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numba.core.registry import CPUDispatcher
from scene_groups import planned, png, settings, viewed

from spotdiff10k import registry
from spotdiff10k.checks._sights import sights_of
from spotdiff10k.checks.identity import Identity
from spotdiff10k.checks.pose import Pose
from spotdiff10k.committed import GroupView
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


def compiled_late() -> list[str]:
    """Kernels of checks that `warm_up` had not compiled for all that measuring asks of them. For a process of its own."""
    group = view()
    for sample in group.samples:
        assert sample.picture.size  # decoding is no check's business
    for check in (Identity, Pose):
        check.warm_up()
    names = [name for name in sys.modules if name.startswith(("spotdiff10k.checks", "spotdiff10k.identity"))]
    kernels = {value for name in names for value in vars(sys.modules[name]).values() if isinstance(value, CPUDispatcher)}
    before = {kernel: len(kernel.signatures) for kernel in kernels}
    for check in (Identity(), Pose()):
        check.measure(group)
    return [kernel.__name__ for kernel in kernels if len(kernel.signatures) > before[kernel]]


def test_measuring_with_depth_compiles_nothing_that_warm_up_did_not() -> None:
    script = "import test_sights; print(test_sights.compiled_late())"
    paths = os.pathsep.join([str(Path(__file__).parent), *(path for path in sys.path if path)])
    done = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"

"""The pixel-lock check on composites whose truth is known, on toy groups, and on really rendered ones."""

import dataclasses
import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
import scene_groups as scenes
import toy_runs
from hypothesis import given, settings
from hypothesis import strategies as st

from spotdiff10k.checks._colour_map import ColourMap, NoColourMapError, read_colour_map
from spotdiff10k.checks.pixel_lock import PixelLock
from spotdiff10k.committed import GroupView
from spotdiff10k.measures import Measures
from spotdiff10k.samples import decode
from spotdiff10k.types import BackgroundLevel, FinishedSample, PlannedCell, PlannedGroup

CHECK = PixelLock()
SIDE = toy_runs.SIZE
Edit = Callable[[str, dict[str, Any]], None]
"""Takes a sample's key and its picture, mask, plate and record, to be changed in place."""

MAPS = [
    [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0],
    [0.7, 0.05, 0, 12, 0.02, 0.8, 0.03, 5, 0, 0.1, 0.6, 20],
    [1.1, -0.05, 0, -8, 0, 0.95, 0, 0, -0.02, 0, 1.05, 3],
]
"""How three backgrounds change the subject's colours: not at all, dim, and warm."""


def composite(edit: Edit = lambda key, parts: None, maps: bool = True, backgrounds: int = 3) -> GroupView:
    """One subject of random colours, composited in two poses on backgrounds that each change its colours by a map."""
    group = with_backgrounds(toy_runs.some_group(), backgrounds)
    rng = np.random.default_rng(11)
    samples = []
    subjects = rng.integers(30, 200, (2, SIDE, SIDE, 3))
    for cell, good in zip(group.cells, toy_runs.finished(group).samples, strict=True):
        numbers = np.array(MAPS[cell.background_index]).reshape(3, 4)
        subject = np.clip(subjects[cell.pose_index] @ numbers[:, :3].T + numbers[:, 3], 0, 255)
        subject = subject if maps else subjects[cell.pose_index].astype(float)
        members = {name: np.array(decode(data)) for name, data in good.members.items() if name != "json"}
        inside = members["mask.png"][..., None] / 255
        shaded = members["plate.png"] * (members["shadow.png"] / 255)
        annotations = {"colour_map": MAPS[cell.background_index]} if maps else {}
        record = {**json.loads(good.members["json"]), "pixel_lock": "exact"}
        parts = {**members, "png": np.rint(subject * inside + shaded * (1 - inside)).astype(np.uint8), "annotations": annotations}
        parts["record"] = record
        edit(good.key, parts)
        record["annotations"] = json.dumps(parts.pop("annotations"))
        data = {"json": json.dumps(parts.pop("record")).encode()}
        samples.append(FinishedSample(good.key, {**{name: toy_runs.png(one) for name, one in parts.items()}, **data}))
    return scenes.viewed(group, samples, toy_runs.settings())


def with_backgrounds(group: PlannedGroup, count: int) -> PlannedGroup:
    levels = tuple(BackgroundLevel(f"studio-{n:02d}", "studio", n, f"in studio {n}", 12.0, 40.0) for n in range(count))
    cells = tuple(
        PlannedCell(f"{group.id}-p{p:02d}-b{b:02d}", p, b, 5, 0, f"a disc, {p} {b}", f"{p} {b}")
        for p in range(2)
        for b in range(count)
    )
    return dataclasses.replace(group, backgrounds=levels, cells=cells)


def key(pose: int, background: int) -> str:
    return f"g000003-p{pose:02d}-b{background:02d}"


def center(pose: int) -> tuple[int, int]:
    """The middle of the toys' disc, as row and column."""
    return SIDE // 2, round(SIDE * (0.4 + 0.2 * pose))


def edited(edits: Mapping[str, Callable[[dict[str, Any]], None]], **how: Any) -> Measures:
    return CHECK.measure(composite(lambda name, parts: edits[name](parts) if name in edits else None, **how))


@pytest.mark.parametrize("maps", [False, True])
def test_a_kept_promise_passes_up_to_the_recorded_colour_maps(maps: bool) -> None:
    found = edited({}, maps=maps)
    assert scenes.refused("pixel_lock", found) == {}
    assert found.unchecked == {}
    assert max(values["subject_difference"] for values in found.samples.values()) == 0.0


@pytest.mark.parametrize("maps", [False, True])
def test_one_changed_pixel_is_seen_and_blamed_on_its_sample(maps: bool) -> None:
    def change(parts: dict[str, Any]) -> None:
        parts["png"][center(1)][2] += 9

    found = edited({key(1, 2): change}, maps=maps)
    assert scenes.refused("pixel_lock", found) == {key(1, 2): {"subject_difference"}}


def test_a_pixel_that_both_colour_maps_could_not_hold_is_left_out() -> None:
    def clip(parts: dict[str, Any]) -> None:
        parts["png"][center(0)] = 255

    assert scenes.refused("pixel_lock", edited({key(0, background): clip for background in range(3)})) == {}


def test_of_two_that_differ_both_are_doubted() -> None:
    def change(parts: dict[str, Any]) -> None:
        parts["png"][center(0)] ^= 64

    found = edited({key(0, 1): change}, maps=False, backgrounds=2)
    assert set(scenes.refused("pixel_lock", found)) == {key(0, 0), key(0, 1)}


def test_a_wrong_colour_map_breaks_the_promise() -> None:
    def swap(parts: dict[str, Any]) -> None:
        parts["annotations"] = {"colour_map": MAPS[2]}

    assert set(scenes.refused("pixel_lock", edited({key(0, 1): swap}))) == {key(0, 1)}


@pytest.mark.parametrize(
    "wrong",
    [[0] * 12, [1, 2], "red", [10**400] * 12, [1e200, 2e200, 3e200, 0.0] * 3, [1e200, 0, 0, 0, 0, 1e200, 0, 0, 0, 0, 1e200, 0]],
)
def test_what_is_no_colour_map_is_refused_with_a_reason(wrong: Any) -> None:
    def spoil(parts: dict[str, Any]) -> None:
        parts["annotations"] = {"colour_map": wrong}

    found = edited({key(1, 0): spoil})
    assert scenes.refused("pixel_lock", found) == {key(1, 0): {"subject_difference"}}
    assert "colour_map" in found.evidence[key(1, 0)]


def test_a_colour_map_of_infinite_numbers_is_none() -> None:
    with pytest.raises(NoColourMapError, match="traced back"):
        read_colour_map({"colour_map": [float("inf")] * 12})


def test_a_subject_that_stands_elsewhere_breaks_the_promise() -> None:
    def move(parts: dict[str, Any]) -> None:
        for name in ("png", "mask.png"):
            parts[name] = np.roll(parts[name], (SIDE // 2, SIDE // 2), axis=(0, 1))

    found = edited({key(0, 2): move})
    assert scenes.refused("pixel_lock", found)[key(0, 2)] >= {"subject_difference"}
    assert "shares no pixel" in found.evidence[key(0, 2)]


def test_toys_that_promise_and_do_not_keep_it_are_refused() -> None:
    """The toy engine colours its discs a little differently on every background."""

    def promise(name: str, members: dict[str, bytes]) -> dict[str, bytes]:
        return {**members, "json": toy_runs.as_json({**json.loads(members["json"]), "pixel_lock": "exact"})}

    group = toy_runs.some_group()
    found = CHECK.measure(toy_runs.view(group, toy_runs.finished(group, promise)))
    assert len(scenes.refused("pixel_lock", found)) == len(group.cells)


def test_where_nothing_is_promised_nothing_is_proven_and_that_is_said() -> None:
    group = toy_runs.some_group()
    found = CHECK.measure(toy_runs.view(group, toy_runs.finished(group)))
    assert "does not promise" in found.unchecked["subject_difference"]
    assert scenes.refused("pixel_lock", found) == {}


def test_lossy_pictures_and_missing_layers_leave_it_unchecked() -> None:
    view = composite()
    lossy = dataclasses.replace(view.settings, picture_format="jpg")
    assert "not png" in CHECK.measure(dataclasses.replace(view, settings=lossy, samples=())).unchecked["subject_difference"]
    bare = dataclasses.replace(view, settings=dataclasses.replace(view.settings, outputs=("plate",)))
    assert set(CHECK.measure(bare).unchecked) == {"expansion"}


@pytest.mark.parametrize("ordinal", [0, 4])
def test_nothing_grows_in_rendered_groups_and_what_was_added_is_measured(ordinal: int) -> None:
    assert scenes.refused("pixel_lock", CHECK.measure(scenes.view(ordinal))) == {}
    name = scenes.key(ordinal, 0, 0)
    picture, mask = scenes.pixels(ordinal, name, "png"), scenes.pixels(ordinal, name, "mask.png")
    picture[:20, :20] ^= 128
    assert not mask[:20, :20].any()
    found = CHECK.measure(scenes.view(ordinal, {name: {"png": scenes.png(picture)}}))
    assert found.samples[name]["expansion"] == pytest.approx(400 / np.count_nonzero(mask))
    assert scenes.refused("pixel_lock", found) == {name: {"expansion"}}


numbers = st.lists(st.floats(-2, 2), min_size=9, max_size=9).map(lambda values: np.array(values).reshape(3, 3))


@settings(deadline=None, max_examples=60)
@given(numbers, st.lists(st.floats(-50, 50), min_size=3, max_size=3).map(np.array))
def test_the_inverse_of_a_map_is_that_of_linear_algebra(matrix: np.ndarray, offset: np.ndarray) -> None:
    way = ColourMap(matrix, offset)
    assert way.determinant == pytest.approx(np.linalg.det(matrix), abs=1e-9)
    if abs(way.determinant) > 0.05:
        assert way.inverse().matrix == pytest.approx(np.linalg.inv(matrix), abs=1e-6)
        there_and_back = way.inverse().after(way)
        assert there_and_back.matrix == pytest.approx(np.eye(3), abs=1e-6)
        assert there_and_back.offset == pytest.approx(np.zeros(3), abs=1e-4)

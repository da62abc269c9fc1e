"""The engine composite: what is promised of its pixels, recomputed from the members and the cut-outs alone."""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import photo_subjects
import pytest
from PIL import Image

from spotdiff10k import plan, recipe, registry
from spotdiff10k.checks.pixel_lock import PixelLock
from spotdiff10k.committed import GroupView, StoredMember, StoredTar, view_group
from spotdiff10k.errors import EngineError
from spotdiff10k.samples import decode
from spotdiff10k.tar import group_bytes, read_members
from spotdiff10k.types import EngineSettings, FinishedGroup, PlannedGroup

SIZE = 128
Members = Mapping[str, bytes]


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return photo_subjects.imported(tmp_path_factory.mktemp("photos"), subjects=2, views=2)


def chosen(photos: Path, *more: str) -> recipe.Recipe:
    overrides = [f"engine={{name: composite, size: {SIZE}}}", f"subjects={{count: 2, source: {{photos: {photos}}}}}"]
    overrides += ["poses={levels: 2, count: 2}", "backgrounds={levels: 3, count: 3, kinds: [meadow, living_room, night_street]}"]
    return recipe.load("tiny", [*overrides, "splits={train: 1.0, validation: 0.0, test: 0.0}", *more])


def made(loaded: recipe.Recipe, ordinal: int = 0) -> tuple[PlannedGroup, FinishedGroup]:
    group = plan.make(loaded).group(ordinal)
    return group, next(iter(registry.find("engines", "composite")(loaded.engine_settings()).generate([group])))


@pytest.fixture(scope="module")
def plain(photos: Path) -> tuple[PlannedGroup, FinishedGroup]:
    return made(chosen(photos, "engine.options={match_light: false}"))


@pytest.fixture(scope="module")
def matched(photos: Path) -> tuple[PlannedGroup, FinishedGroup]:
    return made(chosen(photos))


def pixels(members: Members, name: str) -> Any:
    return decode(members[name]).astype(np.int64)


def core(alpha: Any) -> Any:
    """Opaque pixels whose four neighbours are opaque too: the eroded mask."""
    full = np.pad(alpha == 255, 1)
    return full[1:-1, 1:-1] & full[:-2, 1:-1] & full[2:, 1:-1] & full[1:-1, :-2] & full[1:-1, 2:]


def by_pose(made: tuple[PlannedGroup, FinishedGroup]) -> list[list[Members]]:
    group, finished = made
    poses: list[list[Members]] = [[] for _ in group.poses]
    for cell, sample in zip(group.cells, finished.samples, strict=True):
        poses[cell.pose_index].append(sample.members)
    return poses


def test_inside_the_eroded_mask_subject_pixels_are_the_same_on_every_background(
    plain: tuple[PlannedGroup, FinishedGroup],
) -> None:
    for samples in by_pose(plain):
        masks = [pixels(members, "mask.png") for members in samples]
        assert all(np.array_equal(mask, masks[0]) for mask in masks)
        inside = core(masks[0])
        assert np.count_nonzero(inside) > 0.1 * SIZE * SIZE
        pictures = [pixels(members, "png") for members in samples]
        assert all(np.array_equal(picture[inside], pictures[0][inside]) for picture in pictures)
        assert any(not np.array_equal(picture[~inside], pictures[0][~inside]) for picture in pictures)


def test_without_light_matching_no_colour_map_is_recorded(plain: tuple[PlannedGroup, FinishedGroup]) -> None:
    records = [json.loads(sample.members["json"]) for sample in plain[1].samples]
    assert all("colour_map" not in json.loads(record["annotations"]) for record in records)
    assert {record["pixel_lock"] for record in records} == {"exact"}


def test_with_light_matching_the_recorded_map_of_the_plain_colours_gives_every_opaque_pixel(
    plain: tuple[PlannedGroup, FinishedGroup], matched: tuple[PlannedGroup, FinishedGroup]
) -> None:
    maps = set()
    for own, lit in zip(plain[1].samples, matched[1].samples, strict=True):
        numbers = json.loads(json.loads(lit.members["json"])["annotations"])["colour_map"]
        maps.add(tuple(numbers))
        matrix = np.asarray(numbers).reshape(3, 4)
        inside = pixels(own.members, "mask.png") == 255
        colours = pixels(own.members, "png")[inside]
        expected = np.clip(colours @ matrix[:, :3].T + matrix[:, 3], 0, 255)
        assert np.abs(expected - pixels(lit.members, "png")[inside]).max() <= 0.5 + 1e-9
    assert len(maps) == 3  # one for each background's light


@pytest.mark.parametrize("name", ["plain", "matched"])
def test_outside_the_mask_a_picture_is_its_plate_times_its_shadow(name: str, request: pytest.FixtureRequest) -> None:
    _, finished = request.getfixturevalue(name)
    for sample in finished.samples:
        outside = pixels(sample.members, "mask.png") == 0
        shaded = pixels(sample.members, "plate.png") * pixels(sample.members, "shadow.png") / 255
        assert np.abs(shaded - pixels(sample.members, "png"))[outside].max() <= 0.5


def test_the_check_pixel_lock_finds_the_promise_kept(
    plain: tuple[PlannedGroup, FinishedGroup], matched: tuple[PlannedGroup, FinishedGroup]
) -> None:
    for group, finished in (plain, matched):
        measured = PixelLock().measure(viewed(group, finished))
        assert not measured.unchecked
        assert max(values["subject_difference"] for values in measured.samples.values()) == 0.0
        assert max(values["expansion"] for values in measured.samples.values()) == 0.0


def viewed(group: PlannedGroup, finished: FinishedGroup) -> GroupView:
    """A finished group as checks see it."""
    data = b"".join(group_bytes(finished))
    file = io.BytesIO(data)
    file.name = f"{group.id}.tar"
    members = [StoredMember(name, at, size, "") for name, at, size in read_members(file)]
    settings = EngineSettings(size=SIZE, outputs=("plate", "shadow"))
    return view_group(group, settings, "composite", [(StoredTar(file.name, len(data), "", tuple(members)), data)])


def test_subjects_stand_on_the_ground_and_darken_it_where_they_touch_it(plain: tuple[PlannedGroup, FinishedGroup]) -> None:
    for sample in plain[1].samples:
        record = json.loads(sample.members["json"])
        left, _, right, bottom = record["box"]
        shadow = pixels(sample.members, "shadow.png").mean(axis=2)
        under = shadow[bottom : bottom + 3, left + 8 : right - 8]
        assert under.min() < 215
        assert shadow[: SIZE // 4].min() == 255  # nothing falls on the sky


def test_the_same_plan_gives_the_same_bytes_whatever_is_made_before_it(photos: Path, matched: Any) -> None:
    loaded = chosen(photos)
    engine = registry.find("engines", "composite")(loaded.engine_settings())
    both = list(engine.generate([plan.make(loaded).group(1), plan.make(loaded).group(0)]))
    assert both[1] == matched[1]


def test_a_cut_out_that_was_altered_is_refused_in_a_sentence(tmp_path: Path) -> None:
    photos = photo_subjects.imported(tmp_path, subjects=2, views=2)
    loaded = chosen(photos)
    group = plan.make(loaded).group(0)
    for file in photos.glob("*/*.png"):
        file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(EngineError, match="is not the one in the catalogue: its sha256 differs"):
        next(iter(registry.find("engines", "composite")(loaded.engine_settings()).generate([group])))


def test_a_side_that_the_photograph_cut_lies_on_the_border_of_the_picture() -> None:
    from spotdiff10k.engines.composite.placing import place
    from spotdiff10k.photos.cut_out import CutOut

    colours = np.full((50, 30, 3), 90, np.uint8)
    alpha = np.full((50, 30), 255, np.uint8)
    free = place(CutOut(colours, alpha), SIZE)
    assert free.left > 0
    assert free.top + free.alpha.shape[0] < SIZE
    assert free.grounded
    bust = place(CutOut(colours, alpha, ("bottom",)), SIZE)
    assert bust.top + bust.alpha.shape[0] == SIZE
    assert not bust.grounded
    wide = place(CutOut(colours, alpha, ("left", "right")), SIZE)
    assert (wide.left, wide.alpha.shape[1]) == (0, SIZE)


def test_resampling_leaves_no_background_colour_in_soft_edges() -> None:
    from spotdiff10k.engines.composite.placing import place
    from spotdiff10k.photos.cut_out import CutOut

    alpha = np.zeros((60, 60), np.uint8)
    alpha[10:50, 10:50] = 255
    colours = np.zeros((60, 60, 3), np.uint8)  # black where it is clear ...
    colours[10:50, 10:50] = (200, 100, 40)  # ... must not darken the edge of this
    placed = place(CutOut(colours, alpha), 64)
    seen = placed.alpha > 60
    assert np.abs(placed.colours[seen].astype(int) - (200, 100, 40)).max() <= 2


def test_peoples_own_photos_are_backgrounds_too(photos: Path, tmp_path: Path) -> None:
    for number, colour in enumerate(((90, 120, 200), (180, 160, 120))):
        Image.new("RGB", (160, 128), colour).save(tmp_path / f"place {number}.png")
    _, finished = made(chosen(photos, f"backgrounds={{levels: 2, count: 2, source: {{images: {tmp_path}}}}}"))
    for sample in finished.samples:
        outside = pixels(sample.members, "mask.png") == 0
        shaded = pixels(sample.members, "plate.png") * pixels(sample.members, "shadow.png") / 255
        assert np.abs(shaded - pixels(sample.members, "png"))[outside].max() <= 0.5
        assert pixels(sample.members, "shadow.png").min() < 200


def test_light_matching_darkens_at_night_and_never_brightens_much(photos: Path) -> None:
    from spotdiff10k.engines.composite.light_match import MOST_GAIN, matched
    from spotdiff10k.engines.rendered.scenes.plate import make_plate

    levels = plan.make(chosen(photos, "backgrounds={levels: 6, count: 2, kinds: [snow, night_street, farm]}")).backgrounds
    gains = {level.id: np.asarray(matched(make_plate(level, 64).lighting).numbers).reshape(3, 4) for level in levels}
    assert max(float(matrix.max()) for matrix in gains.values()) <= MOST_GAIN + 1e-6
    for matrix in gains.values():
        assert np.array_equal(matrix[:, :3], np.diag(np.diag(matrix[:, :3])))
        assert not matrix[:, 3].any()
    assert gains["night-street-00"][2, 2] < gains["snow-00"][2, 2]

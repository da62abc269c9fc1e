"""The whole engine: planned groups in, members out."""

import dataclasses
import hashlib
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image
from stand_ins import flat_plate

from spotdiff10k import samples, schema
from spotdiff10k.checks._extent import extent_of
from spotdiff10k.engines.rendered import Rendered, encode
from spotdiff10k.engines.rendered.centres import DEPTH_STEPS_PER_METRE
from spotdiff10k.engines.rendered.plates import SMALL_PARTS, KeptPlate, PlateCache
from spotdiff10k.types import (
    BackgroundLevel,
    Engine,
    EngineSettings,
    FinishedGroup,
    FinishedSample,
    PlannedCell,
    PlannedGroup,
    PoseLevel,
    SubjectLevel,
)

ALL = samples.OPTIONAL_OUTPUTS
SIZE = 96


def planned(group: int = 0, cells: slice = slice(None)) -> PlannedGroup:
    poses = (PoseLevel("stand-left", "stand", 35.0, "standing"), PoseLevel("walk-right", "walk", -68.0, "walking"))
    backgrounds = tuple(BackgroundLevel(f"meadow-{i:02d}", "meadow", i, "in a meadow", 8.0 + 6 * i, 34.0) for i in range(2))
    grid = [(pose, background) for pose in range(2) for background in range(2)]
    wanted = tuple(
        PlannedCell(f"g{group:06d}-p{p:02d}-b{b:02d}", p, b, 2**52 + group, 0, "an animal standing", "a meadow") for p, b in grid
    )[cells]
    subject = SubjectLevel(f"s{group:06d}", "quadruped", group + 5, "animal", "an animal")
    return PlannedGroup(f"g{group:06d}", group, "train", False, subject, poses, backgrounds, wanted)


def make(group: PlannedGroup, outputs: tuple[str, ...] = ALL, **settings: object) -> FinishedGroup:
    engine = Rendered(EngineSettings(size=SIZE, outputs=outputs, **settings))  # type: ignore[arg-type]
    return next(iter(engine.generate([group])))


@pytest.fixture(scope="module")
def finished() -> FinishedGroup:
    return make(planned())


@pytest.fixture(params=range(4))
def sample(request: pytest.FixtureRequest, finished: FinishedGroup) -> Iterator[FinishedSample]:
    yield finished.samples[request.param]


def pixels(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as picture:
        return np.asarray(picture)


def test_it_is_an_engine_and_light_to_import() -> None:
    assert isinstance(Rendered(EngineSettings(size=64, outputs=())), Engine)
    code = "import sys, spotdiff10k.engines.rendered.model; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_cells_come_in_plan_order_with_the_members_that_were_asked_for(finished: FinishedGroup) -> None:
    group = planned()
    assert [s.key for s in finished.samples] == [cell.key for cell in group.cells]
    expected = samples.expected_members(EngineSettings(size=SIZE, outputs=ALL))
    assert all(tuple(sorted(s.members)) == expected for s in finished.samples)
    assert tuple(sorted(make(planned(cells=slice(1)), ()).samples[0].members)) == ("json", "mask.png", "png")


def test_members_have_the_modes_of_the_contract(sample: FinishedSample) -> None:
    for suffix, data in sample.members.items():
        if suffix != "json":
            header = samples.read_header(data)
            assert (header.width, header.height) == (SIZE, SIZE)
            assert header.mode in samples.colour_modes(suffix)


def test_outside_the_mask_the_picture_is_plate_times_shadow(sample: FinishedSample) -> None:
    picture, plate, shadow = (pixels(sample.members[name]).astype(float) for name in ("png", "plate.png", "shadow.png"))
    outside = pixels(sample.members["mask.png"]) == 0
    assert 0.3 < outside.mean() < 0.99
    assert np.abs(picture - plate * shadow / 255)[outside].max() <= 2


def test_plates_are_shared_by_poses_and_groups(finished: FinishedGroup) -> None:
    plates = [s.members["plate.png"] for s in finished.samples]
    assert plates[0] == plates[2] != plates[1] == plates[3]
    assert make(planned(group=1, cells=slice(1))).samples[0].members["plate.png"] == plates[0]


def test_the_record_is_flat_true_and_agrees_with_the_plan(sample: FinishedSample) -> None:
    record = samples.read_record(sample.members["json"])
    group = planned()
    cell = next(cell for cell in group.cells if cell.key == sample.key)
    assert schema.faults(record) == []
    assert schema.disagreements(record, schema.planned_fields(group, cell)) == []
    picture, mask = pixels(sample.members["png"]), pixels(sample.members["mask.png"])
    assert record["pixels_sha256"] == samples.pixels_digest(picture)
    assert tuple(record["box"]) == extent_of(mask).box
    assert record["mask_area"] == pytest.approx(mask.mean() / 255, abs=1e-6)
    assert record["depth_scale"] * DEPTH_STEPS_PER_METRE == 1
    assert np.linalg.det(np.array(record["camera_rotation"]).reshape(3, 3)) == pytest.approx(1, abs=1e-5)
    notes = json.loads(record["annotations"])
    assert notes["keypoint_schema"] == "ap10k"
    assert len(notes["keypoints"]) == 17
    assert all(len(point) == 5 and point[4] in (0, 1, 2) for point in notes["keypoints"])


def test_every_record_has_the_same_fields_with_the_same_kinds(finished: FinishedGroup) -> None:
    other = make(planned(group=1, cells=slice(1)))
    shapes = [schema.shape(samples.read_record(s.members["json"])) for s in (*finished.samples, *other.samples)]
    assert all(shape == shapes[0] for shape in shapes)


def test_a_cell_does_not_depend_on_the_others_nor_on_what_was_made_before(finished: FinishedGroup) -> None:
    engine = Rendered(EngineSettings(size=SIZE, outputs=ALL))
    groups = list(engine.generate([planned(1, slice(1, 2)), planned(0, slice(3, 4)), planned(0, slice(0, 1))]))
    assert groups[1].samples[0].members == finished.samples[3].members
    assert groups[2].samples[0].members == finished.samples[0].members


def test_another_attempt_is_recorded_and_the_seed_stays_exact() -> None:
    group = planned(cells=slice(1))
    group = dataclasses.replace(group, cells=(dataclasses.replace(group.cells[0], attempt=2, seed=2**53 - 1),))
    record = samples.read_record(make(group, ()).samples[0].members["json"])
    assert (record["attempt"], record["seed"]) == (2, 2**53 - 1)


@pytest.mark.parametrize("picture_format", ["jpg", "webp"])
def test_other_picture_formats_carry_the_digest_of_what_is_decoded(picture_format: str) -> None:
    members = make(planned(cells=slice(1)), ("plate",), picture_format=picture_format).samples[0].members
    assert set(members) == {picture_format, "mask.png", "json", f"plate.{picture_format}"}
    record = samples.read_record(members["json"])
    assert record["pixels_sha256"] == hashlib.sha256(pixels(members[picture_format]).tobytes()).hexdigest()


def test_the_plate_cache_gives_back_what_was_made_and_forgets_what_was_used_longest_ago() -> None:
    made: list[str] = []
    plate = flat_plate(128)

    def build(level: BackgroundLevel) -> KeptPlate:
        made.append(level.id)
        return KeptPlate(plate, level.id.encode())

    cache = PlateCache(build, limit=12 * (len(encode.png(plate.rgb)) + SMALL_PARTS + 1024))
    levels = [BackgroundLevel(f"level-{i:02d}", "meadow", 0, "", 10.0, 34.0) for i in range(20)]
    for level in [*levels[:10], *levels[:10]]:
        kept = cache.get(level)
        assert kept.encoded == level.id.encode()
        assert all((getattr(kept.plate, layer) == getattr(plate, layer)).all() for layer in ("rgb", "ground", "sunlit"))
    assert made == [level.id for level in levels[:10]]  # ten fit, though not all stay unpacked
    for level in levels[10:]:
        cache.get(level)
    cache.get(levels[0])
    assert made[-1] == levels[0].id  # forgotten, so made again


def test_warming_up_makes_every_kernel_ready() -> None:
    from spotdiff10k.engines.rendered import centres, compose, ground_shadow, raster

    Rendered(EngineSettings(size=SIZE, outputs=ALL)).warm_up()
    kernels: tuple[Any, ...] = (
        compose.shade_pixels,
        centres.measure_centres,
        ground_shadow._shadow_pixels,
        raster.rasterise_lattice,
    )
    ready = [len(kernel.signatures) for kernel in kernels]
    make(planned(group=3, cells=slice(1)))
    assert [len(kernel.signatures) for kernel in kernels] == ready

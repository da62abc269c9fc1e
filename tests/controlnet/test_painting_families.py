"""Every family, built from a config with random weights, saved, loaded, and a whole group made through the real path."""

import json

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("diffusers")
import painted  # noqa: E402
import tiny  # noqa: E402

from spotdiff10k import schema  # noqa: E402
from spotdiff10k.engines.controlnet.addresses import plate_seed  # noqa: E402
from spotdiff10k.engines.controlnet.drawings import JOIN, POSE, Drawing  # noqa: E402
from spotdiff10k.engines.controlnet.families import all_families  # noqa: E402
from spotdiff10k.engines.controlnet.locking import regions_of  # noqa: E402
from spotdiff10k.samples import pixels_digest, read_record  # noqa: E402

torch.set_num_threads(1)
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::UserWarning")
OPAQUE = 255


@pytest.fixture(scope="module", params=list(tiny.BUILDERS))
def family(request):
    return request.param


@pytest.fixture(scope="module")
def engine(family):
    with pytest.MonkeyPatch.context() as patch:
        if family == "qwen-edit":
            painted.small_references(patch)
        yield painted.engine(family)


@pytest.fixture(scope="module")
def made(engine):
    (finished,) = engine.generate([painted.group()])
    return finished


def test_every_family_of_the_table_has_a_tiny_pipeline():
    assert set(tiny.BUILDERS) == set(all_families())


def test_a_whole_group_is_made_and_its_records_say_how(made, family):
    group = painted.group()
    assert [sample.key for sample in made.samples] == [cell.key for cell in group.cells]
    pictures = painted.pictures(made)
    for cell, sample in zip(group.cells, made.samples, strict=True):
        assert sorted(sample.members) == ["json", "mask.png", "plate.png", "png"]
        record = read_record(sample.members["json"])
        assert schema.faults(record) + schema.disagreements(record, dict(schema.planned_fields(group, cell))) == []
        assert record["pixels_sha256"] == pixels_digest(pictures[cell.key])
        assert (record["model_family"], record["pixel_lock"], record["hold"]) == (family, "exact", "both")
        assert '"sha256":"' in record["models"]
        assert record["scheduler"].endswith("Scheduler")
        said = json.loads(record["annotations"])
        assert cell.caption in said["prompts"]["join"]
        assert group.subject.description in said["prompts"]["pose"]
        assert said["plate_seed"] == plate_seed(group.backgrounds[cell.background_index])
        assert said["scheduler_settings"]


def test_subject_pixels_are_the_same_on_every_background_and_the_rest_is_the_plate_to_the_bit(made):
    pictures, masks, plates = painted.pictures(made), painted.pictures(made, "mask.png"), painted.pictures(made, "plate.png")
    for pose in range(2):
        one, other = (f"{made.id}-p{pose:02d}-b{background:02d}" for background in range(2))
        assert np.array_equal(masks[one], masks[other])
        regions = regions_of(masks[one], round(0.04 * painted.SIZE))
        assert regions.core.sum() > 20
        assert np.array_equal(pictures[one][regions.core], pictures[other][regions.core])
        for key in (one, other):
            outside = ~(regions.core | regions.band)
            assert np.array_equal(pictures[key][outside], plates[key][outside])
            assert not np.array_equal(pictures[key][regions.band], plates[key][regions.band])
    assert not np.array_equal(plates[f"{made.id}-p00-b00"], plates[f"{made.id}-p00-b01"])
    assert np.array_equal(plates[f"{made.id}-p00-b00"], plates[f"{made.id}-p01-b00"])


def test_changing_the_control_map_changes_the_picture_and_nothing_else_does(engine):
    maps = [np.random.default_rng(seed).integers(0, 256, (64, 64, 3), np.uint8) for seed in (1, 1, 2)]
    drawn = [Drawing(POSE, 5, "a fox", "blur", {"depth": one}) for one in maps]
    first, again, other = [engine._ready().painter.paint([drawing])[0] for drawing in drawn]
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_join_paints_the_band_and_keeps_what_is_beside_it(engine):
    start = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    band = np.zeros((64, 64), np.uint8)
    band[:, :32] = OPAQUE
    maps = {"depth": start}
    one, other = (
        engine._ready().painter.paint([Drawing(JOIN, seed, "a fox", "blur", maps, start=start, repaint=band)])[0]
        for seed in (1, 2)
    )
    changed = np.abs(one.astype(int) - other).mean(axis=2)
    assert changed[:, :24].mean() > 5
    assert changed[:, 40:].mean() < 0.3 * changed[:, :24].mean()

"""What is held and what varies: subject pixels, noise, parts of groups, bundles, and what a group follows."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("diffusers")
import painted  # noqa: E402
import photo_subjects  # noqa: E402

from spotdiff10k import plan, recipe, registry  # noqa: E402
from spotdiff10k.engines.controlnet import addresses  # noqa: E402
from spotdiff10k.engines.controlnet.drawings import PLATE, POSE, Drawing  # noqa: E402
from spotdiff10k.engines.controlnet.locking import held_alone  # noqa: E402
from spotdiff10k.errors import EngineError  # noqa: E402
from spotdiff10k.samples import read_record  # noqa: E402

torch.set_num_threads(1)
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::UserWarning")
WORDS = "at night"


def only(planned, *places):
    return replace(planned, cells=tuple(planned.cells[place] for place in places))


@pytest.fixture(scope="module")
def engine():
    return painted.engine("sd15")


@pytest.mark.parametrize("hold", ["both", "subject"])
def test_changing_only_the_words_for_the_background_leaves_the_subjects_pixels_as_they_are(hold, engine):
    group = only(painted.group(), 0)
    maker = engine if hold == "both" else painted.engine("sd15", hold=hold)
    (before,), (after,) = maker.generate([group]), maker.generate([painted.elsewhere(group, WORDS)])
    key = group.cells[0].key
    core = held_alone(painted.pictures(before)[key], painted.pictures(before, "mask.png")[key]).regions.core
    first, second = painted.pictures(before)[key], painted.pictures(after)[key]
    assert core.sum() > 20
    assert np.array_equal(first[core], second[core])
    assert not np.array_equal(first, second)


def test_without_holding_anything_every_cell_is_a_picture_of_its_own():
    (made,) = painted.painted("sd15", [only(painted.group(), 0, 1)], hold="none")
    one, other = painted.pictures(made).values()
    assert (one != other).any(axis=2).mean() > 0.9
    assert {read_record(sample.members["json"])["pixel_lock"] for sample in made.samples} == {"none"}


def test_a_bundle_is_made_of_the_bytes_that_its_groups_alone_are_made_of(engine):
    groups = [painted.group(0), painted.group(1)]
    engine._ready()._stream._scheduler._at_once = 2
    together = {made.id: made for made in engine.generate(groups)}
    (alone,) = engine.generate([only(groups[1], 3)])
    assert set(together) == {group.id for group in groups}
    assert alone.samples == together[groups[1].id].samples[3:]


def test_a_pose_that_is_made_again_is_another_picture_and_its_cells_share_it(engine):
    group = only(painted.group(), 0, 1)
    again = replace(group, cells=tuple(replace(cell, attempt=1, seed=cell.seed + 1) for cell in group.cells))
    (first,), (second,) = engine.generate([group]), engine.generate([again])
    seeds = [{read_record(sample.members["json"])["pose_seed"] for sample in made.samples} for made in (first, second)]
    assert [len(found) for found in seeds] == [1, 1]
    assert seeds[0] != seeds[1]
    uneven = replace(group, cells=(again.cells[0], group.cells[1]))
    with pytest.raises(EngineError, match="make them again together"):
        list(engine.generate([uneven]))


def test_pictures_follow_the_groups_first_one_where_the_strategy_says_so():
    (made,) = painted.painted("sd15", [painted.group()], strategy="shared-attention")
    words_alone = {read_record(sample.members["json"])["strategy"] for sample in made.samples}
    assert words_alone == {"shared-attention"}
    (part,) = painted.painted("sd15", [only(painted.group(), 2)], strategy="shared-attention")
    assert part.samples[0] == made.samples[2]  # the anchor is made for a part as well


def test_photographs_are_subjects_too(tmp_path):
    photos = photo_subjects.imported(tmp_path, subjects=3, views=2)
    overrides = ["engine.size=64", *painted.TWO_BY_TWO, f"subjects.source={{photos: {photos}}}", "poses={levels: 2, count: 2}"]
    group = plan.make(recipe.load("tiny", ["engine.name=composite", *overrides])).group(0)
    chosen = replace(painted.settings("sd15", controls="canny"), subjects_folder=str(photos))
    (made,) = registry.find("engines", "controlnet")(chosen).generate([only(group, 0)])
    assert "photograph" in read_record(made.samples[0].members["json"])["annotations"]


def test_no_two_groups_share_noise_and_no_two_attempts():
    group = painted.group()
    twins = [replace(group, id=f"g{number:06d}", ordinal=number) for number in range(500)]
    pose = group.poses[0]
    seeds = [addresses.group_seed(twin) for twin in twins]
    seeds += [addresses.anchor_seed(twin) for twin in twins]
    seeds += [
        addresses.pose_seed(twin, pose, attempt, shared) for twin in twins for attempt in (0, 1) for shared in (False, True)
    ]
    assert len(set(seeds)) == len(seeds)
    assert addresses.pose_seed(group, pose, 0, True) == addresses.pose_seed(group, group.poses[1], 0, True)
    noise = [torch.randn(64, generator=generator) for generator in addresses.generators(seeds[:500])]
    assert len({tensor.numpy().tobytes() for tensor in noise}) == 500


def test_a_plate_depends_on_its_level_alone():
    first, second = painted.group(0), painted.group(1)
    assert {addresses.plate_seed(level) for level in first.backgrounds} <= {
        addresses.plate_seed(level) for level in (*first.backgrounds, *second.backgrounds)
    }
    assert len({addresses.plate_seed(level) for level in first.backgrounds}) == 2


def test_one_at_a_time_and_eight_at_a_time_start_from_the_same_noise(monkeypatch):
    drawings = [Drawing(POSE, 100 + place, "a fox", "blur", {}) for place in range(8)]
    found = {}
    for batch in (1, 8):
        painter = painted.engine("sd15", batch=batch)._ready().painter
        pipe = painter._pipes.draw
        prepare, started = pipe.prepare_latents, []
        monkeypatch.setattr(pipe, "prepare_latents", lambda *a, p=prepare, s=started: s.append(p(*a)) or s[-1])
        painted_now = painter.paint(drawings)
        found[batch] = torch.cat(started), painted_now
        assert len(started) == 8 // batch
    assert torch.equal(found[1][0], found[8][0])
    assert len({row.numpy().tobytes() for row in found[1][0]}) == 8
    worst = max(int(np.abs(one.astype(int) - other).max()) for one, other in zip(found[1][1], found[8][1], strict=True))
    assert worst <= 1  # what batching changes of the sums inside


def test_plates_are_drawn_one_at_a_time_so_that_every_worker_draws_the_same():
    painter = painted.engine("sd15", batch=8)._ready().painter
    assert (painter.batch(PLATE), painter.batch(POSE)) == (1, 8)

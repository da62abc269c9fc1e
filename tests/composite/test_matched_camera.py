"""Background levels are seen from the height from which photographs were taken, the same for all subjects of a set."""

import json
from pathlib import Path
from statistics import fmean

import pytest
from photo_subjects import TERMS, take, write_photos
from PIL import Image

from spotdiff10k import plan, recipe
from spotdiff10k.errors import PlanError
from spotdiff10k.photos import read_catalogue
from spotdiff10k.photos.listing import Terms, list_photos
from spotdiff10k.plan.values import Plan
from spotdiff10k.types import BackgroundLevel

HEIGHTS = {"a": (30.0, 34.0), "b": (32.0, None), "c": (None, None), "d": (33.0, 35.0), "e": (33.0, 5.0)}
"""Of both views of each mug: b's and c's are not all known, one of e's is far from the others."""


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    here = tmp_path_factory.mktemp("heights")
    write_photos(here, 5, 2)
    rows = [
        {"file": f"mug {name}/IMG_{view}.png", "subject": f"mug {name}"}
        | ({} if height is None else {"elevation_degrees": height})
        for name, heights in HEIGHTS.items()
        for view, height in enumerate(heights)
    ]
    (here / "list.jsonl").write_text("\n".join(map(json.dumps, rows)))
    take(here / "list.jsonl", here / "subjects")
    return here / "subjects"


def planned(photos: Path, count: int, *more: str) -> Plan:
    subjects = f"subjects={{count: {count}, source: {{photos: {photos}}}}}"
    chosen = ["engine.name=composite", subjects, "poses={levels: 2, count: 2}", "backgrounds={levels: 40, count: 2}"]
    return plan.make(recipe.load("tiny", [*chosen, "splits={train: 1.0, validation: 0.0, test: 0.0}", *more]))


def heights(levels: tuple[BackgroundLevel, ...]) -> list[float]:
    return [level.camera_elevation_degrees for level in levels]


def test_a_table_says_from_which_height_and_the_catalogue_keeps_it(photos: Path) -> None:
    kept = {one.id[-1]: tuple(view.elevation_degrees for view in one.views) for one in read_catalogue(photos).subjects}
    assert kept == HEIGHTS


def test_levels_keep_their_scenes_and_are_seen_from_the_middle_height(photos: Path) -> None:
    levels = planned(photos, 4).backgrounds
    own = recipe.load("tiny", ["backgrounds={levels: 40, count: 2}"])
    drawn = plan.make(own).backgrounds
    assert [level.seed for level in levels] == [level.seed for level in drawn]
    assert fmean(heights(levels)) == pytest.approx(33.0, abs=0.2)
    shifts = [height - fmean(heights(levels)) for height in heights(levels)]
    assert shifts == pytest.approx([(height - fmean(heights(drawn))) / 2 for height in heights(drawn)], abs=0.3)


def test_a_subject_that_was_photographed_from_elsewhere_is_left_out_and_unknown_heights_fit(photos: Path) -> None:
    assert sorted(group.subject.source for group in planned(photos, 4)) == ["mug-a", "mug-b", "mug-c", "mug-d"]
    with pytest.raises(PlanError, match=r"holds 4 subjects photographed from within 12 degrees of 33, .* fewer than the 5"):
        planned(photos, 5)


def test_only_the_views_that_are_used_count(photos: Path) -> None:
    levels = planned(photos, 5, "poses={levels: 1, count: 1}").backgrounds
    assert fmean(heights(levels)) == pytest.approx(32.5, abs=0.2)


def test_peoples_own_backgrounds_keep_their_camera(photos: Path, tmp_path: Path) -> None:
    for number in range(2):
        Image.new("RGB", (160, 128), (90, 120, 200 - number)).save(tmp_path / f"place {number}.png")
    levels = planned(photos, 4, f"backgrounds={{levels: 2, count: 2, source: {{images: {tmp_path}}}}}").backgrounds
    assert max(heights(levels)) < 20


def test_where_nothing_is_said_cameras_are_those_of_the_levels(tmp_path: Path) -> None:
    take(write_photos(tmp_path / "photos", 4, 2), tmp_path / "subjects")
    own = recipe.load("tiny", ["backgrounds={levels: 40, count: 2}"])
    assert heights(planned(tmp_path / "subjects", 4).backgrounds) == heights(plan.make(own).backgrounds)


@pytest.mark.parametrize("said", ["high", "nan", "-3", "75", "1e999"])
def test_heights_that_are_none_are_refused_in_words(tmp_path: Path, said: str) -> None:
    write_photos(tmp_path, 1, 1)
    (tmp_path / "list.csv").write_text(f"file,subject,elevation_degrees\nmug a/IMG_0.png,mug,{said}\n")
    found = list_photos(tmp_path / "list.csv", TERMS)
    assert f"its elevation_degrees is '{said}'; expected degrees above the horizon, 0 to 60" in found.failed[0].why


def test_one_height_may_be_said_for_all(tmp_path: Path) -> None:
    found = list_photos(write_photos(tmp_path, 1, 2), Terms("CC0-1.0", "a test", elevation_degrees=20.0))
    assert [entry.elevation_degrees for entry in found.entries] == [20.0, 20.0]

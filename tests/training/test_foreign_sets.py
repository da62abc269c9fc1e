"""Pictures of somebody else as a grouped set: folders, splits, limits, masks, digests."""

from pathlib import Path

import numpy as np
import pytest
from foreign_pictures import picture, png, write_folder
from PIL import Image

from spotdiff10k.errors import DataError
from spotdiff10k.training.foreign.opening import ForeignOptions, open_foreign
from spotdiff10k.training.foreign.pictures import SIDE as WORKING_SIDE
from spotdiff10k.training.foreign.splitting import MOST_VIEWS


def test_a_folder_of_folders_is_a_grouped_set(tmp_path: Path) -> None:
    found = open_foreign(write_folder(tmp_path / "my set"))
    assert found.name == "my set"
    assert len(found.views) == 18
    assert {view.subject for view in found.views} == {f"subject {number}" for number in range(6)}
    assert [view.subject for view in found.views] == sorted(view.subject for view in found.views)
    assert all(view.pose == view.background == view.family == "" for view in found.views)
    assert found.picture(4).shape == (WORKING_SIDE, WORKING_SIDE, 3)
    assert tuple(found.picture(4)[200, 200]) == (10, 20, 90)
    assert found.mask(0) is None
    assert found.plate(0) is None


def test_splits_are_dealt_by_subject_and_stay_when_a_subject_is_added(tmp_path: Path) -> None:
    before = open_foreign(write_folder(tmp_path / "a", 30, 2))
    homes = {view.subject: view.split for view in before.views}
    assert sorted(homes.values()).count("train") == 20
    assert all(len({view.split for view in before.views if view.subject == subject}) == 1 for subject in homes)
    write_folder(tmp_path / "b", 31, 2)
    after = {view.subject: view.split for view in open_foreign(tmp_path / "b").views}
    assert sum(after[subject] != home for subject, home in homes.items()) <= 1


def test_at_most_so_many_subjects_are_taken_and_always_the_same(tmp_path: Path) -> None:
    write_folder(tmp_path / "a", 12, 2)
    chosen = ForeignOptions(training_subjects=4, held_out_subjects=3)
    found = open_foreign(tmp_path / "a", chosen)
    assert found.digest == open_foreign(tmp_path / "a", chosen).digest
    homes = {view.subject: view.split for view in found.views}
    assert sorted(homes.values()) == ["test"] * 3 + ["train"] * 4
    whole = {view.subject: view.split for view in open_foreign(tmp_path / "a").views}
    assert all(whole[subject] == home for subject, home in homes.items())
    assert any("7 of the 12 subjects" in text for text in found.disclosures())


def test_of_a_subject_with_very_many_pictures_some_are_taken_and_that_is_disclosed(tmp_path: Path) -> None:
    write_folder(tmp_path / "a", 4, 2)
    small = png(picture(200, size=(32, 32)))
    for number in range(MOST_VIEWS + 8):
        (tmp_path / "a" / "subject 1" / f"more-{number}.png").write_bytes(small)
    found = open_foreign(tmp_path / "a")
    assert sum(view.subject == "subject 1" for view in found.views) == MOST_VIEWS
    assert sum(view.subject == "subject 2" for view in found.views) == 2
    assert found.digest == open_foreign(tmp_path / "a").digest
    assert f"at most {MOST_VIEWS} pictures were taken, by digests of their names; 10 were not" in " ".join(found.disclosures())


def test_what_a_set_does_not_tell_is_disclosed(tmp_path: Path) -> None:
    told = " ".join(open_foreign(write_folder(tmp_path / "a")).disclosures())
    assert "names no splits" in told
    assert "does not tell the pose and the background" in told


def test_masks_by_their_suffix_and_by_alpha(tmp_path: Path) -> None:
    marked = open_foreign(write_folder(tmp_path / "a", masks=True))
    mask = marked.mask(0)
    assert mask is not None
    assert mask.shape == (WORKING_SIDE, WORKING_SIDE)
    assert int(mask.min()) == int(mask.max()) == 200
    for path in (tmp_path / "a").rglob("*.mask.png"):
        path.unlink()
    for path in (tmp_path / "a").rglob("*.png"):
        cut_out = Image.open(path).convert("RGBA")
        cut_out.putalpha(Image.fromarray(np.pad(np.full((32, 32), 255, np.uint8), 16)))
        cut_out.save(path)
    cut = open_foreign(tmp_path / "a")
    mask = cut.mask(0)
    assert mask is not None
    assert mask[0, 0] == 0
    assert mask[128, 128] == 255
    assert tuple(cut.picture(0)[2, 2]) == (128, 128, 128)  # what lies under clear pixels is not shown


def test_a_set_with_a_mask_for_some_pictures_only_has_none(tmp_path: Path) -> None:
    write_folder(tmp_path / "a", masks=True)
    next((tmp_path / "a").rglob("*.mask.png")).unlink()
    found = open_foreign(tmp_path / "a")
    assert all(found.mask(index) is None for index in range(len(found.views)))


def test_the_digest_is_of_the_pixels_and_of_what_is_said_of_them(tmp_path: Path) -> None:
    write_folder(tmp_path / "a")
    before = open_foreign(tmp_path / "a")
    assert before.digest == open_foreign(tmp_path / "a").digest
    assert len({before.pixels(index) for index in range(len(before.views))}) == len(before.views)
    (tmp_path / "a/subject 1").rename(tmp_path / "a/subject x")
    assert open_foreign(tmp_path / "a").digest != before.digest
    (tmp_path / "a/subject x").rename(tmp_path / "a/subject 1")
    picture(1).save(tmp_path / "a/subject 1/view-0.png")
    assert open_foreign(tmp_path / "a").digest != before.digest


def test_subjects_with_one_picture_are_left_out(tmp_path: Path) -> None:
    root = write_folder(tmp_path / "a")
    (root / "alone").mkdir()
    picture(1).save(root / "alone/a.png")
    found = open_foreign(root)
    assert dict(found.failed)["alone/a.png"] == "it is the only picture of its subject"


@pytest.mark.parametrize("name", ["nothing", "file.txt", "empty"])
def test_what_is_no_set_says_what_was_expected(tmp_path: Path, name: str) -> None:
    (tmp_path / "file.txt").write_text("x")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match=r"expected|at least 4 are needed"):
        open_foreign(tmp_path / name)

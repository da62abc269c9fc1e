"""Two sets certified alike: as many subjects and pictures of both, one rule, one page."""

import json
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from foreign_pictures import picture, write_folder
from planted_world import PlantedSet
from stand_in_certificates import run, stand_in

from spotdiff10k.against import certify_against, plans_against
from spotdiff10k.certify import SetOptions
from spotdiff10k.certify_command import command_of
from spotdiff10k.errors import DataError, RecipeError
from spotdiff10k.training.evidence.fewer_pictures import spread
from spotdiff10k.training.evidence.part_set import TRAIN, limited
from spotdiff10k.training.foreign import ForeignOptions
from spotdiff10k.training.foreign.columns import parse_columns


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    return stand_in(monkeypatch)


def test_two_sets_are_shown_side_by_side(made: list[object], tmp_path: Path) -> None:
    one, other = write_folder(tmp_path / "mine"), write_folder(tmp_path / "yours")
    code, output = run("certify", one, "--against", other, "--out", tmp_path / "out", "--subjects", 6, "--json")
    assert code == 0
    found = json.loads(output)
    assert [one["name"] for one in found["sets"]] == ["mine", "yours"]
    assert found["against"][0]["figure"] == "paired"
    assert (tmp_path / "out/mine/against-yours.html").is_file()
    assert (tmp_path / "out/yours/certificate.json").is_file()
    assert [(how.training_subjects, how.held_out_subjects) for how in made] == [(4, 2), (4, 2)]


def test_of_the_larger_set_a_part_is_taken_and_its_own_certificate_stays_where_it_was(made: list[object], tmp_path: Path) -> None:
    large, small = write_folder(tmp_path / "large", 12, 5), write_folder(tmp_path / "small", 6, 2)
    code, output = run("certify", large, "--against", small, "--out", tmp_path / "out", "--json")
    assert code == 0
    assert {(how.training_subjects, how.held_out_subjects) for how in made} >= {(4, 2)}  # type: ignore[attr-defined]
    assert made[0].pictures == 2  # type: ignore[attr-defined]
    found = json.loads(output)
    assert "4 subjects are trained on and 2 held out, with at most 2 pictures of each" in found["made_alike"][0]
    assert "large has 8 and 4 subjects with 5 pictures each" in found["made_alike"][1]
    assert (tmp_path / "out/large/against-small/certificate.json").is_file()
    assert not (tmp_path / "out/large/certificate.json").exists()
    assert (tmp_path / "out/small/certificate.json").is_file()  # as it would be alone
    assert "neither set is ahead by its size" in (tmp_path / "out/large/against-small.html").read_text()


def test_a_set_that_stays_the_larger_one_because_some_subjects_have_many_pictures_is_told(tmp_path: Path) -> None:
    even, uneven = write_folder(tmp_path / "even"), write_folder(tmp_path / "uneven")
    for subject, view in product(range(2), range(3, 9)):
        picture(10 * subject, 20 * view).save(uneven / f"subject {subject}" / f"view-{view}.png")
    plans, told = plans_against([(even, SetOptions()), (uneven, SetOptions())])
    assert [plan.pictures for plan in plans] == [18, 30]
    assert "uneven has 30 pictures in all and even 18" in told[-1]
    again = write_folder(tmp_path / "again")
    assert len(plans_against([(even, SetOptions()), (again, SetOptions())])[1]) == 1


def test_both_are_judged_by_the_rule_of_the_first(made: list[object], tmp_path: Path) -> None:
    one, other = write_folder(tmp_path / "mine"), write_folder(tmp_path / "yours")
    found = certify_against([(one, SetOptions(seeds=5)), (other, SetOptions(seeds=3))], tmp_path / "out")
    assert [how.seeds for how in made] == [(1, 2, 3, 4, 5)] * 2  # type: ignore[attr-defined]
    assert found.told[-1] == "yours is trained and judged by the rule of mine, not by its own."
    assert [made.folder for made in found.sets] == [tmp_path / "out/mine", tmp_path / "out/yours/against-mine"]


def test_two_sets_of_one_name_do_not_overwrite_each_other(made: list[object], tmp_path: Path) -> None:
    one, other = write_folder(tmp_path / "a/mine"), write_folder(tmp_path / "b/mine")
    code, output = run("certify", one, "--against", other, "--out", tmp_path / "out", "--json")
    assert code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["mine", "mine-2"]
    assert json.loads(output)["sets"][1]["certificate"].endswith("mine-2/certificate.json")
    words = ["certify", one, "--against", tmp_path / "a" / ".." / "a" / "mine", "--out", tmp_path / "same"]
    with pytest.raises(RecipeError, match="names the set itself"):
        certify_against([(Path(words[1]), SetOptions()), (Path(words[3]), SetOptions())], Path(words[5]))


def test_a_set_without_subjects_to_train_on_is_named_and_not_the_other_one(made: list[object], tmp_path: Path) -> None:
    good, bad = write_folder(tmp_path / "good"), tmp_path / "bad.csv"
    names = [f"good/subject {subject}/view-{view}.png" for subject in range(6) for view in range(3)]
    bad.write_text("subject,picture,split\n" + "".join(f"{name[13]},{name},test\n" for name in names))
    with pytest.raises(DataError, match=r"bad\.csv has no subjects to train on"):
        certify_against([(good, SetOptions()), (bad, SetOptions())], tmp_path / "out")
    assert made == []


def test_each_page_has_the_command_that_makes_its_certificate_again(made: list[object], tmp_path: Path) -> None:
    large, small = write_folder(tmp_path / "large one", 12, 5), write_folder(tmp_path / "small", 6, 2)
    run("certify", large, "--against", small, "--out", tmp_path / "out", "--seeds", 5)
    both = "spotdiff10k certify &#x27;large one&#x27; --against small --seeds 5"
    page = (tmp_path / "out/large one/against-small/report.html").read_text()
    assert both in page or both.replace("&#x27;", "'") in page
    assert "spotdiff10k certify small --seeds 5" in (tmp_path / "out/small/report.html").read_text()
    told = parse_columns("subject=id,picture=a|b")
    words = command_of([(small, SetOptions(subjects=9)), (large, SetOptions(subjects=9, foreign=ForeignOptions(told)))])
    assert words == "spotdiff10k certify small --against 'large one' --against-columns 'subject=id,picture=a|b' --subjects 9"


def test_what_would_be_trained_is_told_of_both(made: list[object], tmp_path: Path) -> None:
    large, small = write_folder(tmp_path / "large", 12, 5), write_folder(tmp_path / "small", 6, 2)
    code, output = run("certify", large, "--against", small, "--dry-run", "--json")
    assert (code, made) == (0, [])
    assert [one["pictures"] for one in json.loads(output)["sets"]] == [12, 12]


def test_pictures_of_a_part_differ_in_pose_and_background_and_twins_stay_twins() -> None:
    views = PlantedSet().views
    rows = spread(views, 3)
    chosen = [views[row] for row in rows.tolist()]
    for subject in {view.subject for view in views}:
        mine = [view for view in chosen if view.subject == subject]
        assert len({view.pose for view in mine}) == len({view.background for view in mine}) == len(mine) == 3
    cells = [(view.pose, view.background) for view in chosen]
    shared = np.mean([cells.count(cell) > 1 for cell in cells])
    assert shared > 0.9
    assert spread(views, 99).tolist() == list(range(len(views)))


def test_a_part_has_so_many_subjects_and_pictures_and_is_the_set_itself_where_that_is_all() -> None:
    whole = PlantedSet()
    part = limited(whole, 10, 5, 4)
    assert len(part.views) == 15 * 4
    assert len({view.subject for view in part.views if view.split == TRAIN}) == 10
    assert limited(whole, 99, 99, 9) is whole


class PairedSet(PlantedSet):
    """A set in which subjects stand in the same cells two by two."""

    def __init__(self) -> None:
        super().__init__()
        like = {f"s{number:03}": f"s{number // 2 * 2:03}" for number in range(52)}
        cells = {name: [(one.pose, one.background) for one in self.views if one.subject == name] for name in like}
        numbers = {name: iter(cells[like[name]]) for name in like}
        placed = [(view, next(numbers[view.subject])) for view in self.views]
        self.views = tuple(replace(view, pose=pose, background=background) for view, (pose, background) in placed)


def test_of_many_held_out_subjects_those_are_asked_about_that_have_twins_among_them() -> None:
    held_out = {view.subject for view in limited(PairedSet(), 10, 8).views if view.split != TRAIN}
    numbers = sorted(int(name[1:]) for name in held_out)
    assert len(numbers) == 8
    assert all(odd == even + 1 for even, odd in zip(numbers[::2], numbers[1::2], strict=True))
    assert numbers != list(range(numbers[0], numbers[0] + 8))

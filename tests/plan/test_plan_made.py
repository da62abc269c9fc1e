"""A plan is a pure function of its recipe, and says what it should."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from spotdiff10k import plan, recipe
from spotdiff10k.errors import PlanError
from spotdiff10k.plan.captions import spoken
from spotdiff10k.recipe import Recipe
from spotdiff10k.seeds import seed_for
from spotdiff10k.traits import catalogue, describe, draw, noun

REPOSITORY = Path(__file__).parents[2]


def tiny(*overrides: str) -> Recipe:
    return recipe.load("tiny", overrides)


def test_a_group_is_complete_and_pose_major() -> None:
    group = plan.make(tiny()).group(0)
    assert [(cell.pose_index, cell.background_index) for cell in group.cells] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert [cell.key for cell in group.cells] == [f"g000000-p0{p}-b0{b}" for p in (0, 1) for b in (0, 1)]
    assert group.subject.id == "s000000"
    assert len(set(group.poses)) == len(group.poses) == 2


def test_captions_say_subject_pose_and_background() -> None:
    group = plan.make(tiny()).group(3)
    for cell in group.cells:
        pose, background = group.poses[cell.pose_index], group.backgrounds[cell.background_index]
        assert cell.caption == f"{group.subject.description}, {pose.description}, {background.description}"
        assert cell.caption_without_subject == f"{pose.description}, {background.description}"
        assert not any(mark in cell.caption for mark in ("{", "_", "  ", " ,"))


def test_no_caption_shows_the_seams_of_its_template() -> None:
    seams = re.compile(r"[{}_]|  | ,|\b(none|False|True)\b|\ba a\b|\ba [aeio]|\d\.\d")
    captions = [group.cells[-1].caption for group in plan.make(recipe.load("spotdiff10k"))]
    assert [caption for caption in captions if seams.search(caption) and "a one-" not in caption] == []


def test_seeds_are_addresses_that_never_repeat() -> None:
    made = plan.make(tiny("subjects.count=40"))
    cells = [cell for group in made for cell in group.cells]
    assert len({cell.seed for cell in cells}) == len(cells)
    assert cells[5].seed == seed_for(0, "cell", cells[5].key, 0)


def test_a_subject_is_what_its_integer_draws() -> None:
    for group in plan.make(tiny("subjects.count=30")):
        family = catalogue("subjects")[group.subject.family]
        traits = draw(family, group.subject.identity)
        assert group.subject.class_noun == noun(family, traits)
        assert group.subject.description == spoken(describe(family, traits))


def test_regular_groups_come_first_and_reserves_follow() -> None:
    made = plan.make(tiny("subjects.reserve=5"))
    assert [group.reserve for group in made] == [False] * 6 + [True] * 5
    assert [group.ordinal for group in made] == list(range(11))
    assert [group.id for group in made.groups(reserve=True)] == [f"g{i:06d}" for i in range(6, 11)]
    assert len(list(made.groups(reserve=False))) == 6


def test_splits_hold_what_was_asked_for_and_share_no_subject() -> None:
    made = plan.make(recipe.load("quickstart"))
    sizes = {name: len(list(made.groups(name, reserve=False))) for name in ("train", "validation", "test")}
    assert sizes == {"train": 64, "validation": 16, "test": 16}
    assert {name: split["groups"] for name, split in made.facts.counts["splits"].items()} == sizes
    subjects = [(group.subject.family, group.subject.identity) for group in made]
    assert len(set(subjects)) == len(subjects)


@pytest.mark.parametrize("name", ["tiny", "quickstart", "spotdiff10k"])
def test_shipped_recipes_share_every_cell_and_are_independent(name: str) -> None:
    facts = plan.make(recipe.load(name)).facts
    assert {split["taken_once"] for split in facts.sharing.values()} == {0}
    assert [test for test in facts.dependence if test.confounded] == []
    assert facts.counts["samples"] == recipe.load(name).samples


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("count", [7, 30, 96])
def test_every_seed_and_size_gives_an_independent_plan(seed: int, count: int) -> None:
    made = plan.make(recipe.load("quickstart", [f"seed={seed}", f"subjects.count={count}"]))
    assert all(test.p_value > 0.02 or test.strength < 0.02 for test in made.facts.dependence)


@pytest.mark.parametrize("factor", ["poses", "backgrounds"])
@pytest.mark.parametrize("on", ["family", "palette"])
def test_a_confounded_plan_is_refused_unless_it_is_a_declared_control(factor: str, on: str) -> None:
    confounded = ["subjects.families=[vehicle, robot, bird, lamp]", f"{factor}.depends_on={on}"]
    with pytest.raises(PlanError, match=rf"{factor[:-1]} levels depend on {on} .*p = .*purpose: control"):
        plan.make(recipe.load("quickstart", confounded))
    facts = plan.make(recipe.load("quickstart", [*confounded, "purpose=control"])).facts
    assert facts.purpose == "control"
    assert any(test.confounded for test in facts.dependence)


def test_one_group_is_found_by_id_or_ordinal_and_no_other_is() -> None:
    made = plan.make(tiny())
    assert made.group("g000004") == made.group(4) == list(made)[4]
    for unknown in ("g000009", "x", "g", "gabc", "g-00001", "g\u0664", -1, 9):
        with pytest.raises(PlanError, match="has g000000 to g000008"):
            made.group(unknown)


def test_remade_cells_have_a_new_address_and_nothing_else_changes() -> None:
    group = plan.make(tiny()).group(1)
    again = plan.remade(group, {group.cells[2].key}, 1, 0)
    assert [cell.key for cell in again.cells] == [group.cells[2].key]
    assert again.cells[0].seed != group.cells[2].seed
    assert again.cells[0].attempt == 1
    assert (again.subject, again.poses, again.backgrounds) == (group.subject, group.poses, group.backgrounds)
    assert plan.remade(group, {group.cells[2].key}, 0, 0).cells[0] == group.cells[2]


def test_too_many_samples_are_refused_before_anything_is_drawn() -> None:
    with pytest.raises(PlanError, match="a plan has at most 100,000,000"):
        plan.make(tiny("subjects.count=1000000", "poses.levels=40", "poses.count=40", "backgrounds.count=4"))


def test_the_plan_is_the_same_in_every_process() -> None:
    code = (
        "import hashlib\nfrom spotdiff10k import plan, recipe\nfrom spotdiff10k.plan import cells\n"
        "made = plan.make(recipe.load('quickstart'))\n"
        "print(made.facts.fingerprint, hashlib.sha256(b''.join(cells.parquet(made, 50))).hexdigest())"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(REPOSITORY), "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(told) == 1


def test_planning_imports_neither_torch_nor_numba() -> None:
    code = (
        "import sys\nfrom spotdiff10k import plan, recipe\nplan.make(recipe.load('tiny'))\n"
        "print([name for name in ('torch', 'numba', 'pandas', 'trimesh', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"

"""`report` and `preview` on the command line: what they write, what they print, and what they refuse."""

import json

import numpy as np
import pytest
import typer
from PIL import Image
from report_runs import CHECKS, RECIPE, SIZE, SUBJECT_PIXELS, colour, make_all, planned_run, sample
from typer.testing import CliRunner

from spotdiff10k import registry
from spotdiff10k.commands import preview, report
from spotdiff10k.errors import PlanError, RecipeError, RunError
from spotdiff10k.types import FinishedGroup


@pytest.fixture()
def app():
    app = typer.Typer()
    report.register(app)
    preview.register(app)
    return app


class Flat:
    """An engine whose pictures have one colour each."""

    version = 1

    def __init__(self, settings):
        assert settings.size == SIZE

    def generate(self, groups):
        for group in groups:
            yield FinishedGroup(group.id, tuple(sample(group, cell) for cell in group.cells))


def look(path):
    """Format, size and pixels of a picture."""
    with Image.open(path) as picture:
        return picture.format, picture.size, np.asarray(picture.convert("RGB"))


@pytest.fixture()
def recipe(tmp_path, monkeypatch):
    """A recipe file that is made by the flat engine, in an empty working folder."""
    planned_run(tmp_path)
    path = tmp_path / "mine.yaml"
    path.write_text(RECIPE.format(count=4, reserve=1) + CHECKS)
    found = registry.find
    monkeypatch.setattr(registry, "find", lambda kind, name: Flat if kind == "engines" else found(kind, name))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return path


def invoke(app, *arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_report_says_where_to_look(app, tmp_path):
    run = planned_run(tmp_path)
    make_all(run)
    done = invoke(app, "report", run.root)
    assert done.exit_code == 0
    assert str(run.report / "index.html") in done.stdout.replace("\n", "")
    told = json.loads(invoke(app, "report", run.root, "--json").stdout)
    assert told["report"] == str(run.report / "index.html")
    assert told["bytes"] == sum(path.stat().st_size for path in run.report.rglob("*") if path.is_file())
    assert invoke(app, "report", run.root, "-q").stdout == ""


def test_report_of_no_run_is_refused(app, tmp_path):
    assert isinstance(invoke(app, "report", tmp_path / "nothing").exception, RunError)


def test_preview_draws_the_group_that_was_asked_for(app, recipe):
    done = invoke(app, "preview", recipe, "--group", "2", "--json")
    assert done.exit_code == 0, done.exception
    told = json.loads(done.stdout)
    assert (told["preview"], told["group"]) == ("synthetic-g000002.png", "g000002")
    sheet = look("synthetic-g000002.png")[2]
    from spotdiff10k import plan
    from spotdiff10k import recipe as recipes

    for cell in plan.make(recipes.load(recipe)).group(2).cells:
        assert (sheet == np.array(colour(cell))).all(axis=2).sum() == SUBJECT_PIXELS


def test_preview_with_layers_is_wider_by_the_layers(app, recipe):
    invoke(app, "preview", recipe, "-o", "plain.png")
    invoke(app, "preview", recipe, "-o", "layers.png", "--layers")
    plain, rich = look("plain.png")[1], look("layers.png")[1]
    assert rich[1] <= plain[1] + 40
    assert rich[0] - plain[0] > 6 * SIZE


def test_preview_never_replaces_a_picture_unless_told_to(app, recipe, tmp_path):
    target = tmp_path / "work" / "mine.png"
    target.write_bytes(b"precious")
    refused = invoke(app, "preview", recipe, "-o", target)
    assert isinstance(refused.exception, RunError)
    assert "--force" in str(refused.exception)
    assert target.read_bytes() == b"precious"
    assert invoke(app, "preview", recipe, "-o", target, "--force").exit_code == 0
    assert look(target)[0] == "PNG"


def test_preview_writes_the_format_of_the_name_and_refuses_others(app, recipe):
    assert invoke(app, "preview", recipe, "-o", "sheet.jpg").exit_code == 0
    assert look("sheet.jpg")[0] == "JPEG"
    assert isinstance(invoke(app, "preview", recipe, "-o", "sheet.pdf").exception, RunError)


def test_preview_of_what_does_not_exist_is_a_sentence(app, recipe):
    assert isinstance(invoke(app, "preview", recipe, "-g", "99").exception, PlanError)
    assert isinstance(invoke(app, "preview", "no-such-recipe").exception, RecipeError)
    assert isinstance(invoke(app, "preview", recipe, "--set", "engine.sizes=64").exception, RecipeError)

import json
from pathlib import Path

import pytest

from spotdiff10k.report.certified import read_certified
from spotdiff10k.run import Run

FOUND = {"verdict": {"level": "certified", "sentence": "It teaches."}, "dataset": {"digest": "ab"}}


def written(root: Path, found: object) -> Run:
    run = Run(root)
    run.certificate.mkdir()
    (run.certificate / "certificate.json").write_text(found if isinstance(found, str) else json.dumps(found))
    return run


def test_a_run_without_a_certificate_tells_nothing_of_one(tmp_path: Path) -> None:
    problems: list[str] = []
    assert read_certified(Run(tmp_path), "ab", problems) is None
    assert problems == []


def test_the_verdict_of_this_release_is_told_with_the_way_to_its_page(tmp_path: Path) -> None:
    run = written(tmp_path, FOUND)
    (run.certificate / "report.html").write_text("")
    found = read_certified(run, "ab", [])
    assert found == {"level": "certified", "sentence": "It teaches.", "page": "../certificate/report.html", "stale": False}


def test_a_certificate_of_another_release_is_marked(tmp_path: Path) -> None:
    found = read_certified(written(tmp_path, FOUND), "cd", [])
    assert found is not None
    assert found["stale"]
    assert found["page"] == ""


@pytest.mark.parametrize(
    "found",
    [
        "",
        "[",
        "[]",
        "[" * 100_000,
        "null",
        {"verdict": []},
        {**FOUND, "verdict": {"level": "<b>", "sentence": ""}},
        {**FOUND, "dataset": {"digest": 3}},
    ],
)
def test_what_is_no_certificate_is_a_problem_and_no_failure(tmp_path: Path, found: object) -> None:
    problems: list[str] = []
    assert read_certified(written(tmp_path, found), "ab", problems) is None
    assert len(problems) == 1

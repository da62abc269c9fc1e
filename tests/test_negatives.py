"""negatives: what was refused, exported with its reason, readable by others."""

import json
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest
import toy_runs
from typer.testing import CliRunner

from spotdiff10k import negatives, verdicts
from spotdiff10k.commands.main import app
from spotdiff10k.errors import RunError
from spotdiff10k.generate import generate
from spotdiff10k.repair import repair
from spotdiff10k.run import Run
from spotdiff10k.validate import validate


def refused_run(root: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("SPOTDIFF_BLOTS", "g000000-p01-b01:1,g000003")
    run = toy_runs.plan_run(root, engine="blots")
    generate(run, 1)
    repair(run, 1)
    return run


def test_every_refused_attempt_is_exported_with_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = refused_run(tmp_path / "run", monkeypatch)
    summary = negatives.export(run, tmp_path / "negatives.tar")
    assert summary.samples == 1 + 4 * 3
    assert summary.by_check == {"mask": 13}
    with tarfile.open(tmp_path / "negatives.tar") as tar:
        names = tar.getnames()
        label = tar.extractfile("g000000-p01-b01-a0.refusal.json")
        assert label is not None
        told = json.loads(label.read())
    assert told["check"] == told["refused_by"] == "mask"
    assert told["reason"].startswith("mask.")
    keys = {name.partition(".")[0] for name in names}
    assert keys == {"g000000-p01-b01-a0"} | {f"g000003-p0{p}-b0{b}-a{a}" for p in (0, 1) for b in (0, 1) for a in (0, 1, 2)}
    assert all(f"{key}.png" in names and f"{key}.mask.png" in names for key in keys)


def test_a_label_names_the_siblings_that_the_same_measure_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    negatives.export(refused_run(tmp_path / "run", monkeypatch), tmp_path / "negatives.tar")
    with tarfile.open(tmp_path / "negatives.tar") as tar:
        labels = [tar.extractfile(f"{key}.refusal.json") for key in ("g000000-p01-b01-a0", "g000003-p00-b00-a2")]
        told = [json.loads(label.read())["refused_with"] for label in labels if label is not None]
    assert told == [[], ["g000003-p00-b01", "g000003-p01-b00", "g000003-p01-b01"]]


def test_a_sibling_that_was_refused_in_another_round_is_not_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPOTDIFF_BLOTS", "g000000-p01-b01:2,g000000-p00-b00:1")
    run = toy_runs.plan_run(tmp_path / "run", engine="blots")
    generate(run, 1)
    repair(run, 1)
    negatives.export(run, tmp_path / "negatives.tar")
    with tarfile.open(tmp_path / "negatives.tar") as tar:
        names = [name for name in tar.getnames() if name.endswith(negatives.LABEL)]
        labels = {name.partition(".")[0]: tar.extractfile(name) for name in names}
        told = {key: json.loads(label.read())["refused_with"] for key, label in labels.items() if label is not None}
    assert told == {
        "g000000-p00-b00-a0": ["g000000-p01-b01"],
        "g000000-p01-b01-a0": ["g000000-p00-b00"],
        "g000000-p01-b01-a1": [],
    }


def test_what_earlier_thresholds_refused_has_no_measure_in_common(tmp_path: Path) -> None:
    run = toy_runs.generated_run(tmp_path / "run")
    validate(run, workers=1)
    rows = [replace(row, accepted=False) if row.sample else row for row in verdicts.read(run.verdicts)]
    run.verdicts.write_bytes(verdicts.verdict_bytes(rows))
    negatives.export(run, tmp_path / "negatives.tar")
    with tarfile.open(tmp_path / "negatives.tar") as tar:
        labels = [tar.extractfile(name) for name in tar.getnames() if name.endswith(negatives.LABEL)]
        told = [json.loads(label.read()) for label in labels if label is not None]
    assert len(told) > 1
    assert all(one["check"] == "" and one["refused_with"] == [] for one in told)


def test_a_picture_that_is_refused_again_is_exported_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPOTDIFF_BLOTS_ALIKE", "1")  # every sample then denies its seed, and all three attempts are refused
    run = toy_runs.plan_run(tmp_path / "run", engine="blots")
    generate(run, 1)
    repair(run, 1)
    summary = negatives.export(run, tmp_path / "negatives.tar")
    assert (summary.samples, summary.repeated) == (8 * 4, 8 * 4 * 2)
    with tarfile.open(tmp_path / "negatives.tar") as tar:
        assert {name.partition(".")[0][-3:] for name in tar.getnames()} == {"-a0"}


@pytest.mark.filterwarnings("ignore")
def test_webdataset_reads_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    webdataset = pytest.importorskip("webdataset")
    negatives.export(refused_run(tmp_path / "run", monkeypatch), tmp_path / "negatives.tar")
    samples = list(webdataset.WebDataset(str(tmp_path / "negatives.tar"), shardshuffle=False, empty_check=False))
    assert len(samples) == 13
    assert {json.loads(sample["refusal.json"])["check"] for sample in samples} == {"mask"}


def test_the_same_refusals_are_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = refused_run(tmp_path / "run", monkeypatch)
    negatives.export(run, tmp_path / "a.tar")
    negatives.export(run, tmp_path / "b.tar")
    assert (tmp_path / "a.tar").read_bytes() == (tmp_path / "b.tar").read_bytes()


def test_nothing_refused_is_an_error_and_nothing_is_overwritten(tmp_path: Path) -> None:
    run = toy_runs.generated_run(tmp_path / "run")
    validate(run, workers=1)
    with pytest.raises(RunError, match="nothing to export"):
        negatives.export(run, tmp_path / "negatives.tar")
    assert not (tmp_path / "negatives.tar").exists()


def test_the_command_says_what_it_wrote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = refused_run(tmp_path / "run", monkeypatch)
    target = tmp_path / "out.tar"
    result = CliRunner().invoke(app, ["negatives", str(run.root), "-o", str(target), "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["samples"] == 13
    again = CliRunner().invoke(app, ["negatives", str(run.root), "-o", str(target)])
    assert isinstance(again.exception, RunError)
    assert "there already" in str(again.exception)

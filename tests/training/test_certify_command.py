import json
from pathlib import Path

import pytest
import toy_runs
from foreign_pictures import write_folder
from plain_checks import CHECKS
from stand_in_certificates import run, stand_in

from spotdiff10k import certify as stage
from spotdiff10k.build import BuildWatchers, build
from spotdiff10k.errors import DataError, MissingExtraError, ModelError, RecipeError
from spotdiff10k.run import Run
from spotdiff10k.training import needs
from spotdiff10k.training.evidence import file
from spotdiff10k.verify import verify


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    return stand_in(monkeypatch)


def test_a_folder_of_pictures_is_certified_beside_where_one_stands(
    made: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, output = run("certify", write_folder(tmp_path / "mine"))
    assert code == 0
    assert "The set teaches what it is for." in output
    assert "controls that must fail" in output
    written = file.read(tmp_path / "mine-certificate" / "certificate.json")
    assert any("names no splits" in text for text in written.disclosures)
    assert (tmp_path / "mine-certificate" / "report.html").is_file()
    assert sorted(path.name for path in (tmp_path / "mine").iterdir()) == [f"subject {number}" for number in range(6)]


def test_a_refused_set_ends_with_exit_code_3_after_everything_is_written(made: list[object], tmp_path: Path) -> None:
    code, output = run("certify", write_folder(tmp_path / "poor"), "--out", tmp_path / "out")
    assert code == DataError.exit_code == 3
    assert "less than 0.70" in output
    assert (tmp_path / "out" / "report.html").is_file()


def test_the_summary_is_one_json_document(made: list[object], tmp_path: Path) -> None:
    code, output = run("certify", write_folder(tmp_path / "mine"), "--out", tmp_path / "out", "--json")
    found = json.loads(output)
    assert code == 0
    assert found["verdict"] == "certified"
    assert found["figures"]["model"]["paired"]["value"] == 0.82
    assert found["controls"][0]["failed"] is True


def test_nothing_is_written_into_somebodys_set(made: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_folder(tmp_path / "mine")
    monkeypatch.chdir(root)
    assert run("certify", ".")[0] == 0
    assert (tmp_path / "mine-certificate/certificate.json").is_file()
    assert sorted(path.name for path in root.iterdir()) == [f"subject {number}" for number in range(6)]
    assert run("certify", ".", "--out", root / "found")[0] == 2
    with pytest.raises(RecipeError, match="into the set itself"):
        stage.certify(root, root / "found")
    assert not (root / "found").exists()


def test_seeds_and_encoder_are_passed_on(made: list[object], tmp_path: Path) -> None:
    run("certify", write_folder(tmp_path / "a"), "--out", tmp_path / "o", "--seeds", 5, "--encoder", "mobilenet_v2")
    assert made[0].seeds == (1, 2, 3, 4, 5)
    assert made[0].encoder == "mobilenet_v2"


def test_what_would_be_trained_is_told_without_training(made: list[object], tmp_path: Path) -> None:
    code, output = run("certify", write_folder(tmp_path / "mine"), "--dry-run", "--json")
    assert code == 0
    assert made == []
    found = json.loads(output)["sets"][0]
    assert (found["training_subjects"], found["held_out_subjects"], found["pictures"]) == (4, 2, 18)
    assert found["trainings"] > 10
    assert {"Plates instead of pictures", "Labels swapped between twins"} <= set(found["not_made"])


def test_options_that_cannot_be_meant_are_usage_errors(made: list[object], tmp_path: Path) -> None:
    root = write_folder(tmp_path / "mine")
    assert run("certify", root, "--columns", "subjct=a")[0] == 2
    assert run("certify", root, "--pairs", "pad=3")[0] == 2
    assert made == []


def test_a_run_that_is_not_sealed_says_what_to_do(made: list[object], tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text("{}")
    with pytest.raises(DataError, match="spotdiff10k shard"):
        stage.certify(tmp_path, tmp_path / "certificate")


def test_a_build_certifies_reports_and_refuses_in_this_order(made: list[object], tmp_path: Path) -> None:
    recipe = tmp_path / "toys.yaml"
    text = toy_runs.RECIPE.format(engine="discs", splits=toy_runs.SPLITS, more=CHECKS).replace("name: toys", "name: poor-toys")
    recipe.write_text(text + "\ncertificate: {enabled: true}\n")
    said: list[str] = []
    summary = build(recipe, Run(tmp_path / "run"), workers=1, watchers=BuildWatchers(said=said.append))
    assert list(summary.seconds) == ["plan", "generate", "validate", "shard", "verify", "certify", "report"]
    assert summary.certified is not None
    with pytest.raises(DataError, match="not certified"):
        summary.certified.require()
    told = (tmp_path / "run/report/pages/summary.js").read_text()
    assert '"certificate":{"level":"refused"' in told
    assert "../certificate/report.html" in told
    assert verify(tmp_path / "run", workers=1).ok
    code, output = run("build", recipe, "--run", tmp_path / "run", "--workers", 1)
    assert code == 3
    assert "Shown:" in output


def test_without_torch_the_sentence_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs, "find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'spotdiff10k\[train\]'"):
        needs.refuse_without_needs()


def test_without_weights_the_sentence_says_how_to_fetch_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(needs, "find_spec", lambda _: object())
    monkeypatch.setenv("SPOTDIFF10K_MODELS", str(tmp_path / "none"))
    with pytest.raises(ModelError, match="spotdiff10k models fetch augnet"):
        needs.refuse_without_needs()

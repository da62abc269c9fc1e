"""A certificate from end to end, in a world where all factors are planted: it can be passed, refused and void."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from planted_world import OPTIONS, SETTINGS, PlantedSet, prepare, tokens_of

torch = pytest.importorskip("torch")

from spotdiff10k.errors import DataError  # noqa: E402
from spotdiff10k.training import summary  # noqa: E402
from spotdiff10k.training.evidence import file, schedule  # noqa: E402
from spotdiff10k.training.evidence.arms import MASKED, MODEL, RAW, WHITENED  # noqa: E402
from spotdiff10k.training.evidence.bars import Bars  # noqa: E402
from spotdiff10k.training.evidence.certificate import TIMINGS, WEIGHTS, WORK, Certified, Watchers, certify  # noqa: E402
from spotdiff10k.training.evidence.jobs import Training  # noqa: E402
from spotdiff10k.training.evidence.looking import PICTURES, Looking, token_name  # noqa: E402
from spotdiff10k.training.evidence.plates import PlateSet  # noqa: E402
from spotdiff10k.training.evidence.rule import Shown, criteria, verdict  # noqa: E402
from spotdiff10k.training.evidence.storing import load_result, map_tokens, save_tokens  # noqa: E402
from spotdiff10k.training.evidence.training_set import TrainingSet  # noqa: E402
from spotdiff10k.training.evidence.worker import EvidenceWork, result_path  # noqa: E402
from spotdiff10k.training.model import load  # noqa: E402
from spotdiff10k.training.views import labels_of  # noqa: E402

PLANTED = PlantedSet()
REACHED = Bars(
    paired=0.7, recall_at_1=0.2, background_leak=0.5, background_leak_of_raw=0.5, masked_paired=0.85, masked_recall_at_1=0.6,
    masked_background_leak=0.45, training_subjects=36, held_out_subjects=16, seeds=1,
)  # fmt: skip
SHORT = replace(SETTINGS, expert_steps=4, subject_steps=6)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("planted") / "certificate"


@pytest.fixture(scope="module")
def certified(folder: Path) -> Certified:
    prepare(folder / WORK, PLANTED)
    return certify(PLANTED, folder, replace(OPTIONS, bars=REACHED), schedule.HERE)


def _again(folder: Path, bars: Bars) -> Certified:
    """With every training taken up."""
    prepare(folder / WORK, PLANTED)
    tallies = []
    found = certify(PLANTED, folder, replace(OPTIONS, bars=bars), schedule.HERE, Watchers(training=tallies.append))
    assert tallies[-1].made == 0
    return found


def test_a_set_that_teaches_is_certified_and_every_control_fails(certified: Certified) -> None:
    found = certified.certificate
    assert found.verdict.level == "certified", found.verdict.reasons
    assert [control.failed for control in found.controls] == [True] * 6
    assert found.arm(MODEL).figures["paired"].value > found.arm(RAW).figures["paired"].value + 0.5
    assert found.arm(MODEL).figures["paired"].value > found.arm(WHITENED).figures["paired"].value
    assert {gain.against for gain in found.gains if gain.figure == "paired"} >= {RAW, WHITENED}
    assert found.arm(MASKED).figures["paired"].value > found.arm(MODEL).figures["paired"].value
    for control in found.controls:
        assert found.arm(control.arm or "").pictures == found.arm(control.peer or "").pictures


def test_the_file_says_what_was_found_and_is_what_the_schema_says(certified: Certified, folder: Path) -> None:
    assert file.read(folder / file.NAME) == certified.certificate
    text = (folder / file.NAME).read_text(encoding="utf-8")
    assert "NaN" not in text
    assert str(folder) not in text
    assert "seconds" not in text  # times are told elsewhere
    assert json.loads((folder / TIMINGS).read_text(encoding="utf-8"))["training"] > 0


def test_a_certificate_that_was_read_can_be_judged_again_by_its_own_thresholds(certified: Certified, folder: Path) -> None:
    found = file.read(folder / file.NAME)
    arms, meanings = ({one.name: one for one in part} for part in (found.arms, found.meanings))
    shown = Shown(found.dataset, arms, meanings, found.gains, found.controls, len(found.seeds))
    assert criteria(shown, Bars(**found.thresholds)) == found.criteria  # type: ignore[arg-type]
    assert verdict(shown, found.criteria, own_rule=True) == found.verdict
    assert summary.as_values(found)["own_rule"] == list(found.departures) != []
    assert summary.last_line(found).startswith("certified by its own rule")


def test_every_arm_is_trained_with_every_seed_and_every_figure_has_its_interval(tmp_path: Path) -> None:
    prepare(tmp_path / WORK, PLANTED)
    options = replace(OPTIONS, seeds=(1, 2), training=replace(SHORT, expert_steps=1, subject_steps=1))
    found = certify(PLANTED, tmp_path, options, schedule.HERE).certificate
    trained = [arm for arm in found.arms if arm.settings]
    assert {arm.role for arm in trained} == {"model", "control", "peer", "ablation", "efficiency"}
    assert {arm.seeds for arm in trained} == {2}
    figures = [one for arm in found.arms for one in arm.figures.values()]
    compared = [one for one in (*found.gains, *found.ablations) if one.arm in {arm.name for arm in trained}]
    assert all(one.low <= one.value <= one.high for one in (*figures, *(one.difference for one in compared)))
    assert {len(one.by_seed) for one in compared} == {2}
    assert {point.fraction: point.arm for point in found.efficiency}[1.0] == MODEL


def test_the_same_again_takes_up_every_training_and_gives_the_same_bytes(certified: Certified, folder: Path) -> None:
    before = (folder / file.NAME).read_bytes()
    _again(folder, REACHED)
    assert (folder / file.NAME).read_bytes() == before


def test_a_bar_that_is_not_reached_is_a_refusal_with_its_reason(certified: Certified, folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    verdict = _again(copy, replace(REACHED, paired=0.99)).certificate.verdict
    assert verdict.level == "refused"
    assert len(verdict.reasons) == 1
    assert "Own view before twin" in verdict.reasons[0]
    verdict = _again(copy, replace(REACHED, training_subjects=64)).certificate.verdict
    assert verdict.reasons == ("Subjects to train on: 36, fewer than 64.",)


def test_a_control_that_does_not_fall_by_the_margin_makes_the_certificate_void(
    certified: Certified, folder: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    verdict = _again(copy, replace(REACHED, control_margin=0.3)).certificate.verdict
    assert verdict.level == "void"
    assert "did not fail" in verdict.reasons[0]


def test_weights_are_kept_and_give_the_codes_again(certified: Certified, folder: Path) -> None:
    weights = {one.arm: one for one in certified.certificate.weights}
    model = load(folder / weights[MASKED].file)
    codes = model.encode(tokens_of(PLANTED)[certified.held_out])
    assert (codes.subject == certified.after).all()
    assert (folder / WEIGHTS).is_dir()


def test_a_damaged_result_is_trained_again_to_the_same_figures(certified: Certified, folder: Path) -> None:
    before = (folder / file.NAME).read_bytes()
    results = folder / WORK / "results"
    weights = next(iter(sorted(results.glob("*-weights.safetensors"))))
    others = [path for path in sorted(results.glob("*.safetensors")) if weights.stem[:8] not in path.name]
    for damaged in (weights, others[0]):
        whole = damaged.read_bytes()
        damaged.write_bytes(whole[: len(whole) // 2])
    prepare(folder / WORK, PLANTED)
    tallies = []
    certify(PLANTED, folder, replace(OPTIONS, bars=REACHED), schedule.HERE, Watchers(training=tallies.append))
    assert tallies[-1].made == 2
    assert (folder / file.NAME).read_bytes() == before


def test_processes_give_the_figures_of_one(tmp_path: Path) -> None:
    prepare(tmp_path, PLANTED)
    labels = labels_of(PLANTED.views)
    rows = np.flatnonzero([view.split == "train" for view in PLANTED.views])
    held = np.flatnonzero([view.split != "train" for view in PLANTED.views])
    proper = TrainingSet(rows, labels[rows])
    jobs = {str(seed): Training(proper, SHORT, seed, networks=True) for seed in (1, 2)}
    asked = Looking(tmp_path, OPTIONS.encoder, 0).asked(PLANTED)
    work = EvidenceWork(tmp_path, "world", held, labels[held], {PICTURES: token_name(PICTURES, asked)})
    alone = schedule.run(jobs, work, schedule.HERE)
    for seed in ("1", "2"):
        path = result_path(tmp_path, jobs[seed].digest("world"))
        path.unlink()
        assert load_result(path) is None
    together = schedule.run(jobs, work, 2)
    for seed, result in alone.items():
        assert result.told == together[seed].told
        for name, array in result.arrays.items():
            np.testing.assert_array_equal(array, together[seed].arrays[name], err_msg=name)


def test_steps_are_logged_by_arm_where_that_is_asked_and_no_figure_changes(tmp_path: Path) -> None:
    for name, logs in (("plain", False), ("logged", True)):
        prepare(tmp_path / name / WORK, PLANTED)
        options = replace(OPTIONS, training=replace(SHORT, expert_steps=1, subject_steps=2), logs=logs)
        certify(PLANTED, tmp_path / name, options, schedule.HERE)
    assert not (tmp_path / "plain/logs").exists()
    assert (tmp_path / "plain" / file.NAME).read_bytes() == (tmp_path / "logged" / file.NAME).read_bytes()
    steps = (tmp_path / "logged/logs/control-twin-swap-1/steps.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["stage"] for line in steps] == ["experts", "subject", "subject"]
    assert (tmp_path / "logged/logs/model-1/steps.jsonl").is_file()
    assert not list((tmp_path / "logged/logs").glob("*/*.safetensors"))


def test_corrected_masks_and_plates_are_looked_at_again(tmp_path: Path) -> None:
    asked = Looking(tmp_path, OPTIONS.encoder, 0).asked
    corrected = PlantedSet()
    corrected.digest = "1" * 64  # other masks behind the very same pictures
    rows = np.arange(3)
    assert asked(PLANTED) == asked(PlantedSet())
    assert asked(PLANTED) != asked(corrected)
    assert asked(PlateSet(PLANTED, rows)) != asked(PlateSet(corrected, rows))
    tallies = []
    short = replace(OPTIONS, training=replace(SHORT, expert_steps=1, subject_steps=1))
    for grouped in (PLANTED, corrected):
        prepare(tmp_path / WORK, grouped)
        certify(grouped, tmp_path, short, schedule.HERE, Watchers(training=tallies.append))
    assert tallies[-1].made == tallies[-1].done  # nothing was taken up


def test_the_certificate_is_written_after_its_page_and_its_weights(tmp_path: Path) -> None:
    seen = []

    def draw(found: Certified) -> None:
        seen.append((found.certificate.disclosures[0], (tmp_path / WEIGHTS).is_dir(), (tmp_path / file.NAME).exists()))

    prepare(tmp_path / WORK, PLANTED)
    short = replace(OPTIONS, training=replace(SHORT, expert_steps=1, subject_steps=1))
    found = certify(PLANTED, tmp_path, short, schedule.HERE, draw=draw, disclosures=["Half of it was left out."])
    assert seen == [("Half of it was left out.", True, False)]
    assert file.read(tmp_path / file.NAME) == found.certificate
    assert any("The training is not the project's own" in text for text in found.certificate.departures)
    assert {one.file for one in found.certificate.weights} == {f"weights/{name}-1.safetensors" for name in (MODEL, MASKED)}


def test_a_set_with_hardly_a_subject_is_no_set(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="held out"):
        certify(PlantedSet(38), tmp_path, OPTIONS, schedule.HERE)


def test_the_schema_in_the_docs_is_the_schema() -> None:
    kept = Path(__file__).parents[2] / "docs" / "certificate.schema.json"
    assert json.loads(kept.read_text(encoding="utf-8")) == file.schema(), "python -m spotdiff10k.training.evidence.file"


def test_tokens_on_disk_keep_the_widths_of_their_parts(tmp_path: Path) -> None:
    tokens = replace(tokens_of(PLANTED), blocks=(20, 12))
    save_tokens(tmp_path, "some", tokens, "asked")
    assert map_tokens(tmp_path, "some").blocks == (20, 12)
    assert map_tokens(tmp_path, "some")[np.arange(3)].blocks == (20, 12)

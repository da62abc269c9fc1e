"""From a recipe and a folder with a model to a sealed release: planned, painted, resumed, judged, sharded, verified, reported."""

import os
import shutil

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("diffusers")
import painted  # noqa: E402
import yaml  # noqa: E402
from plain_checks import line  # noqa: E402
from sketch_runs import digests  # noqa: E402

from spotdiff10k import load_release  # noqa: E402
from spotdiff10k.build import build  # noqa: E402
from spotdiff10k.generate import generate  # noqa: E402
from spotdiff10k.quarantine import names  # noqa: E402
from spotdiff10k.run import Run  # noqa: E402
from spotdiff10k.verify import verify  # noqa: E402

RECIPE = """
name: painted
engine:
  name: controlnet
  size: 64
  options: {model: ./model, steps: 2, join_strength: 1.0, segmenters: none}
subjects: {count: 3, reserve: 0, families: [vessel]}
poses: {levels: 2, count: 2}
backgrounds: {levels: 2, count: 2}
splits: {train: 1.0, validation: 0.0, test: 0.0}
"""


def test_a_build_from_a_model_folder_goes_on_where_it_was_stopped_and_verifies(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONWARNINGS", "ignore")
    shutil.copytree(painted.model_of("sd15"), tmp_path / "model")
    (tmp_path / "painted.yaml").write_text(RECIPE + line("{enabled: false}"))
    run = Run(tmp_path / "run")
    summary = build(tmp_path / "painted.yaml", run, workers=1)
    assert summary.pictures_made == 12
    assert summary.verified is not None
    assert summary.verified.ok
    assert (run.root / "report" / "index.html").is_file()
    made = digests(run)
    resolved = (run.root / "recipe.yaml").read_text()
    assert yaml.safe_load(resolved)["engine"]["options"]["model"] == "./model"
    assert str(tmp_path) not in resolved
    assert names(run) == set()

    run.group_tar("g000001").unlink()
    again = generate(run, workers=1)
    assert (again.kept_groups, again.made_groups) == (2, 1)
    assert digests(run) == made

    report = verify(run.root, rerender=1, workers=1)
    assert (report.ok, report.proved) == (True, "bytes")
    release = load_release(run.root)
    records = [sample.record for group in release.groups for sample in group]
    assert {record["engine"] for record in records} == {"controlnet"}
    assert not any(str(tmp_path) in str(record) or os.sep in record["models"] for record in records)

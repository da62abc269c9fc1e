"""Runs of the plug-in engine `sketch`, planned and finished, and the misdeeds it can be told to do."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from generated import GROUPS
from process_tree import children
from sketch_runs import digests, planned

from spotdiff10k.generate import generate
from spotdiff10k.run import Run


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run generated without any trouble; not to be changed."""
    run = planned(tmp_path_factory.mktemp("undisturbed") / "run", GROUPS, reserve=2)
    generate(run, workers=1)
    return run


@pytest.fixture
def truth(finished: Run) -> dict[str, str]:
    return digests(finished)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return planned(tmp_path / "run", GROUPS, reserve=2)


@pytest.fixture
def done(finished: Run, tmp_path: Path) -> Run:
    """A finished run that may be damaged."""
    shutil.copytree(finished.root, tmp_path / "done")
    return Run(tmp_path / "done")


@pytest.fixture
def misdeeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files put here make the engine misbehave."""
    folder = tmp_path / "misdeeds"
    folder.mkdir()
    monkeypatch.setenv("SKETCH_MISDEEDS", str(folder))
    return folder


@pytest.fixture(autouse=True)
def no_worker_survives() -> Iterator[None]:
    before = set(children(os.getpid()))
    yield
    assert set(children(os.getpid())) <= before

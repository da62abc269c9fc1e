"""Two processes that train together compute what one does on the whole batch."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("accelerate")

import torch
from safetensors.torch import load_file
from trained_together import gradients, losses

from spotdiff10k.training.checkpoints import FILE
from spotdiff10k.training.logs import STEPS_FILE
from spotdiff10k.training.processes import LAUNCHED, Alone, launched

HERE = Path(__file__).parent
SECONDS = 1200
HERE_ALONE = "127.0.0.1"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With what two processes wrote that trained together."""
    made = tmp_path_factory.mktemp("together")
    store = torch.distributed.TCPStore(HERE_ALONE, 0, is_master=True, wait_for_workers=False)  # keeps the port that it finds
    meeting = {"MASTER_ADDR": HERE_ALONE, "MASTER_PORT": str(store.port), "TORCHELASTIC_USE_AGENT_STORE": "True"}
    told = {**meeting, LAUNCHED: "2", "OMP_NUM_THREADS": "1"}
    path = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), str(HERE.parents[1])]))
    started = [
        subprocess.Popen(
            [sys.executable, str(HERE / "trained_together.py"), str(made)],
            env={**os.environ, **told, "PYTHONPATH": path, "RANK": str(rank), "LOCAL_RANK": str(rank)},
        )
        for rank in range(2)
    ]
    try:
        assert [process.wait(SECONDS) for process in started] == [0, 0]
    finally:
        for process in started:
            process.kill()
    return made


def test_gradients_added_up_over_processes_are_those_of_the_whole_batch(folder: Path) -> None:
    alone = gradients(Alone())
    for number in range(2):
        found = load_file(folder / f"process-{number}.safetensors")["gradients"]
        assert torch.allclose(found, alone, rtol=1e-4, atol=1e-6)
    assert alone.abs().max() > 0.01


def test_a_training_by_two_processes_has_the_curve_of_one(folder: Path) -> None:
    alone = losses(Alone(), 2)
    for number in range(2):
        assert load_file(folder / f"process-{number}.safetensors")["losses"].tolist() == pytest.approx(alone, rel=1e-4)


def test_the_first_process_alone_keeps_log_and_checkpoint(folder: Path) -> None:
    assert (folder / "training" / FILE).is_file()
    assert len((folder / "training" / STEPS_FILE).read_text().splitlines()) == len(losses(Alone(), 2))


def test_a_process_that_was_not_launched_with_others_is_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(LAUNCHED, raising=False)
    assert isinstance(launched(), Alone)

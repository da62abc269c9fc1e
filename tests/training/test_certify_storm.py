"""Certificates under SIGKILL at random moments: made again until one is there, they are those of a run that nobody disturbed."""

import multiprocessing
import os
import random
import signal
import subprocess
import sys
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from foreign_pictures import picture
from kill_storm import Storm
from planted_world import OPTIONS, SETTINGS, PlantedSet, prepare
from sketch_runs import wait_for

torch = pytest.importorskip("torch")

from spotdiff10k.encoders import encoder_setup  # noqa: E402
from spotdiff10k.errors import RunError, SpotdiffError  # noqa: E402
from spotdiff10k.training.evidence import file, schedule  # noqa: E402
from spotdiff10k.training.evidence.certificate import WEIGHTS, WORK, certify  # noqa: E402

PLANTED = PlantedSet()
SHORT = replace(OPTIONS, training=replace(SETTINGS, expert_steps=2, subject_steps=3))
KILLS, STORM_KILLS = 4, 24
LONGEST_PAUSE = 0.15
"""Seconds from the moment that a kill is due to the kill: about as long as a short training takes."""
DRIVER = """
import sys
from dataclasses import replace
from itertools import product
from pathlib import Path
from spotdiff10k.certify import CertifyWatchers, SetOptions, certify_opened, how_of, open_set
from spotdiff10k.errors import SpotdiffError

path, folder, workers = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
how = how_of(path, SetOptions(seeds=2))
how = replace(how, training=replace(how.training, expert_steps=2, subject_steps=4))
try:
    grouped = open_set(path, SetOptions(), how, workers, CertifyWatchers())
    certify_opened(path, grouped, folder, how, workers, CertifyWatchers())
except SpotdiffError as error:
    print(error, file=sys.stderr)
    sys.exit(error.exit_code)
"""
"""`certify` in a process of its own, so that it can be killed with its workers."""


def write_set(root: Path) -> Path:
    """A table of pictures of 12 subjects in two poses on two backgrounds."""
    lines = ["subject,picture,pose,background"]
    for subject, pose, background in product(range(12), range(2), range(2)):
        name = f"{subject}-{pose}-{background}.png"
        root.mkdir(exist_ok=True)
        picture(20 * subject, 90 * pose, 90 * background).save(root / name)
        lines.append(f"s{subject},{name},p{pose},b{background}")
    (root / "table.csv").write_text("\n".join(lines))
    return root / "table.csv"


def files_of(folder: Path) -> dict[str, bytes]:
    """certificate.json and the weights, by name."""
    return {path.name: path.read_bytes() for path in (folder / file.NAME, *sorted((folder / WEIGHTS).iterdir()))}


def results(folder: Path) -> int:
    """How many jobs have ended."""
    return len(list((folder / WORK / "results").glob("*.safetensors")))


def make_planted(folder: Path) -> None:
    torch.set_num_threads(1)
    prepare(folder / WORK, PLANTED)
    certify(PLANTED, folder, SHORT, schedule.HERE)


def test_a_certificate_that_was_killed_again_and_again_is_the_same_to_the_last_byte(tmp_path: Path) -> None:
    stream = random.Random(21)
    make_planted(tmp_path / "whole")
    jobs = results(tmp_path / "whole")
    stormy = tmp_path / "stormy"
    for number in range(KILLS):
        driver = multiprocessing.get_context("fork").Process(target=make_planted, args=(stormy,))
        driver.start()
        due = (number + 1) * jobs // (KILLS + 3)
        wait_for(lambda due=due: results(stormy) >= due)
        driver.join(stream.uniform(0, LONGEST_PAUSE))
        os.kill(driver.pid or 0, signal.SIGKILL)
        driver.join()
        assert driver.exitcode == -signal.SIGKILL
        assert not (stormy / file.NAME).exists()
    make_planted(stormy)
    assert files_of(stormy) == files_of(tmp_path / "whole")


@pytest.mark.storm
@pytest.mark.parametrize("seed", [22, 23])
def test_a_storm_of_kills_to_driver_and_workers_changes_no_byte_of_a_certificate(tmp_path: Path, seed: int) -> None:
    try:
        encoder_setup(SHORT.encoder)
    except SpotdiffError as missing:
        pytest.skip(str(missing))
    table = write_set(tmp_path / "set")

    def start(folder: Path = tmp_path / "stormy", workers: int = 2) -> "subprocess.Popen[str]":
        words = [sys.executable, "-c", DRIVER, str(table), str(folder), str(workers)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        return subprocess.Popen(words, env=environment, stderr=subprocess.PIPE, text=True)

    whole, stormy = tmp_path / "whole", tmp_path / "stormy"
    assert start(whole, 1).communicate() == (None, "")
    jobs = results(whole)

    def is_time(killed: int) -> bool:
        return results(stormy) >= jobs * killed // (STORM_KILLS + 2)

    returns = (0, RunError.exit_code, -signal.SIGKILL)  # a job whose worker was killed time and again is given up for now
    Storm(start, STORM_KILLS, LONGEST_PAUSE, random.Random(seed), is_time, returns).rage()
    assert files_of(stormy) == files_of(tmp_path / "whole")

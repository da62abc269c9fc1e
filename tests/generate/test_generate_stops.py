"""One driver a run, and how it is stopped: by Ctrl-C, by a second one, before it began."""

import signal
import time
from pathlib import Path

import pytest
from generated import GROUPS, events_named
from sketch_runs import digests, litter, start_driver, wait_for

from spotdiff10k.errors import RunError
from spotdiff10k.generate import generate
from spotdiff10k.run import Run, driver_lock
from spotdiff10k.stop import StoppedError, StopSignal


def test_a_second_driver_is_refused_and_the_first_one_not_disturbed(run: Run, truth: dict[str, str], misdeeds: Path) -> None:
    (misdeeds / "slow").write_text("0.3")
    first = start_driver(run)
    wait_for(lambda: events_named(run, "generate started"))
    with pytest.raises(RunError, match="Another spotdiff10k is working in"):
        generate(run, 1)
    _, said = first.communicate(timeout=20)
    assert (first.returncode, said) == (0, "")
    assert digests(run) == truth


def test_the_lock_is_free_to_take_again_in_the_process_that_holds_it(run: Run) -> None:
    with driver_lock(run):
        generate(run, 1)
    assert len(digests(run)) == GROUPS


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_stops_with_a_sentence_and_resume_makes_the_rest(
    run: Run, truth: dict[str, str], misdeeds: Path, number: signal.Signals
) -> None:
    (misdeeds / "slow").write_text("0.2")
    driver = start_driver(run)
    wait_for(lambda: events_named(run, "group made"))
    driver.send_signal(number)
    _, said = driver.communicate(timeout=20)
    assert driver.returncode == 130
    assert "Stopped as asked:" in said
    assert "The same command again makes the rest." in said
    assert "Traceback" not in said
    assert 0 < len(digests(run)) < GROUPS
    assert litter(run) == []
    (misdeeds / "slow").unlink()
    generate(run, 2)
    assert digests(run) == truth


def test_a_second_ctrl_c_kills_at_once(run: Run, misdeeds: Path) -> None:
    (misdeeds / "g000000.hang").touch()
    (misdeeds / "g000001.hang").touch()
    driver = start_driver(run)
    wait_for(lambda: len(list(misdeeds.glob("*.hanging"))) == 2)
    driver.send_signal(signal.SIGINT)
    time.sleep(0.2)
    driver.send_signal(signal.SIGINT)
    driver.communicate(timeout=4)
    assert driver.returncode == -signal.SIGINT


def test_a_stop_that_comes_before_the_first_group_makes_nothing(run: Run) -> None:
    with StopSignal(passive=True) as stop:
        stop.request()
        with pytest.raises(StoppedError, match="0 of 6 groups are made"):
            generate(run, 2, stop=stop)

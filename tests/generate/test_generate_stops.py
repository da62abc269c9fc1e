"""One driver a run, and how it is stopped: by Ctrl-C, by a second one, before it began."""

import signal
import subprocess
from pathlib import Path

import pytest
from generated import GROUPS, events_named
from sketch_runs import PATIENCE, digests, litter, start_driver, wait_for

from spotdiff10k.errors import RunError
from spotdiff10k.generate import generate
from spotdiff10k.run import Run, driver_lock
from spotdiff10k.stop import StoppedError, StopSignal

SECONDS_BETWEEN_PRESSES = 0.2


def keep_waiting(misdeeds: Path, *numbers: int) -> list[Path]:
    """Groups that are not made until their file is removed: whatever happens meanwhile happens in time."""
    held = [misdeeds / f"g{number:06d}.wait" for number in numbers]
    for path in held:
        path.touch()
    return held


def let_go(held: list[Path]) -> None:
    for path in held:
        path.unlink()


def test_a_second_driver_is_refused_and_the_first_one_not_disturbed(run: Run, truth: dict[str, str], misdeeds: Path) -> None:
    held = keep_waiting(misdeeds, 0)
    first = start_driver(run)
    wait_for(lambda: events_named(run, "generate started"))
    with pytest.raises(RunError, match="Another spotdiff10k is working in"):
        generate(run, 1)
    let_go(held)
    _, said = first.communicate(timeout=PATIENCE)
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
    held = keep_waiting(misdeeds, *range(1, GROUPS))
    driver = start_driver(run)
    wait_for(lambda: events_named(run, "group made"))
    driver.send_signal(number)
    let_go(held)
    _, said = driver.communicate(timeout=PATIENCE)
    assert driver.returncode == 130
    assert "Stopped as asked:" in said
    assert "The same command again makes the rest." in said
    assert "Traceback" not in said
    assert 0 < len(digests(run)) < GROUPS
    assert litter(run) == []
    generate(run, 2)
    assert digests(run) == truth


def test_a_second_ctrl_c_kills_at_once(run: Run, misdeeds: Path) -> None:
    (misdeeds / "g000000.hang").touch()
    (misdeeds / "g000001.hang").touch()
    driver = start_driver(run)
    wait_for(lambda: len(list(misdeeds.glob("*.hanging"))) == 2)
    while driver.poll() is None:  # presses that a busy machine hears at the same time are one
        driver.send_signal(signal.SIGINT)
        try:
            driver.wait(SECONDS_BETWEEN_PRESSES)
        except subprocess.TimeoutExpired:
            continue
    driver.communicate(timeout=PATIENCE)
    assert driver.returncode == -signal.SIGINT


def test_a_stop_that_comes_before_the_first_group_makes_nothing(run: Run) -> None:
    with StopSignal(passive=True) as stop:
        stop.request()
        with pytest.raises(StoppedError, match="0 of 6 groups are made"):
            generate(run, 2, stop=stop)

"""Ctrl-C is heard even where a module drops it."""

import os
import signal
import time
from collections.abc import Iterator

import pytest

from spotdiff10k.commands.interrupts import insisting


@pytest.fixture(autouse=True)
def usual_handler() -> Iterator[None]:
    """As in a terminal: a shell that starts jobs in the background makes them ignore Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def press() -> None:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.01)


def test_an_interrupt_that_someone_drops_is_raised_again() -> None:
    dropped = False
    with pytest.raises(KeyboardInterrupt), insisting():
        try:
            press()
        except KeyboardInterrupt:
            dropped = True
        time.sleep(5)
        pytest.fail("the interrupt was lost")
    assert dropped


def test_what_is_put_in_order_after_an_interrupt_is_not_interrupted_again() -> None:
    done = False
    with pytest.raises(KeyboardInterrupt), insisting():
        try:
            press()
        finally:
            time.sleep(0.3)
            done = True
    assert done


def test_a_request_to_terminate_is_heard_like_ctrl_c() -> None:
    with pytest.raises(KeyboardInterrupt), insisting():
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_who_is_told_to_ignore_a_request_to_terminate_goes_on_ignoring_it() -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with insisting():
            os.kill(os.getpid(), signal.SIGTERM)
            assert signal.getsignal(signal.SIGTERM) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)


def test_afterwards_signals_are_handled_as_before() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGALRM)
    with pytest.raises(KeyboardInterrupt), insisting():
        press()
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGALRM)) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_an_alarm_that_comes_at_the_very_end_sets_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def set_late(which: int, seconds: float) -> tuple[float, float]:
        before = set_timer(which, seconds)
        if not seconds:
            signal.raise_signal(signal.SIGALRM)  # as if it had come while the timer was stopped
        return before

    set_timer = signal.setitimer
    monkeypatch.setattr(signal, "setitimer", set_late)
    with pytest.raises(KeyboardInterrupt), insisting():
        press()
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_handler_that_is_there_already_is_left_alone() -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
    try:
        with insisting():
            press()
    finally:
        signal.signal(signal.SIGINT, before)
    assert heard == [signal.SIGINT]

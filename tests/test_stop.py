"""Stopping politely."""

import os
import signal
import threading
from multiprocessing.connection import wait

import pytest

from spotdiff10k.stop import StopSignal


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_first_signal_is_a_request_that_can_be_waited_for(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with StopSignal() as stop:
        assert wait([stop], 0) == []
        os.kill(os.getpid(), number)
        assert stop.requested
        assert wait([stop], 0) == [stop]
    assert signal.getsignal(number) == before


def test_a_passive_one_leaves_signals_alone() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with StopSignal(passive=True) as stop:
        assert signal.getsignal(signal.SIGTERM) == before
        stop.request()
        stop.request()
        assert stop.requested


def test_in_another_thread_it_is_passive() -> None:
    failures: list[BaseException] = []

    def enter() -> None:
        try:
            with StopSignal():
                pass
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert failures == []

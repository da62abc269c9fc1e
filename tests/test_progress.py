"""Progress: what people are told, on a terminal, in a log, and not at all."""

import io

import pytest

from spotdiff10k import progress
from spotdiff10k.making import GenerateSummary
from spotdiff10k.progress import Rate, Tally, duration, phrase, shown, tally_of
from spotdiff10k.quarantine import Quarantined


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_rate_leaves_out_getting_ready_and_forgets_what_is_over_a_minute_old() -> None:
    clock = Clock()
    rate = Rate(clock)
    assert rate.update(0) == 0.0
    clock.now += 30  # compiling
    assert rate.update(10) == 0.0
    clock.now += 10
    assert rate.update(110) == pytest.approx(10.0)
    for _ in range(30):
        clock.now += 10
        last = rate.update(round(110 + 20 * (clock.now - 140)))
    assert last == pytest.approx(20.0)


def test_a_stall_lowers_the_rate() -> None:
    clock = Clock()
    rate = Rate(clock)
    rate.update(1)
    clock.now += 1
    quick = rate.update(11)
    clock.now += 9
    assert rate.update(11) == pytest.approx(quick / 10)


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.2, "1 s"), (45, "45 s"), (60, "1 min"), (725, "12 min"), (3600, "1 h 0 min"), (12_000, "3 h 20 min")]
)
def test_durations_are_said_as_people_say_them(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_a_phrase_says_done_rate_rest_and_what_went_wrong() -> None:
    tally = Tally(1_200, 10_000, 1_000, "1 group in quarantine")
    assert phrase(tally, 11.0, "pictures") == (
        "1,200 of 10,000 pictures, 11.0 a second, about 13 min left, 1 group in quarantine"
    )
    assert phrase(Tally(5, 5, 5), 0.0, "pictures") == "5 of 5 pictures"


def test_a_log_gets_a_line_every_half_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(progress.time, "monotonic", clock)
    stream = io.StringIO()
    with shown("Making pictures", "pictures", stream=stream) as show:
        for done in range(1, 100):
            clock.now += 1
            show(Tally(done, 1000, done))
    lines = stream.getvalue().splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("Making pictures: 30 of 1,000 pictures, ")
    assert "\x1b" not in stream.getvalue()


def test_a_terminal_gets_a_bar_that_is_gone_in_the_end() -> None:
    stream = Terminal()
    with shown("Making pictures", "pictures", stream=stream) as show:
        show(Tally(0, 40, 0))
        show(Tally(20, 40, 20, "2 groups in quarantine"))
    assert "20 of 40 pictures, 2 groups in quarantine" in stream.getvalue()
    assert "getting ready" in stream.getvalue()


def test_quiet_says_nothing() -> None:
    stream = Terminal()
    with shown("Making pictures", "pictures", quiet=True, stream=stream) as show:
        show(Tally(20, 40, 20))
    assert stream.getvalue() == ""


def test_a_summary_of_generate_is_a_tally_of_pictures() -> None:
    summary = GenerateSummary(2, 10, 160, kept_pictures=32, made_pictures=16)
    assert tally_of(summary) == Tally(48, 160, 16)
    summary.quarantined.append(Quarantined("g000001", "It has no legs."))
    assert tally_of(summary).remark == "1 group in quarantine"

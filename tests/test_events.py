"""The event log: whole lines appended, torn ones skipped."""

import json
import multiprocessing
from pathlib import Path

from spotdiff10k.events import EventLog, read_events


def test_events_come_back_in_order_with_their_facts_and_times(tmp_path: Path) -> None:
    path = tmp_path / "run" / "events.jsonl"
    with EventLog(path) as log:
        log.write("group made", group="g000001", pictures=4)
    with EventLog(path) as log:
        log.write("generate ended", note='a "quoted"\nline with ü')
    first, second = read_events(path)
    assert (first["event"], first["group"], first["pictures"]) == ("group made", "g000001", 4)
    assert second["note"] == 'a "quoted"\nline with ü'
    assert first["at"].endswith("+00:00")
    assert len(path.read_text().splitlines()) == 2


def test_torn_and_foreign_lines_are_skipped_and_not_glued_to(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"event": "one"}\nnot json\n[1, 2]\n{"event": 5}\n\xff\xfe\n' + b"[" * 100_000 + b'\n{"event": "to')
    with EventLog(path) as log:
        log.write("three")
    assert [event["event"] for event in read_events(path)] == ["one", "three"]


def test_a_missing_log_has_no_events(tmp_path: Path) -> None:
    assert list(read_events(tmp_path / "events.jsonl")) == []


def test_a_log_that_cannot_be_opened_swallows_events(tmp_path: Path) -> None:
    with EventLog(tmp_path) as log:
        log.write("lost")


def _write_many(path: Path, writer: int) -> None:
    with EventLog(path) as log:
        for number in range(200):
            log.write("mark", writer=writer, number=number, text="x" * 500)


def test_writers_at_the_same_time_do_not_mix_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_many, args=(path, writer)) for writer in range(2)]
    for process in writers:
        process.start()
    for process in writers:
        process.join()
    lines = [json.loads(line) for line in path.read_text().splitlines() if line]  # a line half seen is ended by who comes next
    assert len(lines) == 400
    for writer in range(2):
        assert [line["number"] for line in lines if line["writer"] == writer] == list(range(200))

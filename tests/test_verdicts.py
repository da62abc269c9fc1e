"""Verdicts from measures: rounds of repair, groups, and the file."""

from pathlib import Path

import pytest
import toy_runs

from spotdiff10k import verdicts
from spotdiff10k.committed import StoredMember, StoredTar
from spotdiff10k.errors import DataError, RunError
from spotdiff10k.limits import Rule, Scope
from spotdiff10k.measures import CheckMeasures, GroupMeasures, Limit, Measures, Round, read, write
from spotdiff10k.verdicts import Verdict, decide

GROUP = toy_runs.some_group()
KEYS = [cell.key for cell in GROUP.cells]
BAD = KEYS[1]
RULES = (
    Rule("first", "a", Scope.SAMPLE, Limit(0, 10), Limit(low=1)),
    Rule("second", "b", Scope.SAMPLE, Limit(0, 10), Limit(low=1)),
    Rule("second", "whole", Scope.GROUP, Limit(0, 10), Limit(low=1)),
)


def tar(keys: list[str], number: int = 0) -> StoredTar:
    members = tuple(StoredMember(f"{key}.png", 512 + 1024 * n, 100, "0" * 64) for n, key in enumerate(keys))
    return StoredTar(f"{GROUP.id}.r{number}.tar" if number else f"{GROUP.id}.tar", 9999, "1" * 64, members)


def round_with(keys: list[str], number: int = 0, whole: float = 5.0, **values: float) -> Round:
    """A round in which every sample measures 5 but for `BAD`, which measures `values`."""
    a = {key: {"a": values.get("a", 5.0) if key == BAD else 5.0} for key in KEYS}
    b = {key: {"b": values.get("b", 5.0) if key == BAD else 5.0} for key in KEYS}
    checks = {
        "first": CheckMeasures(1, Measures(a, {}, {BAD: "look at its ears"})),
        "second": CheckMeasures(1, Measures(b, {"whole": whole}, {GROUP.id: "all of it"})),
    }
    return Round(tar(keys, number), checks)


def decided(*rounds: Round) -> list[Verdict]:
    return decide(GROUP, GroupMeasures(GROUP.id, "x", rounds), RULES)


def test_good_measures_accept_every_sample_and_then_the_group() -> None:
    rows = decided(round_with(KEYS))
    assert [row.sample for row in rows] == [*KEYS, ""]
    assert all(row.accepted and not row.reason for row in rows)


def test_one_bad_sample_refuses_itself_and_its_group_with_check_measure_and_evidence() -> None:
    rows = {row.sample: row for row in decided(round_with(KEYS, a=0.5, b=0.1))}
    assert [key for key in KEYS if not rows[key].accepted] == [BAD]
    assert (rows[BAD].check, rows[BAD].measure, rows[BAD].evidence) == ("first", "a", "look at its ears")
    assert "0.5" in rows[BAD].reason
    assert not rows[""].accepted
    assert BAD in rows[""].reason


def test_a_group_measure_refuses_the_group_alone() -> None:
    rows = {row.sample: row for row in decided(round_with(KEYS, whole=0.0))}
    assert all(rows[key].accepted for key in KEYS)
    assert (rows[""].accepted, rows[""].measure, rows[""].evidence) == (False, "whole", "all of it")


def test_a_repaired_sample_is_accepted_and_its_first_attempt_stays_with_its_reason() -> None:
    rows = decided(round_with(KEYS, a=0.5), round_with([BAD], 1))
    history, *final = rows
    assert (history.sample, history.attempt, history.superseded, history.accepted, history.check) == (
        BAD,
        0,
        True,
        False,
        "first",
    )
    assert {row.sample: row.attempt for row in final} == {**dict.fromkeys(KEYS, 0), BAD: 1, "": 1}
    assert all(row.accepted for row in final)


def test_two_rounds_of_repair_leave_two_lines_of_history() -> None:
    rows = decided(round_with(KEYS, a=0.5), round_with([BAD], 1, b=0.0), round_with([BAD], 2))
    assert [(row.attempt, row.check) for row in rows if row.superseded] == [(0, "first"), (1, "second")]
    assert next(row for row in rows if row.sample == BAD and row.accepted).attempt == 2


def test_a_check_that_measured_nothing_refuses_and_never_passes() -> None:
    missing = Round(tar(KEYS), {"first": round_with(KEYS).checks["first"]})
    rows = decided(missing)
    assert not any(row.accepted for row in rows)
    assert "was not measured" in rows[0].reason


def test_nan_survives_the_measures_file_and_refuses(tmp_path: Path) -> None:
    write(tmp_path / "m.json", GroupMeasures(GROUP.id, "x", (round_with(KEYS, a=float("nan")),)))
    again = read(tmp_path / "m.json")
    assert again is not None
    assert "not a number" in {row.sample: row for row in decide(GROUP, again, RULES)}[BAD].reason


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"format": 2}', "null", '{"format":1,"group":"g","planned":"x","rounds":[{}]}']
)
def test_measures_that_cannot_be_used_are_as_good_as_none(text: str, tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text(text)
    assert read(tmp_path / "m.json") is None


def test_measures_come_back_as_they_were(tmp_path: Path) -> None:
    before = GroupMeasures(GROUP.id, "x", (round_with(KEYS, a=float("inf")), round_with([BAD], 1)))
    write(tmp_path / "m.json", before)
    assert read(tmp_path / "m.json") == before


def test_verdicts_come_back_as_they_were_and_are_the_same_bytes(tmp_path: Path) -> None:
    rows = decided(round_with(KEYS, a=0.5), round_with([BAD], 1))
    data = verdicts.verdict_bytes(rows)
    assert verdicts.verdict_bytes(iter(rows)) == data
    (tmp_path / "verdicts.parquet").write_bytes(data)
    assert verdicts.read(tmp_path / "verdicts.parquet") == rows


def test_missing_and_damaged_verdicts_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="spotdiff10k validate"):
        verdicts.read(tmp_path / "verdicts.parquet")
    (tmp_path / "verdicts.parquet").write_bytes(b"PAR1 nothing")
    with pytest.raises(DataError, match=r"damaged.*spotdiff10k validate"):
        verdicts.read(tmp_path / "verdicts.parquet")

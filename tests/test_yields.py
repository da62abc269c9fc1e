"""yields: every picture is accounted for, and every filter says what it costs."""

import toy_runs

from spotdiff10k.types import PlannedGroup
from spotdiff10k.verdicts import Verdict
from spotdiff10k.yields import FilterCost, account


def row(group: PlannedGroup, cell: int, attempt: int = 0, by: str = "", superseded: bool = False) -> Verdict:
    first = by.partition(",")[0]
    key = group.cells[cell].key
    return Verdict(group.id, key, group.split, attempt, superseded, not by, first, refused_by=by)


def whole(group: PlannedGroup, by: str = "") -> Verdict:
    return Verdict(group.id, "", group.split, 0, False, not by, by, refused_by=by)


def test_every_picture_is_accounted_for() -> None:
    good, bad = toy_runs.some_group(1), toy_runs.some_group(2)
    rows = [
        row(good, 0, 0, "mask", superseded=True),
        row(good, 0, 1, "pose,mask", superseded=True),
        *[row(good, 0, 2), row(good, 1), row(good, 2), row(good, 3), whole(good)],
        *[row(bad, 0, 0, "pose"), row(bad, 1), row(bad, 2), row(bad, 3), whole(bad, "pose")],
    ]
    found = account([good, bad], rows)
    assert (found.planned, found.planned_groups) == (8, 2)
    assert (found.made, found.accepted_first, found.repaired, found.refused) == (10, 6, 1, 1)
    assert found.made == found.accepted_first + found.repaired + found.refused + 2
    assert (found.made_groups, found.refused_groups, found.released_groups, found.released) == (2, 1, 1, 4)
    assert found.share == 0.4
    assert found.filters == (FilterCost("mask", 2, 1, 1, 1, 0), FilterCost("pose", 2, 2, 1, 1, 1))


def test_a_reserve_that_stands_in_is_counted_as_such() -> None:
    import dataclasses

    lost, stands_in = toy_runs.some_group(1), dataclasses.replace(toy_runs.some_group(2), reserve=True)
    rows = [row(lost, 0, 0, "mask"), whole(lost, "mask"), *(row(stands_in, n) for n in range(4)), whole(stands_in)]
    found = account([lost, stands_in], rows)
    assert (found.planned_groups, found.reserves, found.released_groups) == (1, 1, 1)


def test_nothing_made_is_no_division_by_zero() -> None:
    assert account([toy_runs.some_group(1)], []).share == 0.0

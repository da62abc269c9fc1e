"""Bundles: an engine that fills batches is given several groups together; each is committed alone, a bad one costs itself."""

from pathlib import Path

import pytest
from sketch_runs import committed, digests, litter, planned

from spotdiff10k.events import read_events
from spotdiff10k.generate import QuarantinedError, generate
from spotdiff10k.group_work import Bundle, GroupWork, Order
from spotdiff10k.making import bundled
from spotdiff10k.run import Run
from spotdiff10k.stage import open_stage

GROUPS = 5


@pytest.fixture
def misdeeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The engine wants three groups at once; more files make it misbehave."""
    folder = tmp_path / "misdeeds"
    folder.mkdir()
    (folder / "bundles").write_text("3")
    monkeypatch.setenv("SKETCH_MISDEEDS", str(folder))
    return folder


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return planned(tmp_path / "run", GROUPS)


def stems(run: Run) -> list[str]:
    """The groups that are committed."""
    return sorted(path.stem for path in committed(run))


def work_of(run: Run) -> tuple[GroupWork, list[Order]]:
    stage = open_stage(run)
    return GroupWork(run, "sketch", stage.settings), [Order(group) for group in stage.groups()]


def test_orders_come_in_bundles_of_the_size_asked_for_and_none_is_lost(run: Run) -> None:
    _, orders = work_of(run)
    bundles = list(bundled(orders, 3))
    assert [len(bundle.orders) for bundle in bundles] == [3, 2]
    assert [order for bundle in bundles for order in bundle.orders] == orders
    assert bundles[0].id == "g000000 and 2 more"


def test_bundles_make_the_bytes_that_single_groups_make(run: Run, misdeeds: Path, tmp_path: Path) -> None:
    summary = generate(run, workers=2)
    assert (summary.made_groups, summary.made_pictures) == (GROUPS, 4 * GROUPS)
    (misdeeds / "bundles").unlink()
    single = planned(tmp_path / "single", GROUPS)
    generate(single, workers=2)
    assert digests(run) == digests(single)
    assert litter(run) == []


def test_a_group_that_fails_in_a_bundle_is_found_by_making_each_alone(run: Run, misdeeds: Path) -> None:
    (misdeeds / "g000001.raise").touch()
    with pytest.raises(QuarantinedError, match="g000001: The sketch of g000001 has no legs") as caught:
        generate(run, workers=1)
    assert [item.group for item in caught.value.summary.quarantined] == ["g000001"]
    assert stems(run) == ["g000000", "g000002", "g000003", "g000004"]
    failed = [event for event in read_events(run.events) if event["event"] == "bundle failed"]
    assert [event["groups"] for event in failed] == [["g000000", "g000001", "g000002"]]


def test_a_group_that_takes_its_worker_along_costs_itself_alone(run: Run, misdeeds: Path) -> None:
    (misdeeds / "g000003.kill").touch()
    with pytest.raises(QuarantinedError):
        generate(run, workers=1)
    assert stems(run) == ["g000000", "g000001", "g000002", "g000004"]
    (misdeeds / "g000003.kill").unlink()
    summary = generate(run, workers=1)
    assert (summary.kept_groups, summary.made_groups) == (GROUPS - 1, 1)


def test_each_group_of_a_bundle_is_committed_as_soon_as_it_is_finished(run: Run, misdeeds: Path) -> None:
    (misdeeds / "g000002.raise").touch()
    work, orders = work_of(run)
    make = work.open()
    with pytest.raises(Exception, match="g000002"):
        make(Bundle(tuple(orders[:4])))
    assert stems(run) == ["g000000", "g000001"]
    first = digests(run)
    (misdeeds / "g000002.raise").unlink()
    (misdeeds / "g000000.raise").touch()  # what is there is not asked for again
    made = make(Bundle(tuple(orders[:4])))
    assert sorted(item.id for item in made) == ["g000000", "g000001", "g000002", "g000003"]
    assert {name: digest for name, digest in digests(run).items() if name in first} == first


def test_several_bundles_in_hand_make_the_same_bytes_and_a_bad_group_costs_itself(
    run: Run, misdeeds: Path, tmp_path: Path
) -> None:
    (misdeeds / "bundles").write_text("2")
    (misdeeds / "hands").write_text("3")
    (misdeeds / "g000002.raise").touch()
    with pytest.raises(QuarantinedError, match="g000002"):
        generate(run, workers=1)
    assert stems(run) == ["g000000", "g000001", "g000003", "g000004"]
    (misdeeds / "g000002.raise").unlink()
    summary = generate(run, workers=1)
    assert (summary.kept_groups, summary.made_groups) == (GROUPS - 1, 1)
    (misdeeds / "bundles").unlink()
    (misdeeds / "hands").unlink()
    single = planned(tmp_path / "single", GROUPS)
    generate(single, workers=1)
    assert digests(run) == digests(single)


def test_an_engine_may_say_how_many_workers_make_sense(run: Run, misdeeds: Path) -> None:
    (misdeeds / "workers").write_text("1")
    assert generate(run, workers=4).workers == 1

"""What checks refused is found in a run's groups again, and put back check by check."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import toy_runs

from spotdiff10k import plan
from spotdiff10k.data.release import load_release
from spotdiff10k.run import Run
from spotdiff10k.training.evidence.filters import JoinedSet, put_back, returned, those_of
from spotdiff10k.training.evidence.refused import REFUSED, RefusedSet, _members
from spotdiff10k.training.evidence.training_set import TrainingSet
from spotdiff10k.training.release_set import ReleaseSet
from spotdiff10k.training.settings import TrainingSettings
from spotdiff10k.training.views import View, labels_of
from spotdiff10k.validate import validate


def _spoilt(names: set[str]) -> toy_runs.Spoil:
    def spoil(key: str, members: dict[str, bytes]) -> Mapping[str, bytes]:
        return {**members, "mask.png": toy_runs.blank_mask()} if key in names else members

    return spoil


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One cell of a training group is mended at its second attempt; another training group is lost by one cell."""
    root = tmp_path_factory.mktemp("refused")
    planned = toy_runs.plan_run(root)
    mended, lost, *_ = [group for group in toy_runs.groups_of(planned) if group.split == "train"]
    bad = {mended.cells[3].key, lost.cells[0].key}
    for group in toy_runs.groups_of(planned):
        toy_runs.commit(planned, group, _spoilt(bad))
    validate(planned, workers=1)
    again = plan.remade(mended, {mended.cells[3].key}, 1, 0)
    toy_runs.commit(planned, again, remade=1)
    validate(planned, workers=1)
    return planned


def test_the_first_refused_attempt_and_all_of_a_lost_group_are_what_the_set_would_hold_without_checks(run: Run) -> None:
    refused = RefusedSet(run)
    mended, lost, *_ = [group for group in toy_runs.groups_of(run) if group.split == "train"]
    keys = sorted(f"{cell.key}@0" for cell in (mended.cells[3], *lost.cells))
    assert sorted(view.key for view in refused.views) == keys
    assert {view.split for view in refused.views} == {REFUSED}
    assert {check for one in refused.pictures for check in one.checks} == {"mask"}
    assert {view.subject for view in refused.views} == {mended.subject.id, lost.subject.id}
    place = keys.index(f"{mended.cells[3].key}@0")
    place = [view.key for view in refused.views].index(keys[place])
    assert refused.picture(place).shape == (toy_runs.SIZE, toy_runs.SIZE, 3)
    mask = refused.mask(place)
    assert mask is not None
    assert not mask.any()  # the spoilt attempt, not the one that was mended


def test_what_a_check_refused_joins_the_training_pictures_and_no_other_split(run: Run) -> None:
    refused = RefusedSet(run)
    views = list(refused.views)
    mended = next(group for group in toy_runs.groups_of(run) if group.split == "train")
    joined = JoinedSet(refused, refused)  # twice, to see whose rows are whose
    mended_view = replace(views[0], key=mended.cells[3].key)
    own = [*views[:-1], mended_view]  # as many as there are, the last the repair of a refused cell
    (back,) = put_back(own, refused)
    assert back.check == "mask"
    assert back.rows.tolist() == list(range(len(views), 2 * len(views)))
    assert (joined.picture(len(views)) == refused.picture(0)).all()
    assert joined.pixels(0) == joined.pixels(len(views))
    assert back.instead.tolist() == [len(views) - 1]
    assert back.refused == len(views)
    labels = labels_of(joined.views)
    rows = np.array([0, len(views) - 1])
    (arm,) = returned(TrainingSet(rows, labels[rows]), labels, TrainingSettings(), (1, 2), [back])
    assert [job.made.rows.tolist() for job in arm.jobs] == [[0, *back.rows.tolist()]] * 2  # type: ignore[union-attr]


def test_refusals_are_of_the_subjects_that_are_used_and_counted_before_any_is_left_out(run: Run) -> None:
    refused = RefusedSet(run)
    mended, lost, *_ = [group for group in toy_runs.groups_of(run) if group.split == "train"]
    part, whole = _Views([mended.subject.id]), _Views([mended.subject.id, "another", "a third"])
    assert {view.subject for view in those_of(whole, whole, refused).views} == {mended.subject.id, lost.subject.id}
    assert {view.subject for view in those_of(part, whole, refused).views} == {mended.subject.id}
    assert not those_of(_Views(["another"]), whole, refused).views
    tar = run.group_tar(lost.id, 0)
    data = tar.read_bytes()
    try:
        tar.write_bytes(b"")
        _members.cache_clear()
        left = refused.whole()
        assert {view.subject for view in left.views} == {mended.subject.id}
        (back,) = put_back(list(left.views), left)
        assert (back.refused, len(back.rows)) == (len(refused.pictures), 1)
    finally:
        tar.write_bytes(data)
        _members.cache_clear()


def test_a_run_without_masks_has_refused_pictures_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = RefusedSet._members_of
    monkeypatch.setattr(
        RefusedSet, "_members_of", lambda self, one: {k: v for k, v in whole(self, one).items() if k != "mask.png"}
    )
    refused = RefusedSet(run)
    assert len(refused.whole().pictures) == len(refused.pictures) > 0
    assert refused.mask(0) is None


class _Views:
    """As much of a grouped set as is asked for."""

    def __init__(self, subjects: list[str]) -> None:
        self.views = [View("", subject, "", "", "", "train") for subject in subjects]


def test_a_run_that_refused_nothing_has_nothing_to_put_back(tmp_path: Path) -> None:
    sealed = toy_runs.sealed_run(tmp_path)
    refused = RefusedSet(sealed)
    assert refused.views == []
    assert put_back(refused.views, refused) == []
    grouped = ReleaseSet(load_release(sealed.root))
    assert len(JoinedSet(grouped, refused).views) == len(grouped.views)

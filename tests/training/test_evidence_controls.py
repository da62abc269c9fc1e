"""Controls: each takes away one thing, keeps all else, and has a peer of as many pictures."""

from dataclasses import replace

import numpy as np
import pytest
from planted_world import PlantedSet

from spotdiff10k.training.evidence.arms import controls, fewer_subjects
from spotdiff10k.training.evidence.controls import CONTROLS, ControlKind
from spotdiff10k.training.evidence.dealing import purity, some_subjects
from spotdiff10k.training.evidence.training_set import TrainingSet
from spotdiff10k.training.settings import TrainingSettings
from spotdiff10k.training.views import Labels, labels_of

VIEWS = PlantedSet().views
ROWS = np.flatnonzero([view.split == "train" for view in VIEWS])
PROPER = TrainingSet(ROWS, labels_of(VIEWS)[ROWS])
KINDS = {kind.name: kind for kind in CONTROLS}


def _tampered(name: str):  # type: ignore[no-untyped-def]
    return KINDS[name].tamper(PROPER, np.random.default_rng(1))


@pytest.mark.parametrize("kind", CONTROLS, ids=lambda kind: kind.name)
def test_a_control_has_as_many_pictures_as_its_peer_and_the_same_draw_gives_the_same_set(kind: ControlKind) -> None:
    one, two = (kind.tamper(PROPER, np.random.default_rng(5)) for _ in range(2))
    assert one.made.digest == two.made.digest
    assert len(one.made) == len(one.peer or PROPER)
    assert one.changed > 0.85  # a pair of twins may exchange labels in some of their cells only
    assert kind.evidence


def test_a_full_shuffle_keeps_every_other_label() -> None:
    made = _tampered("shuffled-subjects").made
    assert (made.rows == PROPER.rows).all()
    assert (made.labels.background == PROPER.labels.background).all()
    assert (np.bincount(made.labels.subject) == np.bincount(PROPER.labels.subject)).all()


def test_twins_exchange_labels_inside_their_cell_and_inside_their_family_where_it_has_two() -> None:
    found = _tampered("twin-swap")
    before, after = PROPER.labels, found.made.labels
    family_of = dict(zip(before.subject.tolist(), before.family.tolist(), strict=True))
    for pose, background in {(int(p), int(b)) for p, b in zip(before.pose, before.background, strict=True)}:
        cell = np.flatnonzero((before.pose == pose) & (before.background == background))
        assert sorted(before.subject[cell]) == sorted(after.subject[cell])  # context and label still fit
        families = before.family[cell].tolist()
        for place in cell.tolist():
            alone = [family for family in set(families) if families.count(family) == 1]
            if families.count(before.family[place]) > 1 and len(alone) != 1:
                assert family_of[int(after.subject[place])] == before.family[place]
    assert "of the same family" in found.told


@pytest.mark.parametrize("views", [4, 9])
def test_twins_that_share_all_their_cells_are_mixed_and_do_not_only_change_names(views: int) -> None:
    pairs = _pairs(subjects=8, views=views)
    found = KINDS["twin-swap"].tamper(pairs, np.random.default_rng(2))
    assert purity(pairs.labels.subject, found.made.labels.subject) <= 5 / 9
    assert found.changed >= 0.5
    assert not found.why_not


def test_labels_that_would_stay_pure_are_no_control() -> None:
    pairs = _pairs(subjects=8, views=6, shared=1)  # two subjects share one cell of six
    found = KINDS["twin-swap"].tamper(pairs, np.random.default_rng(2))
    assert "83% show one subject" in found.told
    assert "would still show one subject" in found.why_not
    tried = {one.kind.name: one for one, _ in controls(pairs, TrainingSettings(), (1, 2), plates=False)}
    assert tried["twin-swap"].arm is None
    assert tried["twin-swap"].why_not == found.why_not
    assert tried["shuffled-subjects"].arm


def test_a_control_that_would_change_little_is_not_made_and_says_so() -> None:
    one_background = _pairs(subjects=8, views=4, backgrounds=1)
    untold = replace(PROPER, labels=replace(PROPER.labels, pose=np.arange(len(PROPER)), background=np.arange(len(PROPER))))
    for made, name in ((one_background, "confounded-background"), (untold, "shuffled-factors")):
        tried = {one.kind.name: one for one, _ in controls(made, TrainingSettings(), (1,), plates=False)}
        assert tried[name].arm is None
        assert "It would change 0% of the pictures" in tried[name].why_not


def _pairs(subjects: int, views: int, shared: int = 99, backgrounds: int = 99) -> TrainingSet:
    """Subjects two by two in the same cells, or in so many of them."""
    who, view = (part.ravel() for part in np.meshgrid(np.arange(subjects), np.arange(views), indexing="ij"))
    place = np.where(view < shared, who // 2, subjects + who)
    pose = place * views + view
    background = np.where(view < backgrounds - 1, pose, 0) if backgrounds > 1 else who * 0
    return TrainingSet(np.arange(len(who)), Labels(who, pose, background, who // 2))


def test_a_confounded_set_keeps_one_background_a_subject_and_its_peer_spreads_as_many_pictures() -> None:
    found = _tampered("confounded-background")
    made, peer = found.made.labels, found.peer.labels
    assert (np.bincount(made.subject) == np.bincount(peer.subject)).all()
    for subject in np.unique(made.subject):
        assert len(set(made.background[made.subject == subject])) == 1
        many = peer.subject == subject
        assert len(set(peer.background[many])) == len(set(peer.pose[many])) == many.sum() == 3
    kept = np.bincount([made.background[made.subject == subject][0] for subject in np.unique(made.subject)])
    assert kept.max() - kept.min() <= 2  # no background is kept by far more subjects than another


def test_single_views_are_as_many_groups_as_pictures() -> None:
    made = _tampered("single-view").made
    assert (np.bincount(made.labels.subject) == 1).all()
    assert (made.labels.pose == PROPER.labels.pose).all()


def test_shuffled_factors_keep_the_subjects() -> None:
    made = _tampered("shuffled-factors").made
    assert (made.labels.subject == PROPER.labels.subject).all()
    assert (np.bincount(made.labels.pose) == np.bincount(PROPER.labels.pose)).all()
    assert (made.labels.background != PROPER.labels.background).mean() > 0.7


def test_plates_keep_every_label() -> None:
    made = _tampered("plates").made
    assert made.source == "plates"
    assert made.labels is PROPER.labels


def test_fewer_subjects_are_whole_and_lie_in_more() -> None:
    small, large = (set(some_subjects(PROPER.labels, share, np.random.default_rng(3)).tolist()) for share in (0.25, 0.5))
    assert small < large
    chosen = np.unique(PROPER.labels.subject[list(large)])
    assert len(large) == np.isin(PROPER.labels.subject, chosen).sum()
    assert len(chosen) == 18


def test_a_share_of_one_subject_is_no_point_of_the_curve() -> None:
    few = PROPER.taking(np.flatnonzero(PROPER.labels.subject < 8))
    shares = [fraction for fraction, _ in fewer_subjects(few, TrainingSettings(), (1, 2))]
    assert shares == [0.25, 0.5]

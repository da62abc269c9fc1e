"""What a step sees: as many different pictures, and as hard negatives, whether pictures are groups of their own or not."""

from dataclasses import replace

import numpy as np
from planted_world import PlantedSet

from spotdiff10k.training.batches import SubjectBatches, subject_pairs
from spotdiff10k.training.views import Labels, labels_of

VIEWS = PlantedSet().views
LABELS = labels_of(VIEWS)[np.flatnonzero([view.split == "train" for view in VIEWS])]
SINGLE = replace(LABELS, subject=np.arange(len(LABELS)))
SUBJECTS, OF_EACH = 8, 3


def _batches(labels: Labels, hard_negatives: bool = True) -> list[Labels]:
    batches = SubjectBatches(labels, SUBJECTS, OF_EACH, hard_negatives)
    chosen = [batches.batch(np.random.default_rng(seed)) for seed in range(40)]
    assert all(len(np.unique(one)) == len(one) for one in chosen)  # no picture twice
    return [labels[one] for one in chosen]


def _in_one_cell(labels: Labels) -> float:
    """Share of a batch's pictures that another subject stands beside in the very same cell."""
    same = (labels.pose[:, None] == labels.pose) & (labels.background[:, None] == labels.background)
    return float((same & (labels.subject[:, None] != labels.subject)).any(1).mean())


def test_single_views_are_as_many_pictures_a_step_as_groups_are() -> None:
    groups, single = ({len(one) for one in _batches(labels)} for labels in (LABELS, SINGLE))
    assert single == {SUBJECTS * OF_EACH}
    assert min(groups) > SUBJECTS * (OF_EACH - 1)


def test_single_views_meet_others_in_the_same_cell_as_groups_do() -> None:
    hard, soft = (np.mean([_in_one_cell(one) for one in _batches(SINGLE, hard)]) for hard in (True, False))
    assert hard > 0.9
    assert soft < 0.75


def test_a_picture_without_others_of_its_subject_is_its_own_positive_and_no_other_is() -> None:
    columns = np.array([0, 0, 1, 2, 2, 2])
    pairs = subject_pairs(Labels(columns, columns, columns, columns))
    assert pairs.positive[2].tolist() == [False, False, True, False, False, False]
    assert not pairs.positive[np.array([0, 1, 3, 4, 5]), np.array([0, 1, 3, 4, 5])].any()
    assert pairs.positive.sum() == 2 + 1 + 6
    assert not (pairs.positive & pairs.negative).any()

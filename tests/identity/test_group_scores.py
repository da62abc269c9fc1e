"""Scores of a group from the agreement of its pairs, on agreements whose answer is known."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spotdiff10k.identity import group_scores
from spotdiff10k.identity.members import score_group

POSES, BACKGROUNDS = np.arange(9) // 3, np.arange(9) % 3
BOTH = group_scores.differ_in_both(POSES, BACKGROUNDS)


def directions(count: int, strangers: dict[int, int], noise: float = 0.3, seed: int = 5) -> list[np.ndarray]:
    """Unit vectors about one direction; `strangers` lie about directions of their own (member to which)."""
    random = np.random.default_rng(seed)
    ways = np.linalg.qr(random.normal(size=(32, 8)))[0].T
    found = [ways[strangers.get(member, 0)] + noise * random.normal(size=32) / 32**0.5 for member in range(count)]
    return [(vector / np.linalg.norm(vector)).astype(np.float32) for vector in found]


def test_pairs_that_differ_in_both_share_neither_pose_nor_background() -> None:
    assert BOTH.sum(axis=1).tolist() == [4] * 9
    for one, other in itertools.product(range(9), repeat=2):
        assert BOTH[one, other] == (POSES[one] != POSES[other] and BACKGROUNDS[one] != BACKGROUNDS[other])


@pytest.mark.parametrize("stranger", range(9))
def test_a_stranger_is_the_lowest_and_outside_the_clique(stranger: int) -> None:
    scores = score_group(directions(9, {stranger: 1}), POSES, BACKGROUNDS)
    assert scores.margin.argmin() == scores.same_subject.argmin() == stranger
    assert scores.clique == tuple(member for member in range(9) if member != stranger)
    assert scores.medoid != stranger


def test_a_member_like_one_sibling_and_none_of_the_others_is_not_accepted() -> None:
    # A filter that keeps whatever is near any one other picture would let both of these through.
    vectors = directions(9, {3: 1, 7: 1}, noise=0.1)
    scores = score_group(vectors, POSES, BACKGROUNDS)
    assert scores.agreement[3, 7] > 0.9
    any_pair = np.where(np.eye(9, dtype=bool), -1, scores.agreement).max(axis=1)
    assert any_pair.min() > 0.9
    assert scores.margin[3] < -0.5
    assert scores.margin[7] < -0.5
    assert scores.clique == (0, 1, 2, 4, 5, 6, 8)


def test_margins_do_not_depend_on_how_easy_a_group_is() -> None:
    easy, hard = np.full((9, 9), 0.95), np.full((9, 9), 0.4)
    assert np.allclose(group_scores.margins(easy), 0)
    assert np.allclose(group_scores.margins(hard), 0)


def test_margins_are_what_their_definition_says() -> None:
    random = np.random.default_rng(3)
    agreement = random.uniform(-1, 1, (6, 6))
    agreement = (agreement + agreement.T) / 2
    for member, found in enumerate(group_scores.margins(agreement)):
        others = [other for other in range(6) if other != member]
        among = [agreement[one, other] for one, other in itertools.combinations(others, 2)]
        assert found == pytest.approx(np.mean([agreement[member, other] for other in others]) - np.mean(among))


def test_a_pose_of_another_subject_divides_the_group() -> None:
    sound = score_group(directions(9, {}), POSES, BACKGROUNDS)
    divided = score_group(directions(9, {3: 1, 4: 1, 5: 1}), POSES, BACKGROUNDS)
    assert sound.division < 0.1
    assert divided.division > 0.7
    halves = score_group(directions(4, {2: 1, 3: 1}), np.arange(4) // 2, np.arange(4) % 2)
    assert halves.division > 0.7
    assert halves.cohesion < 0.2 < sound.cohesion
    assert len(halves.clique) == 2


def test_members_that_show_nothing_are_left_out_of_the_others_scores() -> None:
    vectors: list[np.ndarray | None] = list(directions(9, {}))
    vectors[4] = None
    scores = score_group(vectors, POSES, BACKGROUNDS)
    assert np.isnan(scores.margin[4])
    assert np.isnan(scores.agreement[4]).all()
    assert np.isfinite(np.delete(scores.margin, 4)).all()
    assert scores.clique == (0, 1, 2, 3, 5, 6, 7, 8)
    assert score_group([None] * 4, np.arange(4) // 2, np.arange(4) % 2).medoid == -1


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 8), st.data())
def test_the_clique_is_the_largest_there_is(count: int, data: st.DataObject) -> None:
    accepted = np.array(data.draw(st.lists(st.booleans(), min_size=count * count, max_size=count * count))).reshape(count, count)
    accepted = accepted & accepted.T
    found = group_scores.largest_clique(accepted)
    assert all(accepted[one, other] for one, other in itertools.combinations(found, 2))
    larger = itertools.combinations(range(count), min(len(found) + 1, count))
    assert len(found) == count or not any(
        all(accepted[one, other] for one, other in itertools.combinations(members, 2)) for members in larger
    )


def test_a_pose_of_another_subject_disagrees_as_a_whole_though_its_own_pictures_agree() -> None:
    strangers = {3: 1, 4: 1, 5: 1}
    found = score_group(directions(9, strangers, noise=0.8), POSES, BACKGROUNDS).pose_agreement
    sound = score_group(directions(9, {}, noise=0.8), POSES, BACKGROUNDS).pose_agreement
    assert found[3] == found[4] == found[5] < 0.5 < sound.min()
    assert np.delete(found, [3, 4, 5]).min() > found[3]


def test_pose_agreement_is_of_means_over_backgrounds() -> None:
    vectors = np.stack(directions(9, {}, noise=0.8)).astype(np.float64)
    means = [vectors[pose == POSES].mean(axis=0) for pose in range(3)]
    first, second, third = (mean / np.linalg.norm(mean) for mean in means)
    found = group_scores.level_agreement(vectors.astype(np.float32), POSES)
    assert found[:3] == pytest.approx((first @ second + first @ third) / 2, abs=1e-6)
    assert np.isnan(group_scores.level_agreement(vectors.astype(np.float32), np.zeros(9, np.int64))).all()

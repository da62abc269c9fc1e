"""Shared attention against its definition in plain float64 loops."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
from dense_attention import dense  # noqa: E402

from spotdiff10k.engines.controlnet.attention.attend import Tokens, attend  # noqa: E402
from spotdiff10k.engines.controlnet.attention.batches import batch_of  # noqa: E402
from spotdiff10k.engines.controlnet.attention.kernel import plain  # noqa: E402
from spotdiff10k.engines.controlnet.attention.sharing import Sharing  # noqa: E402
from spotdiff10k.engines.controlnet.attention.state import SharingState  # noqa: E402
from spotdiff10k.engines.controlnet.seams import Member  # noqa: E402
from spotdiff10k.errors import EngineError  # noqa: E402

torch.set_num_threads(1)
pytestmark = pytest.mark.filterwarnings("ignore:flex_attention called without")
GRID = (3, 4)
COUNT = GRID[0] * GRID[1]
HEADS, WIDTH = 2, 8
EXACT = 1e-12
"""float64 against float64."""
NEARLY = 1e-7
"""The logarithm of a strength is kept in float32."""


def cells(*places: int):
    """A region of 6 x 8 pixels, two by two a token, that covers these tokens and no others."""
    mask = np.zeros((6, 8), np.uint8)
    for place in places:
        row, column = divmod(place, GRID[1])
        mask[2 * row : 2 * row + 2, 2 * column : 2 * column + 2] = 255
    return mask


def tokens(rows: int, seed: int = 0, count: int = COUNT):
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(rows, HEADS, count, WIDTH, generator=generator, dtype=torch.float64) * 2 for _ in range(3)]


def state_of(members, sharing):
    state = SharingState(sharing)
    state.begin(batch_of(members, sharing))
    state.step(GRID, COUNT, 500.0)
    return state


def shared(members, sharing, query, key, value):
    return attend(state_of(members, sharing), "up_blocks.0.attn1", Tokens(query, key, value, 0, GRID))


def all_sharing(**options):
    return Sharing(sources="all", **options)


REGIONS = [(0, 1, 5), (5, 6, 7, 11), (2,), ()]


def members_of(*groups: str, anchors=(0,)):
    return [Member(group, place in anchors, cells(*REGIONS[place % 4])) for place, group in enumerate(groups)]


def seen_by(members, sources, strength=1.0):
    """What each picture may see of each, from the definition: all of its own, subject tokens of its group's other sources."""
    table = []
    for picture, member in enumerate(members):
        line = []
        for other, source in enumerate(members):
            inside = np.isin(np.arange(COUNT), REGIONS[other % 4]).astype(float) * strength
            mine = np.ones(COUNT) if picture == other else np.zeros(COUNT)
            others = inside if source.group == member.group and other in sources and picture != other else 0.0
            line.append(mine + others)
        table.append(line)
    return table


@pytest.mark.parametrize("kernel", ["sdpa", "flex"])
@pytest.mark.parametrize("strength", [1.0, 0.3])
def test_members_see_their_own_tokens_and_the_subject_tokens_of_the_others(kernel, strength):
    members = members_of("a", "a", "a")
    query, key, value = tokens(3)
    got = shared(members, all_sharing(kernel=kernel, strength=strength), query, key, value)
    assert np.abs(got.numpy() - dense(query, key, value, seen_by(members, (0, 1, 2), strength))).max() < (
        EXACT if strength == 1.0 else NEARLY
    )


@pytest.mark.parametrize("kernel", ["sdpa", "flex"])
def test_two_groups_in_one_batch_see_nothing_of_each_other(kernel):
    members = members_of("a", "b", "a", "b", anchors=(0, 1))
    query, key, value = tokens(4)
    got = shared(members, all_sharing(kernel=kernel), query, key, value)
    assert np.abs(got.numpy() - dense(query, key, value, seen_by(members, (0, 1, 2, 3)))).max() < EXACT


def test_changing_one_group_leaves_every_bit_of_another():
    members = members_of("a", "b", "a", "b", anchors=(0, 1))
    query, key, value = tokens(4)
    before = shared(members, all_sharing(), query, key, value)
    for of in (query, key, value):
        of[[1, 3]] = torch.full_like(of[[1, 3]], 1e6)
    after = shared(members, all_sharing(), query, key, value)
    assert torch.equal(before[[0, 2]], after[[0, 2]])
    assert not torch.equal(before[[1, 3]], after[[1, 3]])


def test_with_anchors_as_the_only_sources_followers_see_the_anchor_and_the_anchor_sees_itself():
    members = members_of("a", "a", "a")
    query, key, value = tokens(3)
    got = shared(members, Sharing(), query, key, value)
    assert np.abs(got.numpy() - dense(query, key, value, seen_by(members, (0,)))).max() < EXACT


def test_neither_half_of_guidance_sees_the_other():
    members = members_of("a", "a", "a")
    query, key, value = tokens(6)
    both = shared(members, all_sharing(), query, key, value)
    for half in (slice(0, 3), slice(3, 6)):
        alone = shared(members, all_sharing(), query[half], key[half], value[half])
        assert torch.equal(both[half], alone)


def test_a_group_of_one_attends_exactly_as_without_sharing():
    query, key, value = tokens(2)
    for sharing in (Sharing(), all_sharing()):
        got = shared(members_of("a", "b", anchors=(0, 1)), sharing, query, key, value)
        assert torch.equal(got, plain(query, key, value))


def test_empty_regions_share_nothing():
    members = [Member("a", place == 0, cells()) for place in range(3)]
    query, key, value = tokens(3)
    assert torch.equal(shared(members, all_sharing(), query, key, value), plain(query, key, value))


def test_strength_zero_and_unshared_layers_share_nothing():
    query, key, value = tokens(3)
    for sharing in (all_sharing(strength=0.0), all_sharing(layers=("mid_block",))):
        assert torch.equal(shared(members_of("a", "a", "a"), sharing, query, key, value), plain(query, key, value))


def test_members_in_another_order_give_the_same_in_that_order():
    members = members_of("a", "b", "a", "a", anchors=(0, 1))
    query, key, value = tokens(4)
    order = [3, 0, 1, 2]
    straight = shared(members, all_sharing(), query, key, value)
    turned = shared([members[place] for place in order], all_sharing(), query[order], key[order], value[order])
    assert (straight[order] - turned).abs().max() < EXACT


@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_kept_anchors_give_what_one_big_batch_gives(dropout):
    """Two groups of different size, both halves of guidance, followers in two later batches and in another order."""
    sharing = Sharing(dropout=dropout, seed=3)
    members = members_of("a", "b", "a", "a", "b", anchors=(0, 1))
    query, key, value = tokens(10)
    big = shared(members, sharing, query, key, value)
    state = SharingState(sharing)
    for batch in ([0, 1], [4, 2], [3]):
        rows = batch + [row + 5 for row in batch]
        state.begin(batch_of([members[row] for row in batch], sharing))
        state.step(GRID, COUNT, 500.0)
        got = attend(state, "up_blocks.0.attn1", Tokens(query[rows], key[rows], value[rows], 0, GRID))
        state.end()
        assert (got - big[rows]).abs().max() < EXACT
    held = state.cache.held()
    kept = len(REGIONS[0]) + len(REGIONS[1])
    assert held.device == held.peak == 2 * kept * 2 * HEADS * WIDTH * 8
    state.cache.drop("a")
    state.cache.drop("b")
    assert state.cache.held().device == 0


def test_anchors_beyond_the_share_of_the_device_go_to_host_memory_and_then_stop_with_a_sentence():
    sharing = Sharing()
    members = members_of("a", "b", "a", anchors=(0, 1))
    query, key, value = tokens(3)
    big = shared(members, sharing, query, key, value)
    state = SharingState(sharing)
    state.cache.device_limit = 0
    state.cache.host_limit = 3 * 2 * HEADS * WIDTH * 8
    with pytest.raises(EngineError, match="host memory"):
        run(state, members[:2], query[:2], key[:2], value[:2])
    state.end()
    state.cache.drop("a")
    run(state, members[:1], query[:1], key[:1], value[:1])
    assert state.cache.held().host == state.cache.host_limit
    assert (run(state, members[2:], query[2:], key[2:], value[2:]) - big[2:]).abs().max() < EXACT


def test_a_batch_filled_up_with_its_last_member_gives_the_same():
    members = members_of("a", "b", "a", anchors=(0, 1))
    query, key, value = tokens(3)
    for sharing in (Sharing(), all_sharing()):
        state = SharingState(sharing)
        for batch in ([0, 1, 1, 1], [2, 2, 2]):
            places = [members[row] for row in batch]
            got = run(state, places, query[batch], key[batch], value[batch])
            state_of_one = SharingState(sharing)
            expected = run(state_of_one, members[:2], query[:2], key[:2], value[:2])
            if batch[0] == 2:
                expected = run(state_of_one, members[2:], query[2:], key[2:], value[2:])
            assert (got[: len(expected)] - expected).abs().max() < EXACT
        assert state.cache.held() == state_of_one.cache.held()


def test_where_a_group_is_made_in_one_batch_nothing_has_to_be_kept():
    members = members_of("a", "a", "b", anchors=(0, 2))
    query, key, value = tokens(3)
    state = SharingState(Sharing(keep=False))
    assert torch.equal(run(state, members, query, key, value), shared(members, Sharing(), query, key, value))
    assert state.cache.held().peak == 0


def run(state, members, query, key, value, time=500.0):
    state.begin(batch_of(members, state.sharing))
    state.step(GRID, COUNT, time)
    out = attend(state, "up_blocks.0.attn1", Tokens(query, key, value, 0, GRID))
    state.end()
    return out


def test_another_schedule_than_the_anchors_is_refused():
    members = members_of("a", "a")
    query, key, value = tokens(2)
    state = SharingState(Sharing())
    run(state, members[:1], query[:1], key[:1], value[:1], time=500.0)
    with pytest.raises(EngineError, match="same number of steps"):
        run(state, members[1:], query[1:], key[1:], value[1:], time=480.0)


def test_dropout_leaves_out_about_its_share_and_changes_with_the_step():
    members = members_of("a", "a")
    members = [Member("a", place == 0, np.full((6, 8), 255, np.uint8)) for place in range(2)]
    query, key, value = tokens(2)
    sharing = all_sharing(dropout=0.5)
    state = SharingState(sharing)
    first = run(state, members, query, key, value, time=1.0)
    assert torch.equal(first, run(state, members, query, key, value, time=1.0))
    assert not torch.equal(first, run(state, members, query, key, value, time=2.0))
    assert not torch.equal(first, shared(members, all_sharing(), query, key, value))


def test_text_before_and_padding_behind_the_picture_see_only_their_own_sequence():
    """A joint sequence: 2 text tokens, the picture, 3 that nobody may see."""
    members = members_of("a", "a")
    query, key, value = tokens(2, count=COUNT + 5)
    keep = torch.ones(2, COUNT + 5, dtype=torch.bool)
    keep[:, -3:] = False
    got = attend(state_of(members, all_sharing()), "layer", Tokens(query, key, value, 2, GRID, keep))
    ordinary = plain(query, key, value, keep)
    assert (got - ordinary)[:, :, [0, 1, -3, -2, -1]].abs().max() < EXACT
    for picture, other in ((0, 1), (1, 0)):
        seen_keys = torch.cat([key[picture, :, :-3], key[other][:, [2 + place for place in REGIONS[other]]]], 1)
        seen_values = torch.cat([value[picture, :, :-3], value[other][:, [2 + place for place in REGIONS[other]]]], 1)
        expected = plain(query[picture : picture + 1, :, 2:-3], seen_keys[None], seen_values[None])
        assert (got[picture : picture + 1, :, 2:-3] - expected).abs().max() < EXACT


def test_rows_that_are_no_multiple_of_the_batch_are_refused():
    query, key, value = tokens(5)
    with pytest.raises(EngineError, match="5 rows for a batch of 3"):
        shared(members_of("a", "a", "a"), all_sharing(), query, key, value)

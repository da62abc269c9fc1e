"""The processors inside tiny networks of every layout that takes shared attention."""

import copy

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("diffusers")
from tiny_networks import CALLS, Pipe, members_of, network_of, prepared, settings, unet_call  # noqa: E402

from spotdiff10k.engines.controlnet.attention.strategies import make_strategy  # noqa: E402
from spotdiff10k.engines.controlnet.seams import Member  # noqa: E402
from spotdiff10k.errors import EngineError  # noqa: E402

torch.set_num_threads(1)
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")
CLOSE = 2e-5


@pytest.mark.parametrize("family", CALLS)
def test_without_a_batch_and_for_groups_of_one_the_network_is_unchanged_to_the_bit(family):
    call = CALLS[family]
    with torch.no_grad():
        expected = call(network_of(family), [0, 1, 2])
    with prepared(family) as (network, strategy, pipe):
        assert torch.equal(call(network, [0, 1, 2]), expected)
        with strategy.batch(pipe, members_of("a", "b", "c", anchors=(0, 1, 2))):
            assert torch.equal(call(network, [0, 1, 2]), expected)
        with strategy.batch(pipe, ()):
            assert torch.equal(call(network, [0, 1, 2]), expected)


@pytest.mark.parametrize("family", CALLS)
def test_followers_change_and_anchors_do_not(family):
    call = CALLS[family]
    with torch.no_grad():
        expected = call(network_of(family), [0, 1, 2])
    with prepared(family) as (network, strategy, pipe), strategy.batch(pipe, members_of("a", "a", "a")):
        got = call(network, [0, 1, 2])
    assert (got[0] - expected[0]).abs().max() < CLOSE
    assert (got[1:] - expected[1:]).abs().amax((1, 2) if got.ndim == 3 else tuple(range(1, got.ndim))).min() > 100 * CLOSE


@pytest.mark.parametrize("family", CALLS)
@pytest.mark.parametrize("halves", [1, 2])
def test_anchors_kept_from_an_earlier_batch_give_what_one_big_batch_gives(family, halves):
    call = CALLS[family]
    members = members_of("a", "b", "a", "a", "b", anchors=(0, 1))

    def rows(*places):
        return [place + 5 * half for half in range(halves) for place in places]

    with prepared(family) as (network, strategy, pipe):
        with strategy.batch(pipe, members):
            big = [call(network, rows(0, 1, 2, 3, 4), time) for time in (0.75, 0.5)]
        strategy.forget("a")
        strategy.forget("b")
        for batch in ((0, 1), (4, 2), (3,)):
            with strategy.batch(pipe, [members[place] for place in batch]):
                for step, time in enumerate((0.75, 0.5)):
                    assert (call(network, rows(*batch), time) - big[step][rows(*batch)]).abs().max() < CLOSE
        assert strategy.held().groups == 2 and strategy.held().device > 0


@pytest.mark.parametrize("family", CALLS)
def test_members_in_another_order_give_the_same_in_that_order(family):
    call = CALLS[family]
    members = members_of("a", "b", "a", "a", anchors=(0, 1))
    order = [3, 0, 1, 2]
    with prepared(family, sources="all") as (network, strategy, pipe):
        with strategy.batch(pipe, members):
            straight = call(network, [0, 1, 2, 3])
        with strategy.batch(pipe, [members[place] for place in order]):
            assert (call(network, order) - straight[order]).abs().max() < CLOSE


def test_a_follower_whose_group_has_no_anchor_is_refused():
    with prepared("sd15") as (network, strategy, pipe):
        with pytest.raises(EngineError, match="no anchor"), strategy.batch(pipe, members_of("a", "a", anchors=())):
            pass
        with strategy.batch(pipe, members_of("a")):
            unet_call(network, [0])
        with strategy.batch(pipe, members_of("a", "a", anchors=())):
            unet_call(network, [0, 1])


def test_more_steps_than_the_anchor_had_are_refused():
    with prepared("sd15") as (network, strategy, pipe):
        with strategy.batch(pipe, members_of("a")):
            unet_call(network, [0])
        with strategy.batch(pipe, members_of("a", anchors=())):
            unet_call(network, [1])
            with pytest.raises(EngineError, match="fewer calls"):
                unet_call(network, [1])


def test_an_editor_without_a_known_layout_is_refused():
    pipe = Pipe(transformer=torch.nn.Linear(2, 2))
    with pytest.raises(EngineError, match="does not know the layout of Linear"):
        make_strategy("shared-attention", "joint", settings()).prepare(pipe)


def test_a_processor_of_somebody_else_is_not_thrown_out():
    network = copy.deepcopy(network_of("flux"))
    network.single_transformer_blocks[0].attn.processor = type("FluxIPAdapterAttnProcessor", (), {})()
    with pytest.raises(EngineError, match="FluxIPAdapterAttnProcessor"):
        make_strategy("shared-attention", "joint", settings()).prepare(Pipe(transformer=network))


@pytest.mark.parametrize("family", ["flux", "qwen-image", "z-image"])
def test_where_others_tokens_stand_matters_in_networks_with_rotary_positions(family):
    call = CALLS[family]
    members = [Member("a", place == 0, np.full((64, 64), 255, np.uint8)) for place in range(2)]
    found = {}
    for placement in ("own", "below"):
        with prepared(family, placement=placement) as (network, strategy, pipe), strategy.batch(pipe, members):
            found[placement] = call(network, [3, 3])
    assert (found["own"] - found["below"])[1].abs().max() > 2 * CLOSE
    assert (found["own"] - found["below"])[0].abs().max() < CLOSE

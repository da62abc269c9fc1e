"""The processors inside tiny networks of every layout that takes shared attention."""

import copy
from contextlib import contextmanager

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("diffusers")
import tiny  # noqa: E402

from spotdiff10k.engines.controlnet.attention.strategies import make_strategy  # noqa: E402
from spotdiff10k.engines.controlnet.seams import Member  # noqa: E402
from spotdiff10k.errors import EngineError  # noqa: E402
from spotdiff10k.types import EngineSettings  # noqa: E402

torch.set_num_threads(1)
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")
SIDE = 16
"""Of the latent."""
TEXT = 6
CLOSE = 2e-5


class Pipe:
    def __init__(self, **parts):
        self.__dict__.update(parts)


def region(top, left):
    mask = np.zeros((64, 64), np.uint8)
    mask[top : top + 24, left : left + 24] = 255
    return mask


def members_of(*groups, anchors=(0,)):
    return [Member(group, place in anchors, region(8 * place % 40, 4 * place % 40)) for place, group in enumerate(groups)]


def settings(**sharing):
    return EngineSettings(size=64, outputs=(), options={f"sharing_{name}": value for name, value in sharing.items()})


def noise(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def unet_call(network, rows, time=500):
    return network(noise(10, 4, SIDE, SIDE)[rows], torch.tensor(time), noise(10, TEXT, 32, seed=1)[rows]).sample


def flux_call(network, rows, time=0.5):
    ids = torch.tensor([(0, row, column) for row in range(SIDE // 2) for column in range(SIDE // 2)], dtype=torch.float32)
    return network(
        hidden_states=noise(10, len(ids), 16)[rows],
        encoder_hidden_states=noise(10, TEXT, 32, seed=1)[rows],
        pooled_projections=noise(10, 32, seed=2)[rows],
        timestep=torch.full((len(rows),), time),
        img_ids=ids,
        txt_ids=torch.zeros(TEXT, 3),
    ).sample


def qwen_call(network, rows, time=0.5):
    mask = torch.ones(len(rows), TEXT, dtype=torch.bool)
    mask[:, -2:] = False
    return network(
        hidden_states=noise(10, (SIDE // 2) ** 2, 16)[rows],
        encoder_hidden_states=noise(10, TEXT, 16, seed=1)[rows],
        encoder_hidden_states_mask=mask,
        timestep=torch.full((len(rows),), time),
        img_shapes=[[(1, SIDE // 2, SIDE // 2)]] * len(rows),
    ).sample


def z_image_call(network, rows, time=0.5):
    latents, words = noise(10, 16, 1, SIDE, SIDE)[rows], noise(10, TEXT, 16, seed=1)[rows]
    return torch.stack(network(list(latents), torch.full((len(rows),), time), list(words), return_dict=False)[0])


CALLS = {"sd15": unet_call, "flux": flux_call, "qwen-image": qwen_call, "z-image": z_image_call}
NETWORK = {"sd15": "unet", "flux": "transformer", "qwen-image": "transformer", "z-image": "transformer"}


@pytest.fixture(scope="module")
def networks():
    built = {}
    for family, part in NETWORK.items():
        network = getattr(tiny.BUILDERS[family](), part).eval()
        for name, values in network.named_parameters():
            if not values.abs().sum():
                torch.nn.init.normal_(values, std=0.1, generator=torch.Generator().manual_seed(len(name)))
        built[family] = network
    return built


@contextmanager
def prepared(networks, family, **sharing):
    """A copy of the network that shares, and its strategy."""
    network = copy.deepcopy(networks[family])
    pipe = Pipe(**{NETWORK[family]: network})
    strategy = make_strategy("shared-attention", "unet" if family == "sd15" else "joint", settings(**sharing))
    strategy.prepare(pipe)
    with torch.no_grad():
        yield network, strategy, pipe


@pytest.mark.parametrize("family", CALLS)
def test_without_a_batch_and_for_groups_of_one_the_network_is_unchanged_to_the_bit(networks, family):
    call = CALLS[family]
    with torch.no_grad():
        expected = call(networks[family], [0, 1, 2])
    with prepared(networks, family) as (network, strategy, pipe):
        assert torch.equal(call(network, [0, 1, 2]), expected)
        with strategy.batch(pipe, members_of("a", "b", "c", anchors=(0, 1, 2))):
            assert torch.equal(call(network, [0, 1, 2]), expected)
        with strategy.batch(pipe, ()):
            assert torch.equal(call(network, [0, 1, 2]), expected)


@pytest.mark.parametrize("family", CALLS)
def test_followers_change_and_anchors_do_not(networks, family):
    call = CALLS[family]
    with torch.no_grad():
        expected = call(networks[family], [0, 1, 2])
    with prepared(networks, family) as (network, strategy, pipe), strategy.batch(pipe, members_of("a", "a", "a")):
        got = call(network, [0, 1, 2])
    assert (got[0] - expected[0]).abs().max() < CLOSE
    assert (got[1:] - expected[1:]).abs().amax((1, 2) if got.ndim == 3 else tuple(range(1, got.ndim))).min() > 100 * CLOSE


@pytest.mark.parametrize("family", CALLS)
@pytest.mark.parametrize("halves", [1, 2])
def test_anchors_kept_from_an_earlier_batch_give_what_one_big_batch_gives(networks, family, halves):
    call = CALLS[family]
    members = members_of("a", "b", "a", "a", "b", anchors=(0, 1))

    def rows(*places):
        return [place + 5 * half for half in range(halves) for place in places]

    with prepared(networks, family) as (network, strategy, pipe):
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
def test_members_in_another_order_give_the_same_in_that_order(networks, family):
    call = CALLS[family]
    members = members_of("a", "b", "a", "a", anchors=(0, 1))
    order = [3, 0, 1, 2]
    with prepared(networks, family, sources="all") as (network, strategy, pipe):
        with strategy.batch(pipe, members):
            straight = call(network, [0, 1, 2, 3])
        with strategy.batch(pipe, [members[place] for place in order]):
            assert (call(network, order) - straight[order]).abs().max() < CLOSE


def test_a_follower_whose_group_has_no_anchor_is_refused(networks):
    with prepared(networks, "sd15") as (network, strategy, pipe):
        with pytest.raises(EngineError, match="no anchor"), strategy.batch(pipe, members_of("a", "a", anchors=())):
            pass
        with strategy.batch(pipe, members_of("a")):
            unet_call(network, [0])
        with strategy.batch(pipe, members_of("a", "a", anchors=())):
            unet_call(network, [0, 1])


def test_more_steps_than_the_anchor_had_are_refused(networks):
    with prepared(networks, "sd15") as (network, strategy, pipe):
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


def test_a_processor_of_somebody_else_is_not_thrown_out(networks):
    network = copy.deepcopy(networks["flux"])
    network.single_transformer_blocks[0].attn.processor = type("FluxIPAdapterAttnProcessor", (), {})()
    with pytest.raises(EngineError, match="FluxIPAdapterAttnProcessor"):
        make_strategy("shared-attention", "joint", settings()).prepare(Pipe(transformer=network))


@pytest.mark.parametrize("family", ["flux", "qwen-image", "z-image"])
def test_where_others_tokens_stand_matters_in_networks_with_rotary_positions(networks, family):
    call = CALLS[family]
    members = [Member("a", place == 0, np.full((64, 64), 255, np.uint8)) for place in range(2)]
    found = {}
    for placement in ("own", "below"):
        with prepared(networks, family, placement=placement) as (network, strategy, pipe), strategy.batch(pipe, members):
            found[placement] = call(network, [3, 3])
    assert (found["own"] - found["below"])[1].abs().max() > 2 * CLOSE
    assert (found["own"] - found["below"])[0].abs().max() < CLOSE

"""Shared attention in compiled blocks: one break in each, nothing compiled again for other layers, steps and batches."""

from types import SimpleNamespace
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("diffusers")
from tiny_networks import CALLS, NETWORK, members_of, network_of, prepared  # noqa: E402

from spotdiff10k.engines.controlnet.compiling import blocks_of, compile_blocks  # noqa: E402
from spotdiff10k.engines.controlnet.devices import Device  # noqa: E402
from spotdiff10k.engines.controlnet.options import options_of  # noqa: E402

torch.set_num_threads(1)
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::UserWarning")
GPU = Device("cuda:0", None, 0)


class Backend:
    """Runs what torch has traced as it is, and counts."""

    def __init__(self) -> None:
        self.graphs = 0

    def __call__(self, traced: Any, inputs: Any) -> Any:
        self.graphs += 1
        return traced.forward


@pytest.fixture(autouse=True)
def nothing_compiled():
    torch._dynamo.reset()
    yield
    torch._dynamo.reset()


@pytest.mark.parametrize("family", ["sd15", "qwen-image"])
def test_compiled_blocks_give_what_they_give_as_written_and_are_not_compiled_again(family: str) -> None:
    call, backend = CALLS[family], Backend()
    batches = (members_of("a", "b", "a", anchors=(0, 1)), members_of("c", "c", "d", anchors=(0, 2)))
    found: dict[bool, list[Any]] = {False: [], True: []}
    counts = []
    for compiled in found:
        with prepared(family) as (network, strategy, pipe):
            if compiled:
                assert compile_blocks(pipe, GPU, options_of({"family": family, "strategy": "shared-attention"}), backend)
            for members in batches:
                with strategy.batch(pipe, members):
                    found[compiled] += [call(network, [0, 1, 2], time) for time in (0.75, 0.5)]
                counts.append(backend.graphs)
    assert all(torch.equal(one, other) for one, other in zip(*found.values(), strict=True))
    assert counts[:2] == [0, 0]
    assert 0 < counts[2] == counts[3]  # other groups, other sights, the same compiled code


def test_each_block_breaks_once_where_who_sees_whom_is_looked_up() -> None:
    (block, *_) = blocks_of(SimpleNamespace(unet=network_of("sd15")))
    width = block.attn1.to_q.in_features
    with prepared("sd15") as (network, _, pipe):
        shared = blocks_of(pipe)[0]
        told = torch._dynamo.explain(shared)(torch.zeros(1, 64, width), encoder_hidden_states=torch.zeros(1, 7, 32))
        plain = torch._dynamo.explain(block)(torch.zeros(1, 64, width), encoder_hidden_states=torch.zeros(1, 7, 32))
        layers = len([module for module in network.modules() if type(module) is type(shared)])
    assert layers > 1
    assert (plain.graph_break_count, plain.graph_count) == (0, 1)
    assert {"_attend" in str(reason.reason) or "_attend" in str(reason.user_stack) for reason in told.break_reasons} == {True}
    assert told.graph_count > 1


def test_only_repeated_blocks_are_compiled_in_networks_and_controlnets_alike() -> None:
    for family, part in NETWORK.items():
        names = set(network_of(family)._repeated_blocks)
        found = blocks_of(SimpleNamespace(controlnet=None, **{part: network_of(family)}))
        assert found
        assert {type(block).__name__ for block in found} <= names

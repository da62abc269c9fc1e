"""The tiny networks of every layout that takes shared attention, alone, with calls that give each row its own noise."""

import copy
from contextlib import contextmanager
from functools import cache

import numpy as np
import tiny
import torch

from spotdiff10k.engines.controlnet.attention.strategies import make_strategy
from spotdiff10k.engines.controlnet.seams import Member
from spotdiff10k.types import EngineSettings

SIDE = 16
"""Of the latent."""
TEXT = 6


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


@cache
def network_of(family):
    """Its zeros filled, so that every layer counts."""
    network = getattr(tiny.BUILDERS[family](), NETWORK[family]).eval()
    for name, values in network.named_parameters():
        if not values.abs().sum():
            torch.nn.init.normal_(values, std=0.1, generator=torch.Generator().manual_seed(len(name)))
    return network


@contextmanager
def prepared(family, **sharing):
    """A copy of the network that shares, and its strategy."""
    network = copy.deepcopy(network_of(family))
    pipe = Pipe(**{NETWORK[family]: network})
    strategy = make_strategy("shared-attention", "unet" if family == "sd15" else "joint", settings(**sharing))
    strategy.prepare(pipe)
    with torch.no_grad():
        yield network, strategy, pipe

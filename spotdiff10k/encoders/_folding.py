"""Convolutions with the normalisation after them folded in: one pass over memory instead of two, and the same function.

A picture should get the same bits whatever it is batched with, and torch's own choice of kernels does not promise that. With
weights laid out once for oneDNN (`LaidOut`) it holds, and is a fifth faster than laying them out at every call.
"""

from collections.abc import Mapping

import torch
from torch import Tensor

from spotdiff10k.errors import ModelError

State = Mapping[str, Tensor]
"""A state dict: name to tensor."""
EPSILON = 1e-5  # of batch normalisation, torch's default


class Convolution:
    """A bias-free convolution and its batch normalisation, frozen. Raises ModelError when the state has no such tensors."""

    def __init__(self, state: State, convolution: str, norm: str, stride: int = 1, groups: int = 1) -> None:
        weight = tensor(state, f"{convolution}.weight").double()
        scale = tensor(state, f"{norm}.weight").double() / (tensor(state, f"{norm}.running_var").double() + EPSILON).sqrt()
        shift = tensor(state, f"{norm}.bias").double() - tensor(state, f"{norm}.running_mean").double() * scale
        self.channels, self.inputs = weight.shape[0], weight.shape[1] * groups
        self.stride = stride
        self.groups = groups
        self.padding = weight.shape[2] // 2
        self.weight = (weight * scale[:, None, None, None]).float()
        self.bias = shift.float()

    def __call__(self, x: Tensor) -> Tensor:
        return torch.conv2d(x, self.weight, self.bias, self.stride, self.padding, 1, self.groups)


class LaidOut(Convolution):
    """The same in oneDNN's layout; takes and gives tensors in that layout."""

    def __init__(self, state: State, convolution: str, norm: str, stride: int = 1, groups: int = 1) -> None:
        super().__init__(state, convolution, norm, stride, groups)
        self.weight = self.weight.to_mkldnn()
        self.bias = self.bias.to_mkldnn()


def has_own_layout(device: torch.device) -> bool:
    """Whether oneDNN's layout is at hand."""
    return device.type == "cpu" and bool(torch._C._has_mkldnn)


def project(rows: Tensor, weight: Tensor) -> Tensor:
    """A linear layer on (N, D), row by row: in a product of matrices a row's last bits would depend on how many there are."""
    return torch.stack([torch.mv(weight, row) for row in rows]) if len(rows) else rows.new_empty((0, len(weight)))


def tensor(state: State, name: str) -> Tensor:
    """One tensor of a state dict. Raises ModelError when it is not there."""
    try:
        return state[name]
    except KeyError as error:
        raise ModelError(f"The weights have no tensor '{name}'; they are of another network.") from error

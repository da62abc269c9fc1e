"""Convolutions with the normalisation after them folded in: one pass over memory instead of two, and the same function.

On a CPU with oneDNN their weights are laid out once for its kernels, and pictures pass through the network in its layout. That
is a fifth faster than laying them out at every call, and a picture gets the same bits whatever it is batched with.
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
        weight = _tensor(state, f"{convolution}.weight").double()
        scale = _tensor(state, f"{norm}.weight").double() / (_tensor(state, f"{norm}.running_var").double() + EPSILON).sqrt()
        shift = _tensor(state, f"{norm}.bias").double() - _tensor(state, f"{norm}.running_mean").double() * scale
        self.stride = stride
        self.groups = groups
        self.padding = weight.shape[2] // 2
        self.weight = (weight * scale[:, None, None, None]).float()
        self.bias = shift.float()
        if has_own_layout(self.weight.device):
            self.weight = self.weight.to_mkldnn()
            self.bias = self.bias.to_mkldnn()
        else:
            self.weight = self.weight.contiguous(memory_format=torch.channels_last)

    def __call__(self, x: Tensor) -> Tensor:
        return torch.conv2d(x, self.weight, self.bias, self.stride, self.padding, 1, self.groups)


def enter(x: Tensor) -> Tensor:
    """Pictures (N, C, H, W) in the layout that `Convolution` works in on their device."""
    return x.contiguous().to_mkldnn() if has_own_layout(x.device) else x


def leave(x: Tensor) -> Tensor:
    """Maps as an ordinary tensor again."""
    return x.to_dense() if x.is_mkldnn else x


def project(rows: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """A linear layer on (N, D), row by row: in a product of matrices a row's last bits would depend on how many there are."""
    return torch.stack([torch.mv(weight, row) + bias for row in rows]) if len(rows) else rows.new_empty((0, len(bias)))


def has_own_layout(device: torch.device) -> bool:
    """Whether oneDNN's layout is at hand."""
    return device.type == "cpu" and bool(torch._C._has_mkldnn)


def _tensor(state: State, name: str) -> Tensor:
    try:
        return state[name]
    except KeyError as error:
        raise ModelError(f"The weights have no tensor '{name}'; they are of another network.") from error

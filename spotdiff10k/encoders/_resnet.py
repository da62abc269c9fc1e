"""The trunk of a ResNet with bottlenecks in plain torch (He et al., arXiv 1512.03385); strides in the 3x3, as torchvision."""

import torch
from torch import Tensor

from spotdiff10k.encoders._folding import Convolution, LaidOut, State, has_own_layout, tensor

RESNET50 = (3, 4, 6, 3)
"""Blocks a stage."""


class _Bottleneck:
    def __init__(self, kind: type[Convolution], state: State, name: str, stride: int) -> None:
        self.narrow = kind(state, f"{name}.conv1", f"{name}.bn1")
        self.look = kind(state, f"{name}.conv2", f"{name}.bn2", stride)
        self.widen = kind(state, f"{name}.conv3", f"{name}.bn3")
        shortcut = f"{name}.downsample.0.weight" in state
        self.shortcut = kind(state, f"{name}.downsample.0", f"{name}.downsample.1", stride) if shortcut else None

    def __call__(self, x: Tensor) -> Tensor:
        y = self.look(self.narrow(x).relu_()).relu_()
        y = self.widen(y)
        return y.add_(x if self.shortcut is None else self.shortcut(x)).relu_()


class ResNetTrunk:
    """All but the head; `state` has torchvision's names. Raises ModelError when it is of another network."""

    def __init__(self, state: State, blocks: tuple[int, ...] = RESNET50) -> None:
        self.laid_out = has_own_layout(tensor(state, "conv1.weight").device)
        kind = LaidOut if self.laid_out else Convolution
        self.stem = kind(state, "conv1", "bn1", 2)
        self.stages = [
            [_Bottleneck(kind, state, f"layer{stage}.{block}", 2 if stage > 1 and block == 0 else 1) for block in range(count)]
            for stage, count in enumerate(blocks, 1)
        ]

    def __call__(self, x: Tensor) -> tuple[Tensor, ...]:
        """The maps after each stage, for (N, 3, H, W): strides 4, 8, 16, 32."""
        if self.laid_out:
            x = x.to_mkldnn()
        x = torch.max_pool2d(self.stem(x).relu_(), 3, 2, 1)
        maps = []
        for stage in self.stages:
            for block in stage:
                x = block(x)
            maps.append(x.to_dense() if self.laid_out else x)
        return tuple(maps)

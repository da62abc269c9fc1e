"""A ResNet-50 trunk in plain torch, to read pretrained weights without torchvision (He et al., arXiv 1512.03385)."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

BLOCKS = (3, 4, 6, 3)
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # ImageNet's, which the weights were trained with
EPSILON = 1e-5  # of batch normalisation


class ResNet50:
    """Frozen trunk; `weights` is a state dict with torchvision's names, under `prefix`."""

    def __init__(self, weights: Path, prefix: str) -> None:
        state = torch.load(weights, map_location="cpu", weights_only=True)
        self.state = {name.removeprefix(prefix): value.float() for name, value in state.items() if name.startswith(prefix)}

    def _convolve(self, x: Tensor, convolution: str, norm: str, stride: int = 1, padding: int = 0) -> Tensor:
        x = functional.conv2d(x, self.state[f"{convolution}.weight"], stride=stride, padding=padding)
        mean, variance = self.state[f"{norm}.running_mean"], self.state[f"{norm}.running_var"]
        return functional.batch_norm(x, mean, variance, self.state[f"{norm}.weight"], self.state[f"{norm}.bias"], eps=EPSILON)

    def _bottleneck(self, x: Tensor, name: str, stride: int) -> Tensor:
        y = functional.relu(self._convolve(x, f"{name}.conv1", f"{name}.bn1"))
        y = functional.relu(self._convolve(y, f"{name}.conv2", f"{name}.bn2", stride, 1))
        y = self._convolve(y, f"{name}.conv3", f"{name}.bn3")
        if f"{name}.downsample.0.weight" in self.state:
            x = self._convolve(x, f"{name}.downsample.0", f"{name}.downsample.1", stride)
        return functional.relu(x + y)

    @torch.inference_mode()
    def maps(self, pictures: np.ndarray) -> list[Tensor]:
        """Feature maps of the four stages for (N, H, W, 3) uint8 pictures: strides 4, 8, 16, 32."""
        x = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
        x = (x - torch.tensor(MEAN)[:, None, None]) / torch.tensor(DEVIATION)[:, None, None]
        x = functional.relu(self._convolve(x, "conv1", "bn1", 2, 3))
        x = functional.max_pool2d(x, 3, 2, 1)
        stages = []
        for stage, count in enumerate(BLOCKS, 1):
            for block in range(count):
                x = self._bottleneck(x, f"layer{stage}.{block}", 2 if stage > 1 and block == 0 else 1)
            stages.append(x)
        return stages

    @torch.inference_mode()
    def embed(self, last: Tensor) -> Tensor:
        """The whole-picture embedding from the last stage's maps, where the weights have a final layer."""
        return torch.tanh(functional.linear(last.mean((2, 3)), self.state["fc.weight"], self.state["fc.bias"]))


def masked_mean(maps: Tensor, masks: np.ndarray) -> Tensor:
    """Mean of the features inside soft masks (N, H, W) uint8: foreground feature averaging (arXiv 2311.00750)."""
    weights = functional.interpolate(torch.from_numpy(masks).float()[:, None] / 255, size=maps.shape[2:], mode="area")
    return (maps * weights).sum((2, 3)) / weights.sum((2, 3)).clamp_min(1e-6)

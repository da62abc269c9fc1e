"""Tiny networks with random weights in the layout of the real ones, put into a store of their own by the usual way."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from spotdiff10k import resources
from spotdiff10k.encoders import forget_encoders
from spotdiff10k.models import fetch, find_model, manifest

WIDTHS = (4, 4, 6, 8)
EXPANSION = 4
GAIN = 2.0
"""Of random weights: so that pictures still differ after fifty layers."""


def own_store(monkeypatch: pytest.MonkeyPatch, folder: Path, unpinned: bool = True) -> None:
    """An empty store for one test, under the shipped manifest, or one that pins nothing."""
    monkeypatch.setenv("SPOTDIFF10K_MODELS", str(folder))
    shipped = resources.manifest("models")
    loose = {name: {**entry, "files": {file: {} for file in entry["files"]}} for name, entry in shipped.items()}
    use_manifest(monkeypatch, loose if unpinned else shipped)


def use_manifest(monkeypatch: pytest.MonkeyPatch, entries: Mapping[str, Any]) -> None:
    """Take these for manifests/models.yaml."""
    monkeypatch.setattr(manifest, "manifest", lambda _name: entries)
    manifest.all_models.cache_clear()
    forget_encoders()


def forget_manifest() -> None:
    """What a test that used its own manifest must do at last."""
    manifest.all_models.cache_clear()
    forget_encoders()


def keep(name: str, state: Mapping[str, Tensor], folder: Path) -> None:
    """Save a state dict as it is published, and take it into the store."""
    model = find_model(name)
    folder.mkdir()
    torch.save(dict(state), folder / model.weights)
    fetch.fetch_from(model, folder, trust_unpinned=True)


class Bottleneck(nn.Module):
    """As He et al. drew it, in torch's own modules and with torchvision's names."""

    def __init__(self, inputs: int, width: int, stride: int) -> None:
        super().__init__()
        outputs = width * EXPANSION
        self.conv1, self.bn1 = nn.Conv2d(inputs, width, 1, bias=False), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width)
        self.conv3, self.bn3 = nn.Conv2d(width, outputs, 1, bias=False), nn.BatchNorm2d(outputs)
        shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
        self.downsample = shortcut if stride != 1 or inputs != outputs else None

    def forward(self, x: Tensor) -> Tensor:
        y = self.bn1(self.conv1(x)).relu()
        y = self.bn2(self.conv2(y)).relu()
        y = self.bn3(self.conv3(y))
        return (y + (x if self.downsample is None else self.downsample(x))).relu()


class ResNet(nn.Module):
    """ResNet-50 but narrow."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 5, 7, 2, 3, bias=False), nn.BatchNorm2d(5)
        inputs = 5
        for number, (width, blocks) in enumerate(zip(WIDTHS, (3, 4, 6, 3), strict=True), 1):
            stage = []
            for block in range(blocks):
                stage.append(Bottleneck(inputs, width, 2 if number > 1 and block == 0 else 1))
                inputs = width * EXPANSION
            setattr(self, f"layer{number}", nn.Sequential(*stage))
        self.fc = nn.Linear(inputs, 7)

    def forward(self, x: Tensor) -> tuple[list[Tensor], Tensor]:
        x = nn.functional.max_pool2d(self.bn1(self.conv1(x)).relu(), 3, 2, 1)
        maps = []
        for number in range(1, 5):
            x = getattr(self, f"layer{number}")(x)
            maps.append(x)
        return maps, torch.tanh(self.fc(x.mean((2, 3))))


def _normed(inputs: int, outputs: int, size: int = 1, stride: int = 1, groups: int = 1) -> nn.Sequential:
    convolution = nn.Conv2d(inputs, outputs, size, stride, size // 2, groups=groups, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.ReLU6())


class Inverted(nn.Module):
    """As Sandler et al. drew it, with torchvision's names."""

    def __init__(self, inputs: int, outputs: int, expansion: int, stride: int) -> None:
        super().__init__()
        wide = inputs * expansion
        widen = [_normed(inputs, wide)] if expansion > 1 else []
        narrow = [nn.Conv2d(wide, outputs, 1, bias=False), nn.BatchNorm2d(outputs)]
        self.conv = nn.Sequential(*widen, _normed(wide, wide, 3, stride, wide), *narrow)
        self.around = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv(x) if self.around else self.conv(x)


class MobileNet(nn.Module):
    """MobileNetV2 but narrow: (expansion, channels, blocks, stride) as in the paper's table."""

    TABLE = ((1, 3, 1, 1), (6, 4, 2, 2), (6, 4, 3, 2), (6, 5, 4, 2), (6, 6, 3, 1), (6, 7, 3, 2), (6, 8, 1, 1))
    LAST_OF_STRIDE = (1, 3, 6, 13, 17)

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = [_normed(3, 4, 3, 2)]
        inputs = 4
        for expansion, channels, blocks, stride in self.TABLE:
            for block in range(blocks):
                layers.append(Inverted(inputs, channels, expansion, stride if block == 0 else 1))
                inputs = channels
        self.features = nn.Sequential(*layers, _normed(inputs, 9))

    def forward(self, x: Tensor) -> tuple[list[Tensor], Tensor]:
        seen = []
        for layer in self.features:
            x = layer(x)
            seen.append(x)
        return [seen[index] for index in self.LAST_OF_STRIDE], x.mean((2, 3))


def randomised(network: nn.Module, seed: int) -> nn.Module:
    """Random weights, and statistics of normalisation as training would have left them."""
    generator = torch.Generator().manual_seed(seed)
    for name, value in network.state_dict().items():
        if name.endswith("running_var"):
            value.copy_(torch.rand(value.shape, generator=generator) + 0.5)
        elif value.is_floating_point():
            spread = 1.0 if value.ndim < 2 else GAIN * value[0].numel() ** -0.5
            value.copy_(torch.randn(value.shape, generator=generator) * spread)
    return network.eval()

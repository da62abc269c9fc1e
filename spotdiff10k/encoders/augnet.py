"""augnet: a ResNet-50 that learned without labels which pictures are cuts of one picture (Chen, arXiv 2106.06250)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from spotdiff10k.encoders._protocol import Features, Pictures
from spotdiff10k.models.store import stored

if TYPE_CHECKING:
    from torch import Tensor

INPUT_SIZE = 224  # pixels
PREFIX = "module.pre."
"""Before every name in the published weights."""


class AugNet:
    """Four stages of 256, 512, 1024 and 2048 channels; 768-d picture vectors, each value in -1..1."""

    version: ClassVar[int] = 1
    model: ClassVar[str] = "augnet"
    licence: ClassVar[str] = "MIT"
    stages: tuple[int, ...] = (4, 8, 16, 32)

    def __init__(self, device: str = "cpu", input_size: int = 0) -> None:
        """Load the weights. Raises ModelError when they are not on this machine."""
        from safetensors.torch import load_file

        from spotdiff10k.encoders._folding import tensor
        from spotdiff10k.encoders._resnet import ResNetTrunk

        kept = stored(self.model)
        state: Mapping[str, Tensor] = {
            name.removeprefix(PREFIX): value for name, value in load_file(kept.weights, device=device).items()
        }
        self.input_size = input_size or INPUT_SIZE
        self.digest = kept.digest
        self._device = device
        self._trunk = ResNetTrunk(state)
        self._weight, self._bias = tensor(state, "fc.weight"), tensor(state, "fc.bias")

    def encode(self, pictures: Pictures) -> Features:
        """Look at pictures of any size, resized inside."""
        import torch

        from spotdiff10k.encoders._folding import project
        from spotdiff10k.encoders._input import Normalisation, network_input

        with torch.inference_mode():
            maps = self._trunk(network_input(pictures, self.input_size, Normalisation(), self._device))
            pooled = torch.tanh(project(maps[-1].mean((2, 3)), self._weight) + self._bias)
        return Features(maps, pooled)

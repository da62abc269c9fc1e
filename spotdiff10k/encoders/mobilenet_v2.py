"""mobilenet_v2: a small network that learned ImageNet's classes (Sandler et al., arXiv 1801.04381): a second opinion, fast."""

from typing import TYPE_CHECKING, ClassVar

from spotdiff10k.encoders._protocol import Features, Pictures
from spotdiff10k.models.store import stored

if TYPE_CHECKING:
    from torch import Tensor

INPUT_SIZE = 224  # pixels


class MobileNetV2:
    """Five stages of 16, 24, 32, 96 and 320 channels; 1280-d picture vectors."""

    version: ClassVar[int] = 1
    model: ClassVar[str] = "mobilenet_v2"
    licence: ClassVar[str] = "BSD-3-Clause"
    stages: tuple[int, ...] = (2, 4, 8, 16, 32)

    def __init__(self, device: str = "cpu", input_size: int = 0) -> None:
        """Load the weights. Raises ModelError when they are not on this machine."""
        from safetensors.torch import load_file

        from spotdiff10k.encoders._mobilenet import MobileNetTrunk

        kept = stored(self.model)
        self.input_size = input_size or INPUT_SIZE
        self.digest = kept.digest
        self._device = device
        self._trunk = MobileNetTrunk(load_file(kept.weights, device=device))

    def encode(self, pictures: Pictures) -> Features:
        """Look at pictures of any size, resized inside."""
        import torch

        from spotdiff10k.encoders._input import Normalisation, network_input, one_by_one

        def features(x: "Tensor") -> Features:
            maps, last = self._trunk(x)
            return Features(maps, last.mean((2, 3)))

        with torch.inference_mode():
            return one_by_one(network_input(pictures, self.input_size, Normalisation(), self._device), features)

"""dinov2: a vision transformer that learned from pictures alone (Oquab et al., arXiv 2304.07193)."""

from typing import ClassVar

from spotdiff10k.encoders._protocol import Features, Pictures
from spotdiff10k.models.store import stored

INPUT_SIZE = 224  # pixels; it was trained at 518, and its places are interpolated
CLASS_TOKENS = 1


class DinoV2:
    """Patch tokens at four depths, and the class token as the picture's vector."""

    version: ClassVar[int] = 1
    model: ClassVar[str] = "dinov2-base"
    licence: ClassVar[str] = "Apache-2.0"

    def __init__(self, device: str = "cpu", input_size: int = 0) -> None:
        """Load the weights. Raises ModelError when they are not on this machine, MissingExtraError without transformers."""
        from spotdiff10k.encoders._transformer import VisionTower, load

        kept = stored(self.model)
        self.digest = kept.digest
        self._tower = VisionTower(load("Dinov2Model", kept, device), kept, device, input_size or INPUT_SIZE, CLASS_TOKENS)
        self.input_size = self._tower.size
        self.stages = self._tower.strides

    def encode(self, pictures: Pictures) -> Features:
        """Look at pictures of any size, resized inside."""
        return self._tower.look(pictures)

"""clip: pictures and texts in one space (Radford et al., arXiv 2103.00020)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt

from spotdiff10k.encoders._protocol import Features, Pictures
from spotdiff10k.models.store import stored

if TYPE_CHECKING:
    from torch import Tensor

CLASS_TOKENS = 1


class Clip:
    """Patch tokens at four depths; the picture's vector is the one that texts are compared with."""

    version: ClassVar[int] = 1
    model: ClassVar[str] = "clip-vit-large-patch14"
    licence: ClassVar[str] = "MIT"

    def __init__(self, device: str = "cpu", input_size: int = 0) -> None:
        """Load the weights. Raises ModelError when they are not on this machine, MissingExtraError without transformers."""
        from spotdiff10k.encoders._transformer import Tokens, VisionTower, load

        kept = stored(self.model)
        self.digest = kept.digest
        self._model = load("CLIPModel", kept, device)
        self._tower = VisionTower(self._model.vision_model, kept, device, input_size, CLASS_TOKENS)
        self._tokens = Tokens(kept, int(self._model.config.text_config.max_position_embeddings), device, lower=False)
        self._moved = {"interpolate_pos_encoding": True} if input_size else {}
        self.input_size = self._tower.size
        self.stages = self._tower.strides

    def encode(self, pictures: Pictures) -> Features:
        """Look at pictures of any size, resized inside."""
        import torch

        from spotdiff10k.encoders._folding import project

        seen = self._tower.look(pictures, **self._moved)
        with torch.inference_mode():
            pooled = project(seen.pooled, self._model.visual_projection.weight)
        return Features(seen.maps, pooled)

    def read(self, texts: Sequence[str]) -> "Tensor":
        """(N, D): one vector a text, that pictures' vectors are compared with."""
        import torch

        from spotdiff10k.encoders._input import one_thread

        with torch.inference_mode(), one_thread():
            seen = [self._model.text_model(**self._tokens.of(text)).pooler_output for text in texts]
            return torch.cat([self._model.text_projection(one) for one in seen])

    def similarity(self, pictures: Pictures, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        """(N,) in -1..1: how well each picture's text fits it."""
        import torch

        from spotdiff10k.encoders._transformer import cosines

        with torch.inference_mode():
            found: npt.NDArray[np.float64] = cosines(self.encode(pictures).pooled, self.read(texts)).cpu().numpy()
        return found

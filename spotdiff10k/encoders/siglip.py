"""siglip: pictures and texts in one space, in many languages (SigLIP 2, Tschannen et al., arXiv 2502.14786)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt

from spotdiff10k.encoders._protocol import Features, Pictures
from spotdiff10k.models.store import stored

if TYPE_CHECKING:
    from torch import Tensor


class SigLip:
    """Patch tokens at four depths; the picture's vector is the one that texts are compared with."""

    version: ClassVar[int] = 1
    model: ClassVar[str] = "siglip2-base-patch16-224"
    licence: ClassVar[str] = "Apache-2.0"

    def __init__(self, device: str = "cpu", input_size: int = 0) -> None:
        """Load the weights. Raises ModelError when they are not on this machine, MissingExtraError without transformers."""
        from spotdiff10k.encoders._transformer import Tokens, VisionTower, load

        kept = stored(self.model)
        self.digest = kept.digest
        self._model = load("SiglipModel", kept, device)
        self._tower = VisionTower(self._model.vision_model, kept, device, input_size, first=0)
        self._tokens = Tokens(kept, int(self._model.config.text_config.max_position_embeddings), device, lower=True)
        self._moved = {"interpolate_pos_encoding": True} if input_size else {}
        self.input_size = self._tower.size
        self.stages = self._tower.strides

    def encode(self, pictures: Pictures) -> Features:
        """Look at pictures of any size, resized inside."""
        return self._tower.look(pictures, **self._moved)

    def read(self, texts: Sequence[str]) -> "Tensor":
        """(N, D): one vector a text, that pictures' vectors are compared with."""
        import torch

        from spotdiff10k.encoders._input import one_thread

        with torch.inference_mode(), one_thread():
            seen = [self._model.text_model(input_ids=self._tokens.of(text)["input_ids"]).pooler_output for text in texts]
            return torch.cat(seen)

    def similarity(self, pictures: Pictures, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        """(N,) in -1..1: how well each picture's text fits it."""
        import torch

        from spotdiff10k.encoders._transformer import cosines

        with torch.inference_mode():
            found: npt.NDArray[np.float64] = cosines(self.encode(pictures).pooled, self.read(texts)).cpu().numpy()
        return found

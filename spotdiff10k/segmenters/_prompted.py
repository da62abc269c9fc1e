"""What segmenters that are told where to look have in common: pictures as tensors, boxes in their scale, logits as alpha."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from spotdiff10k.segmenters._protocol import Boxes, Masks, Pictures

if TYPE_CHECKING:
    from torch import Tensor

Points = npt.NDArray[np.int64]
"""(N, K, 2) x and y of pixels that lie inside the subject."""
OPAQUE = 255
BOX_SIDES = 4


def checked_boxes(name: str, pictures: Pictures, boxes: Boxes | None) -> Boxes:
    """The boxes, one a picture. Raises ValueError when there are none, or not one for each."""
    if boxes is None or boxes.shape != (len(pictures), BOX_SIDES):
        found = "none" if boxes is None else f"an array of {boxes.shape}"
        raise ValueError(f"{name} must be told where to look: expected boxes of shape ({len(pictures)}, 4), found {found}.")
    return boxes


def alpha_of(logits: "Tensor", height: int, width: int) -> Masks:
    """(N, h, w) logits, enlarged between pixels to (N, height, width), as alpha: the inside is where they are not negative."""
    from torch.nn import functional

    enlarged = functional.interpolate(logits[:, None].float(), (height, width), mode="bilinear", align_corners=False)[:, 0]
    return np.asarray(enlarged.sigmoid().mul(OPAQUE).add(0.5).byte().cpu().numpy(), np.uint8)

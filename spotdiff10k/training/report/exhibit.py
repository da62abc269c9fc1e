"""What the page shows of the held-out pictures beside the figures of the certificate: who lies near whom, before and after."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from spotdiff10k.training.codes import Float32
from spotdiff10k.training.views import View
from spotdiff10k.types import Image


@dataclass(frozen=True, slots=True)
class Exhibit:
    """N held-out pictures, as a frozen encoder and as the reference model see them."""

    views: Sequence[View]
    before: Float32  # (N, P): the raw encoder's vectors, the baseline that the model is compared with
    after: Float32  # (N, d): z_s of the first seed
    picture: Callable[[int], Image]
    """The picture at a position in `views`, decoded now. Raises DataError."""
    before_title: str = "the raw encoder"
    after_title: str = "the subject code"

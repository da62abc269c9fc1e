"""Which of other members' tokens are left out at a step: a draw that has an address, so that it is the same in any batch."""

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.controlnet.attention.sharing import Sharing
from spotdiff10k.seeds import seed_for


def left_out(sharing: Sharing, group: str, source: str, layer: str, time: float, count: int) -> npt.NDArray[np.bool_]:
    """(count,): True for tokens of this source that nobody sees in this layer at this timestep.

    Both halves of classifier-free guidance leave out the same.
    """
    if sharing.dropout == 0.0:
        return np.zeros(count, np.bool_)
    rng = np.random.default_rng(seed_for(sharing.seed, "sharing", group, source, layer, f"{time:.6g}"))
    return np.asarray(rng.random(count) < sharing.dropout)

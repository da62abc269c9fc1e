"""What workers are forked from: packages imported and kernels compiled. No weights and no GPU: neither survives a fork."""

import numpy as np

from spotdiff10k.engines.controlnet.loading import import_diffusers
from spotdiff10k.engines.controlnet.locking import held_before_plates, joined, started
from spotdiff10k.engines.rendered.encode import png
from spotdiff10k.types import EngineSettings

SIZE = 16


def warm_up(settings: EngineSettings) -> None:
    """Import what painting needs, and compile what joins and encodes. Raises MissingExtraError."""
    from spotdiff10k.engines.controlnet.control.warm_up import warm_up_maps
    from spotdiff10k.engines.rendered.warm_up import warm_up as warm_up_proxies

    import_diffusers()
    warm_up_proxies(settings)
    warm_up_maps()
    picture, alpha = np.zeros((SIZE, SIZE, 3), np.uint8), np.zeros((SIZE, SIZE), np.uint8)
    alpha[4:12, 4:12] = 255
    held = held_before_plates(picture, alpha, 2)
    png(joined(held, started(held, picture), picture))
    png(alpha)

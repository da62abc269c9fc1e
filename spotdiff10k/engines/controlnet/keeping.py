"""Keeping what is beside the band where a pipeline is only told of it: after each step the start's own latents are put back."""

from collections.abc import Callable, Sequence
from typing import Any

from spotdiff10k.engines.controlnet.addresses import generators
from spotdiff10k.engines.controlnet.drawings import Drawing

Arguments = dict[str, Any]
OnStep = Callable[[Any, int, Any, Arguments], Arguments]


def keep_beside(pipe: Any, batch: Sequence[Drawing], start: Any, repaint: Any) -> OnStep:
    """A callback of a pipeline's call that matches flows and whose latents lie as pictures do (Z-Image).

    start: (B, 3, H, W) in 0..1; repaint: (B, 1, H, W), above 0 where it is painted. The noise that is put back at each step is
    the one that the drawing starts from, so the two parts of a picture are at one time of one path.
    """
    import torch

    vae, device = pipe.vae, pipe._execution_device
    with torch.no_grad():
        middle = vae.encode((2.0 * start - 1.0).to(device, vae.dtype)).latent_dist.mode()
    kept = ((middle - vae.config.shift_factor) * vae.config.scaling_factor).float()
    noise = torch.cat([_noise(drawing, kept.shape[1:]) for drawing in batch]).to(device)
    painted = torch.nn.functional.adaptive_max_pool2d(repaint.float(), kept.shape[-2:]).to(device)

    def on_step(called: Any, step: int, time: Any, values: Arguments) -> Arguments:
        share = float(called.scheduler.sigmas[step + 1])
        beside = (1.0 - share) * kept + share * noise
        return {"latents": painted * values["latents"] + (1.0 - painted) * beside}

    return on_step


def _noise(drawing: Drawing, shape: Any) -> Any:
    """(1, C, h, w) what the drawing's own generator gives first."""
    import torch

    return torch.randn((1, *shape), generator=generators([drawing.seed])[0])

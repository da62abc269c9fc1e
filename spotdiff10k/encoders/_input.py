"""Pictures as a network wants them: square, of one size, normalised."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import RLock

import torch
from torch import Tensor
from torch.nn import functional

from spotdiff10k.encoders._protocol import Features, Pictures

IMAGENET_MEAN, IMAGENET_DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
FULL = 255.0
_TURN = RLock()


@dataclass(frozen=True, slots=True)
class Normalisation:
    """Mean and deviation of each channel, of pixels in 0..1."""

    mean: tuple[float, ...] = IMAGENET_MEAN
    deviation: tuple[float, ...] = IMAGENET_DEVIATION


def network_input(pictures: Pictures, size: int, how: Normalisation, device: str) -> Tensor:
    """(N, 3, size, size) float32 of (N, H, W, 3) pictures: antialiased bilinear where the size differs."""
    if pictures.ndim != 4 or pictures.shape[3] != 3 or pictures.dtype != "uint8":
        raise ValueError(f"pictures should be (N, H, W, 3) uint8, found {pictures.shape} {pictures.dtype}")
    x = torch.tensor(pictures).to(device).permute(0, 3, 1, 2).float()
    if x.shape[2:] != (size, size):
        x = functional.interpolate(x, size=(size, size), mode="bilinear", antialias=True, align_corners=False)
    mean = torch.tensor(how.mean, device=device)[:, None, None] * FULL
    deviation = torch.tensor(how.deviation, device=device)[:, None, None] * FULL
    return (x - mean) / deviation


def one_by_one(x: Tensor, look: Callable[[Tensor], Features]) -> Features:
    """What `look` sees in each of (N, ...): on a CPU picture by picture and on one thread, elsewhere all at once.

    So a picture gets the same bits whatever stands beside it and however many processors there are, which torch's kernels
    do not promise.
    """
    if not len(x):
        blank = look(x.new_zeros((1, *x.shape[1:])))
        return Features(tuple(stage[:0] for stage in blank.maps), blank.pooled[:0])
    if x.device.type != "cpu":
        return look(x)
    with one_thread():
        parts = [look(x[index : index + 1]) for index in range(len(x))]
    maps = zip(*(part.maps for part in parts), strict=True)
    return Features(tuple(torch.cat(stage) for stage in maps), torch.cat([part.pooled for part in parts]))


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Let torch use one thread of the CPU for a while; threads of this process take turns, as the setting is for all of them."""
    with _TURN:
        before = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(before)

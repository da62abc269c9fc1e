"""Compiling the blocks that repeat, on CUDA: what is compiled, for which shapes, and what is better left as it is."""

import contextlib
from collections.abc import Iterator
from typing import Any

from spotdiff10k.engines.controlnet.devices import Device
from spotdiff10k.engines.controlnet.families import VARYING
from spotdiff10k.engines.controlnet.options import Options

CONTROL_BLOCKS = ("ZImageControlTransformerBlock",)
"""Blocks of ControlNets that the networks they control do not have."""
VARIANTS = 32
"""Compiled forms of one block at most: levels of a U-Net, with and without masks, after memory ran out. Beyond it torch gives up
compiling, and says so."""
SECONDS_TO_COMPILE = 60.0
"""For a batch of one, which nothing but plates has: a guess from what regional compilation of such blocks takes."""
SECONDS_SAVED = 0.3
"""A plate: one by one a picture took 0.8 s on an H200 at 512 pixels and 20 steps; compiled blocks take about two thirds of it."""


def compile_blocks(pipe: Any, device: Device, options: Options, backend: Any = "inductor") -> bool:
    """Compile the blocks that repeat, of network and ControlNet, each kind once: a part of the time that whole networks take.

    Not the ControlNet as a whole: it would be compiled again for every scale, and plates have one of their own. Who sees whom in
    shared attention is looked up behind a graph break in each block; what is before and behind it is compiled.
    """
    if not (device.is_cuda and options.compile) or options.cpu_offload:
        return False
    import torch

    torch._dynamo.config.recompile_limit = max(VARIANTS, torch._dynamo.config.recompile_limit)
    for block in blocks_of(pipe):
        block.compile(fullgraph=False, dynamic=_dynamic(options), backend=backend)
    return True


def blocks_of(pipe: Any) -> list[Any]:
    """The modules of a pipeline that repeat: those that diffusers names, wherever they are."""
    parts = [found for part in ("unet", "transformer", "controlnet") if (found := getattr(pipe, part, None)) is not None]
    names = {name for part in parts for name in getattr(part, "_repeated_blocks", None) or ()} | set(CONTROL_BLOCKS)
    return [module for part in parts for module in part.modules() if type(module).__name__ in names]


def _dynamic(options: Options) -> bool | None:
    """Whether shapes change: never, always, or from the second that is seen on."""
    family = options.family
    if family.texts == VARYING:
        return True
    return None if family.is_editor else False  # an editor is shown one picture, two or none


def plates_are_worth_it(levels: int) -> bool:
    """Whether so many plates, which are drawn one at a time, save more time than compiling for a batch of one takes."""
    return levels * SECONDS_SAVED > SECONDS_TO_COMPILE


@contextlib.contextmanager
def as_written() -> Iterator[None]:
    """Inside, blocks run as they are written, compiled or not, and nothing is compiled."""
    import torch

    with torch.compiler.set_stance("force_eager"):
        yield

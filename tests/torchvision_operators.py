"""Lets a torchvision that was built for CUDA be imported beside a torch for the CPU, which lacks libraries it was linked with.

The package index has no other torchvision for Linux. Its compiled operators stay out of reach then, and two of them have to be
known by name for the import to succeed; segment_anything and controlnet_aux call none where we use them. Where the compiled
operators can be loaded, nothing is done here.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

EXPECTED = ("nms", "qnms")
"""What torchvision describes to torch's tracing while it is imported, whether its library was loaded or not."""
_kept: list[Any] = []
"""A library's operators last as long as the object."""


def declare_missing() -> None:
    """Call before anything imports torchvision; without torchvision nothing is done."""
    found = find_spec("torchvision")
    if found is None or _kept:
        return
    import torch

    try:
        for file in Path(str(found.origin)).parent.glob("_C*.so"):
            torch.ops.load_library(str(file))
    except OSError:
        library = torch.library.Library("torchvision", "DEF")
        for name in EXPECTED:
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        _kept.append(library)

"""What shared attention costs beside the ordinary one, and beside attending to whole pictures under a mask, in one run.

    python benchmarks/shared_attention.py                # layers of Stable Diffusion 1.5 at 512 pixels, on a CUDA GPU
    python benchmarks/shared_attention.py --small        # the two coarser of them, on a CPU
    python benchmarks/shared_attention.py --members 5 --share 0.5

Median milliseconds of one call for a group of `--members` pictures whose subject covers `--share` of each, when all see all:
ordinary attention; subject tokens gathered, by scaled_dot_product_attention and by FlexAttention (CUDA only); all tokens of
all members under a mask, as SynCD does it. All kinds of sharing give the same numbers, which is checked first.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from spotdiff10k.engines.controlnet.attention.attend import Tokens, attend
from spotdiff10k.engines.controlnet.attention.batches import batch_of
from spotdiff10k.engines.controlnet.attention.kernel import plain
from spotdiff10k.engines.controlnet.attention.sharing import Kernel, Sharing
from spotdiff10k.engines.controlnet.attention.state import SharingState
from spotdiff10k.engines.controlnet.seams import Member

LAYERS = ((64, 40), (32, 80), (16, 160))
"""Tokens along a side, width of each of the 8 heads."""
HEADS = 8
REPEATS = 9
NEVER = float("-inf")
TOLERANCE = {torch.float32: 1e-4, torch.bfloat16: 3e-2}


def members_of(count: int, share: float, side: int) -> list[Member]:
    """A band across every picture, that covers its share of the rows."""
    region = np.zeros((side, side), np.uint8)
    region[: round(share * side)] = 255
    return [Member("group", place == 0, region) for place in range(count)]


def gathered(members: list[Member], side: int, kernel: Kernel) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
    """Shared attention as the engine does it."""
    sharing = Sharing(sources="all", keep=False, kernel=kernel)
    state = SharingState(sharing)
    state.begin(batch_of(members, sharing))
    state.step((side, side), 0, 0.0)
    return lambda query, key, value: attend(state, "layer", Tokens(query, key, value, 0, (side, side)))


def masked(members: list[Member], device: torch.device) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
    """All tokens of all members, those that may not be seen under a mask."""
    inside = torch.from_numpy(np.stack([member.region.reshape(-1) > 0 for member in members])).to(device)
    own = torch.eye(len(members), dtype=torch.bool, device=device)
    seen = (own[:, :, None] | inside[None]).flatten(1)[:, None, None, :]

    def run(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        everything = [of.transpose(0, 1).flatten(1, 2)[None].expand(len(members), -1, -1, -1) for of in (key, value)]
        return torch.nn.functional.scaled_dot_product_attention(query, *everything, seen)

    return run


def milliseconds(run: Callable[[Tensor, Tensor, Tensor], Tensor], tensors: list[Tensor]) -> float:
    """The median call, after two that are not counted."""
    found = []
    for repeat in range(REPEATS + 2):
        _wait(tensors[0])
        began = time.perf_counter()
        run(*tensors)
        _wait(tensors[0])
        if repeat > 1:
            found.append(1000.0 * (time.perf_counter() - began))
    return statistics.median(found)


def _wait(tensor: Tensor) -> None:
    if tensor.is_cuda:
        torch.cuda.synchronize()


def main() -> None:
    """Print a line a layer."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--members", type=int, default=9)
    parser.add_argument("--share", type=float, default=0.3)
    parser.add_argument("--small", action="store_true", help="the coarser layers, on a CPU")
    asked = parser.parse_args()
    if not asked.small and not torch.cuda.is_available():
        parser.error("there is no CUDA GPU here; --small runs on a CPU")
    device = torch.device("cpu" if asked.small else "cuda")
    dtype = torch.float32 if asked.small else torch.bfloat16
    if asked.small:
        torch.set_num_threads(1)
    for side, width in LAYERS[1:] if asked.small else LAYERS:
        members = members_of(asked.members, asked.share, side)
        tensors = [torch.randn(asked.members, HEADS, side * side, width, device=device, dtype=dtype) for _ in range(3)]
        ways = {"ordinary": plain, "gathered": gathered(members, side, "sdpa"), "masked": masked(members, device)}
        if device.type == "cuda":
            ways["gathered, flex"] = gathered(members, side, "flex")
        expected = ways["masked"](*tensors)
        for name in set(ways) - {"ordinary"}:
            apart = float((ways[name](*tensors) - expected).abs().max())
            if apart > TOLERANCE[dtype]:
                raise SystemExit(f"'{name}' and 'masked' differ by {apart} at {side} x {side} tokens")
        taken = {name: milliseconds(run, tensors) for name, run in ways.items()}
        said = ", ".join(f"{name} {ms:.2f} ms ({ms / taken['ordinary']:.2f}x)" for name, ms in taken.items())
        print(f"{asked.members} pictures, {side} x {side} tokens, 8 heads of {width}: {said}")


if __name__ == "__main__":
    main()

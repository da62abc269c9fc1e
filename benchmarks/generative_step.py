"""One step of the generative stage at full size: the U-Net of Stable Diffusion 1.5 with random weights, 512 x 512 pixels.

    python benchmarks/generative_step.py                                # a CUDA GPU: bfloat16, 16 pairs a step
    python benchmarks/generative_step.py --batch 32 --spare-memory
    python benchmarks/generative_step.py --tiny                         # a CPU: the same path on a tiny network

Prints seconds a step (median after the first ones), pairs a second, memory, and what share of a step the forward pass takes.
"""

import argparse
import statistics
import time
from typing import Any

import numpy as np
import torch
from diffusers import DDPMScheduler, UNet2DConditionModel

from spotdiff10k.training.generative.data import GenerativeSet
from spotdiff10k.training.generative.settings import GenerativeSettings
from spotdiff10k.training.generative.train import train_generative
from spotdiff10k.training.views import Labels

CODE = 128
"""Length of a subject code, as the certificate's."""
WORDS = 77
SUBJECTS, VIEWS = 16, 4
WARMING = 3
"""Steps that are not counted."""
GIB = 1 << 30
TINY = {
    "block_out_channels": (8, 16),
    "layers_per_block": 1,
    "sample_size": 8,
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"),
    "cross_attention_dim": 16,
    "attention_head_dim": 2,
    "norm_num_groups": 4,
}
FULL = {"sample_size": 64, "cross_attention_dim": 768}
"""The rest of the defaults of UNet2DConditionModel are those of Stable Diffusion 1.5."""


def random_set(unet: Any) -> GenerativeSet:
    """Noise of the right shapes: a step costs the same whatever is in the pictures."""
    rng = np.random.default_rng(0)
    count = SUBJECTS * VIEWS
    side, width = unet.config.sample_size, unet.config.cross_attention_dim
    pose = np.arange(count) % VIEWS
    return GenerativeSet(
        codes=rng.standard_normal((count, CODE), np.float32),
        latents=rng.standard_normal((count, 4, side, side), np.float32),
        texts=rng.standard_normal((8, WORDS, width), np.float32),
        prompts=rng.integers(0, 8, count),
        labels=Labels(np.arange(count) // VIEWS, pose, pose, np.zeros(count, np.int64)),
    )


def measured(unet: Any, settings: GenerativeSettings) -> tuple[list[float], list[float], int]:
    """Seconds of every step, what of them the network's forward pass took, after warming up, and how many numbers are trained."""
    ends: list[float] = []
    inside: list[float] = []
    begun: list[float] = []
    unet.register_forward_pre_hook(lambda *_: begun.append(_now(unet)))
    unet.register_forward_hook(lambda *_: inside.append(_now(unet) - begun[-1]))
    scheduler = DDPMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")
    stage = train_generative(random_set(unet), unet, scheduler, settings, 0, "random", on_step=lambda _: ends.append(_now(unet)))
    return list(np.diff(ends)[WARMING:]), inside[WARMING + 1 :], sum(values.numel() for values in stage.parameters())


def _now(unet: Any) -> float:
    if unet.device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter()


def main() -> None:
    """Run, and print one line a figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tiny", action="store_true", help="a tiny network on the CPU")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--tokens", type=int, default=4)
    parser.add_argument("--precision", choices=("float32", "bfloat16", "float16"))
    parser.add_argument("--spare-memory", action="store_true")
    asked = parser.parse_args()
    if not asked.tiny and not torch.cuda.is_available():
        parser.error("there is no CUDA GPU here; --tiny runs the same path on a CPU")
    device = "cpu" if asked.tiny else "cuda"
    torch.manual_seed(0)
    unet = UNet2DConditionModel(**(TINY if asked.tiny else FULL)).to(device)
    settings = GenerativeSettings(
        tokens=asked.tokens,
        steps=asked.steps,
        batch=asked.batch,
        precision=asked.precision or ("float32" if asked.tiny else "bfloat16"),
        spare_memory=asked.spare_memory,
    )
    frozen = sum(values.numel() for values in unet.parameters())
    seconds, inside, trained = measured(unet, settings)
    step = statistics.median(seconds)
    where = torch.cuda.get_device_name() if device == "cuda" else "CPU, one thread"
    print(f"{where}; {frozen / 1e6:.1f} million numbers frozen, {trained / 1e6:.2f} million trained; {settings.precision}")
    print(f"{step:.4f} s a step of {asked.batch} pairs ({min(seconds):.4f} to {max(seconds):.4f}, {len(seconds)} steps)")
    print(f"{asked.batch / step:.1f} pairs/s; the network's forward pass takes {statistics.median(inside) / step:.0%} of a step")
    if device == "cuda":
        print(f"{torch.cuda.max_memory_allocated() / GIB:.1f} GiB at most")


if __name__ == "__main__":
    main()

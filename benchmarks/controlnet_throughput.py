"""Pictures a second of the engine controlnet, files written, against the same pipeline called one by one and in plain batches.

    python benchmarks/controlnet_throughput.py                 # Stable Diffusion 1.5 at full size, random weights, on a CUDA GPU
    python benchmarks/controlnet_throughput.py --tiny          # a tiny model at 64 pixels, on any CPU: to see that it runs

Weights are random, since speed does not depend on what they say; sizes, steps and guidance are those of the real model. Four
things are timed in one run, after a warm-up of each: a loop that calls the pipeline for one picture at a time, plain batches, and
ours, end to end: plates, poses, cut-outs by the control map's region, joins, encoding, tars written. Ours is timed twice: with
`hold: none`, where every picture is one drawing of all steps, which is what the others do; and with `hold: both`, where a pose is
drawn once for all its backgrounds and joined to each with fewer steps.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as Pictures

from spotdiff10k import plan, recipe
from spotdiff10k.engines.controlnet.busy import watch_of
from spotdiff10k.group_work import Bundle, GroupWork, Order
from spotdiff10k.making import bundled
from spotdiff10k.run import Run

GROUPS = 64
"""Of 16 pictures each: as many as a worker has in the making at a batch of 64, so that the ends of a round are a small part."""
PROMPT = "a photograph of a ginger fox, sitting, in a meadow"
NEGATIVE = "blurry, cropped, deformed"
RECIPE = """
name: throughput
engine:
  name: controlnet
  size: {size}
  options: {{model: {model}, steps: {steps}, hold: {hold}, segmenters: none, batch: {batch}, compile: {compiled}}}
subjects: {{count: {groups}, reserve: 0, families: [quadruped]}}
poses: {{levels: 4, count: 4}}
backgrounds: {{levels: 8, count: 4}}
splits: {{train: 1.0, validation: 0.0, test: 0.0}}
"""


def tokenizer() -> Any:
    """CLIP's, over single bytes."""
    from tokenizers import pre_tokenizers
    from transformers import CLIPTokenizer

    symbols = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = [*symbols, *(f"{symbol}</w>" for symbol in symbols), "<|startoftext|>", "<|endoftext|>"]
    return CLIPTokenizer(vocab={word: number for number, word in enumerate(words)}, merges=[], model_max_length=77)


def save_model(folder: Path, is_tiny: bool, dtype: Any) -> None:
    """Stable Diffusion 1.5 with one ControlNet, at its own size or tiny, with random weights."""
    import torch
    from diffusers import AutoencoderKL, ControlNetModel, DDIMScheduler, StableDiffusionControlNetPipeline, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel

    torch.manual_seed(0)
    words = tokenizer()
    width = 32 if is_tiny else 768
    text = CLIPTextConfig(
        vocab_size=len(words),
        hidden_size=width,
        intermediate_size=4 * width,
        num_hidden_layers=2 if is_tiny else 12,
        num_attention_heads=4 if is_tiny else 12,
        bos_token_id=words.bos_token_id,
        eos_token_id=words.eos_token_id,
        pad_token_id=words.eos_token_id,
    )
    down = ("DownBlock2D", "CrossAttnDownBlock2D") if is_tiny else (*["CrossAttnDownBlock2D"] * 3, "DownBlock2D")
    blocks: dict[str, Any] = {
        "block_out_channels": (8, 16) if is_tiny else (320, 640, 1280, 1280),
        "down_block_types": down,
        "layers_per_block": 1 if is_tiny else 2,
        "attention_head_dim": 2 if is_tiny else 8,
        "norm_num_groups": 4 if is_tiny else 32,
        "cross_attention_dim": width,
    }
    up = tuple(kind.replace("Down", "Up") for kind in reversed(down))
    hint = (8, 16) if is_tiny else (16, 32, 96, 256)
    levels = 2 if is_tiny else 4
    pipe = StableDiffusionControlNetPipeline(
        vae=AutoencoderKL(
            block_out_channels=(32, 32) if is_tiny else (128, 256, 512, 512),
            down_block_types=("DownEncoderBlock2D",) * levels,
            up_block_types=("UpDecoderBlock2D",) * levels,
            layers_per_block=1 if is_tiny else 2,
            latent_channels=4,
            norm_num_groups=8 if is_tiny else 32,
        ),
        text_encoder=CLIPTextModel(text),
        tokenizer=words,
        unet=UNet2DConditionModel(sample_size=32 if is_tiny else 64, up_block_types=up, **blocks),
        controlnet=ControlNetModel(conditioning_embedding_out_channels=hint, **blocks),
        scheduler=DDIMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", clip_sample=False),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipe.to(dtype).save_pretrained(folder)


@contextmanager
def watching(is_cuda: bool) -> Iterator[Callable[[], str]]:
    """How busy the GPU is inside, as its driver says; a function that tells it afterwards."""
    watch = watch_of("cuda:0") if is_cuda else None
    if watch is not None:
        watch.start()
    try:
        yield lambda: "not known" if watch is None or watch.share is None else f"{watch.share:.0%}"
    finally:
        if watch is not None:
            watch.stop()
            watch.keep()


def plain(pipe: Any, device: str, size: int, steps: int, batch: int, count: int) -> Callable[[], int]:
    """The pipeline as its documentation calls it."""
    import torch

    control = Pictures.fromarray(np.random.default_rng(0).integers(0, 256, (size, size, 3), np.uint8))

    def make() -> int:
        for first in range(0, count, batch):
            seeds = range(first, min(first + batch, count))
            found = pipe(
                [PROMPT] * len(seeds),
                image=[control] * len(seeds),
                negative_prompt=[NEGATIVE] * len(seeds),
                num_inference_steps=steps,
                generator=[torch.Generator("cpu").manual_seed(seed) for seed in seeds],
            ).images
            assert len(found) == len(seeds)
        if device != "cpu":
            torch.cuda.synchronize()
        return count

    return make


def ours(folder: Path, arguments: argparse.Namespace, hold: str, batch: int) -> tuple[Callable[[], int], Callable[[], str]]:
    """The engine, one worker, tars and all; makes other groups each time it is called."""
    text = RECIPE.format(
        size=arguments.size,
        model=folder / "model",
        steps=arguments.steps,
        hold=hold,
        batch=batch,
        compiled=str(not arguments.no_compile).lower(),
        groups=3 * arguments.groups,
    )
    root = folder / hold
    root.mkdir()
    run = Run(root)
    chosen = recipe.parse(text, "throughput.yaml", root)
    settings = chosen.engine_settings()
    orders = iter([Order(group) for group in plan.make(chosen)])
    work = GroupWork(run, "controlnet", settings)
    work.warm_up()
    said: list[str] = []
    make_bundle = work.open()

    def make() -> int:
        taken = [next(orders) for _ in range(arguments.groups)]
        made = [item for bundle in bundled(taken, len(taken)) for item in make_bundle(Bundle(bundle.orders))]
        said.append(made[-1].said)
        return sum(item.pictures for item in made)

    return make, lambda: said[-1] if said else ""


def timed(name: str, make: Callable[[], int], is_cuda: bool) -> dict[str, Any]:
    """Once to warm up, once by the clock."""
    began = time.perf_counter()
    make()
    warm = time.perf_counter() - began
    with watching(is_cuda) as busy:
        began = time.perf_counter()
        count = make()
        seconds = time.perf_counter() - began
    found = {
        "what": name,
        "pictures": count,
        "pictures_a_second": count / seconds,
        "warm_up_seconds": warm,
        "gpu_busy": busy(),
    }
    print(f"{name:28s} {found['pictures_a_second']:8.2f} pictures/s   GPU busy {busy()}   first round {warm:.1f} s", flush=True)
    return found


def main() -> None:
    """Build the model, time everything, print ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tiny", action="store_true", help="a tiny model at 64 pixels, 2 steps")
    parser.add_argument("--groups", type=int, default=None, help="groups of 16 pictures that ours makes each time")
    parser.add_argument("--batches", type=int, nargs="*", default=[16, 32])
    parser.add_argument("--no-compile", action="store_true")
    parser.add_argument("--json", type=Path, default=None, help="write the numbers here")
    arguments = parser.parse_args()
    import torch

    is_cuda = torch.cuda.is_available()
    if not is_cuda and not arguments.tiny:
        parser.error("there is no CUDA GPU here; --tiny runs on a CPU")
    arguments.size, arguments.steps = (64, 2) if arguments.tiny else (512, 20)
    arguments.groups = arguments.groups or (2 if arguments.tiny else GROUPS)
    device, dtype = ("cuda", torch.bfloat16) if is_cuda else ("cpu", torch.float32)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        save_model(folder / "model", arguments.tiny, dtype)
        found = measure(folder, arguments, device, dtype)
    print_ratios(found)
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1))


def measure(folder: Path, arguments: argparse.Namespace, device: str, dtype: Any) -> list[dict[str, Any]]:
    """Time the pipeline as it is, then ours."""
    import torch
    from diffusers import StableDiffusionControlNetPipeline

    is_cuda = device != "cpu"
    pipe = StableDiffusionControlNetPipeline.from_pretrained(folder / "model", dtype=dtype, safety_checker=None).to(device)
    pipe.set_progress_bar_config(disable=True)
    size, steps = arguments.size, arguments.steps
    found = [timed("one by one", plain(pipe, device, size, steps, 1, 4 if arguments.tiny else 8), is_cuda)]
    for batch in arguments.batches:
        found.append(
            timed(
                f"plain batch {batch}", plain(pipe, device, size, steps, batch, batch if arguments.tiny else 2 * batch), is_cuda
            )
        )
    del pipe
    if is_cuda:
        torch.cuda.empty_cache()
    for hold in ("none", "both"):
        make, said = ours(folder, arguments, hold, 0 if is_cuda else 1)
        found.append({**timed(f"ours, hold: {hold}", make, is_cuda), "said": said()})
        print(f"{'':28s} {said()}")
    return found


def print_ratios(found: list[dict[str, Any]]) -> None:
    """Ours over the loop and over the best plain batch."""
    rates = {item["what"]: item["pictures_a_second"] for item in found}
    best = max(rate for name, rate in rates.items() if name.startswith("plain"))
    for name, rate in rates.items():
        if name.startswith("ours"):
            print(f"{name}: {rate / rates['one by one']:.2f} x one by one, {rate / best:.2f} x the best plain batch")


if __name__ == "__main__":
    main()

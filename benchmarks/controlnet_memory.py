"""What each family's networks weigh, and how much is alive while a picture is made: counted on the full-size classes.

    python benchmarks/controlnet_memory.py            # all families, beside what manifests/families.yaml says
    python benchmarks/controlnet_memory.py sd15 flux

Nothing is allocated: networks are built on torch's device `meta`, which knows shapes alone, and every tensor that a call makes is
counted from its birth to its death. Attention is taken as flash kernels do it, without its table of scores. A picture is made
at the family's own size; both halves of guidance count where the pipeline runs them in one batch.
"""

import argparse
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import torch
from torch.nn import functional
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from spotdiff10k.engines.controlnet.families import Family, all_families
from spotdiff10k.engines.controlnet.memory import BF16_BYTES, GIB, LATENT_STEP, MILLION, peak_memory

META = torch.device("meta")
TEXT = 512
"""Tokens of a text."""
Build = Callable[[], Any]


def clip(width: int, layers: int, heads: int, projected: bool) -> Any:
    """CLIP's text encoder."""
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    sizes = {"hidden_size": width, "intermediate_size": 4 * width, "num_hidden_layers": layers, "num_attention_heads": heads}
    config = CLIPTextConfig(**sizes, projection_dim=width)
    return (CLIPTextModelWithProjection if projected else CLIPTextModel)(config)


def t5_xxl() -> Any:
    """The encoder of T5 1.1 XXL."""
    from transformers import T5Config, T5EncoderModel

    sizes = {"d_model": 4096, "d_kv": 64, "d_ff": 10240, "num_layers": 24, "num_heads": 64, "vocab_size": 32128}
    return T5EncoderModel(T5Config(**sizes, feed_forward_proj="gated-gelu"))


def qwen3() -> Any:
    """Qwen3 4B."""
    from transformers import Qwen3Config, Qwen3Model

    sizes = {"hidden_size": 2560, "intermediate_size": 9728, "num_hidden_layers": 36, "head_dim": 128, "vocab_size": 151936}
    return Qwen3Model(Qwen3Config(**sizes, num_attention_heads=32, num_key_value_heads=8))


def qwen_vl() -> Any:
    """Qwen2.5-VL 7B."""
    from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

    text = {"hidden_size": 3584, "intermediate_size": 18944, "num_hidden_layers": 28, "vocab_size": 152064}
    eyes = {"depth": 32, "hidden_size": 1280, "intermediate_size": 3420, "num_heads": 16, "out_hidden_size": 3584}
    config = Qwen2_5_VLConfig(
        text_config={**text, "num_attention_heads": 28, "num_key_value_heads": 4}, vision_config=eyes, tie_word_embeddings=False
    )
    return Qwen2_5_VLForConditionalGeneration(config)


def vae(latent: int, between: bool = True) -> Any:
    """The VAE of Stable Diffusion, with more channels in later families."""
    from diffusers import AutoencoderKL

    levels = 4
    return AutoencoderKL(
        block_out_channels=(128, 256, 512, 512),
        down_block_types=("DownEncoderBlock2D",) * levels,
        up_block_types=("UpDecoderBlock2D",) * levels,
        layers_per_block=2,
        latent_channels=latent,
        use_quant_conv=between,
        use_post_quant_conv=between,
    )


SD15 = {"cross_attention_dim": 768, "attention_head_dim": 8}
SDXL = {
    "block_out_channels": (320, 640, 1280),
    "cross_attention_dim": 2048,
    "attention_head_dim": (5, 10, 20),
    "transformer_layers_per_block": (1, 2, 10),
    "use_linear_projection": True,
    "addition_embed_type": "text_time",
    "addition_time_embed_dim": 256,
    "projection_class_embeddings_input_dim": 2816,
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
}


def of_diffusers(name: str, **settings: Any) -> Build:
    """A class of diffusers; most have the full size where nothing is said."""

    def build() -> Any:
        import diffusers

        return getattr(diffusers, name)(**settings)

    return build


def from_table(family: str) -> Build:
    """Z-Image's ControlNet, with the sizes that its one file does not say."""
    config = dict(next(iter(all_families()[family].controls.values())).config)
    return of_diffusers("ZImageControlNetModel", **config)


UP = ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D")
KLEIN = {
    "num_layers": 5,
    "num_single_layers": 20,
    "num_attention_heads": 24,
    "joint_attention_dim": 7680,
    "guidance_embeds": False,
}
QWEN = of_diffusers("QwenImageTransformer2DModel")
PARTS: dict[str, dict[str, Build]] = {
    "sd15": {
        "unet": of_diffusers("UNet2DConditionModel", **SD15),
        "controlnet": of_diffusers("ControlNetModel", **SD15),
        "text_encoder": lambda: clip(768, 12, 12, False),
        "vae": lambda: vae(4),
    },
    "sdxl-union": {
        "unet": of_diffusers("UNet2DConditionModel", **SDXL, up_block_types=UP, sample_size=128),
        "controlnet": of_diffusers("ControlNetUnionModel", **SDXL, num_control_type=6),
        "text_encoder": lambda: clip(768, 12, 12, False),
        "text_encoder_2": lambda: clip(1280, 32, 20, True),
        "vae": lambda: vae(4),
    },
    "z-image": {
        "transformer": of_diffusers("ZImageTransformer2DModel"),
        "controlnet": from_table("z-image"),
        "text_encoder": qwen3,
        "vae": lambda: vae(16, between=False),
    },
    "qwen-image": {
        "transformer": QWEN,
        "controlnet": of_diffusers("QwenImageControlNetModel", num_layers=5),
        "text_encoder": qwen_vl,
        "vae": of_diffusers("AutoencoderKLQwenImage"),
    },
    "flux": {
        "transformer": of_diffusers("FluxTransformer2DModel", guidance_embeds=True),
        "controlnet": of_diffusers("FluxControlNetModel", num_layers=6, num_single_layers=0, guidance_embeds=True),
        "text_encoder": lambda: clip(768, 12, 12, False),
        "text_encoder_2": t5_xxl,
        "vae": lambda: vae(16, between=False),
    },
    "qwen-edit": {"transformer": QWEN, "text_encoder": qwen_vl, "vae": of_diffusers("AutoencoderKLQwenImage")},
    "flux2-klein": {
        "transformer": of_diffusers("Flux2Transformer2DModel", **KLEIN),
        "text_encoder": qwen3,
        "vae": of_diffusers("AutoencoderKLFlux2"),
    },
}
"""By family and component, as the published configs have them."""


@cache
def built(family: str, part: str) -> Any:
    """A component without weights, in bfloat16."""
    with META:
        return PARTS[family][part]().to(torch.bfloat16).eval()


def parameters(family: str, part: str) -> float:
    """In millions."""
    counted = {id(one): one.numel() for one in built(family, part).parameters()}
    return float(sum(counted.values()) / MILLION)


class Alive(TorchDispatchMode):  # type: ignore[misc]  # torch has no types here
    """Counts bytes of tensors that are made inside, from birth to death; views and weights are nothing new."""

    def __init__(self) -> None:
        super().__init__()
        self.now = self.peak = 0
        self._known: set[int] = set()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        given = {leaf.untyped_storage()._cdata for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, torch.Tensor)}
        out = func(*args, **(kwargs or {}))
        for leaf in tree_leaves(out):
            if isinstance(leaf, torch.Tensor) and leaf.untyped_storage()._cdata not in given:
                self._born(leaf)
        return out

    def _born(self, tensor: torch.Tensor) -> None:
        storage = tensor.untyped_storage()
        key = storage._cdata
        if key in self._known:
            return
        count = storage.nbytes()
        self._known.add(key)
        self.now += count
        self.peak = max(self.peak, self.now)
        weakref.finalize(storage, self._died, key, count)

    def _died(self, key: int, count: int) -> None:
        self._known.discard(key)
        self.now -= count


def flash(query: Any, key: Any, value: Any, *_: Any, **__: Any) -> Any:
    """Attention without its table of scores."""
    return query.new_empty((*query.shape[:-1], value.shape[-1]))


@contextmanager
def counting() -> Iterator[Alive]:
    """Elements alive inside, attention as flash kernels do it."""
    ordinary = functional.scaled_dot_product_attention
    functional.scaled_dot_product_attention = flash
    try:
        with torch.no_grad(), Alive() as alive:
            yield alive
    finally:
        functional.scaled_dot_product_attention = ordinary


def activations(family: Family) -> dict[str, float]:
    """Elements of 16 bits alive at once: `network` per pixel of the latent, `vae` per pixel of the picture.

    What is computed in 32 bits, such as norms, counts double.
    """
    latent = family.size // LATENT_STEP
    for part in PARTS[family.name]:
        built(family.name, part)  # weights are not counted here
    with counting() as alive:
        CALLS[family.name](family.name, latent)
    network = alive.peak / BF16_BYTES / latent**2
    decoder = built(family.name, "vae")
    channels = decoder.config.get("latent_channels") or decoder.config.z_dim
    middle = empty(1, channels, *((1,) if "z_dim" in decoder.config else ()), latent, latent)
    with counting() as alive:
        decoder.decode(middle)
    return {"network": network, "vae": alive.peak / BF16_BYTES / family.size**2}


def empty(*shape: int) -> torch.Tensor:
    """What a pipeline gives to its network."""
    return torch.empty(shape, device=META, dtype=torch.bfloat16)


def unet_call(name: str, latent: int) -> None:
    """Both halves of guidance; the ControlNet's residuals live while the network runs."""
    unet, control = built(name, "unet"), built(name, "controlnet")
    text = empty(2, 77, unet.config.cross_attention_dim)
    time, sample, picture = torch.zeros((), device=META), empty(2, 4, latent, latent), empty(2, 3, 8 * latent, 8 * latent)
    added = {"text_embeds": empty(2, 1280), "time_ids": empty(2, 6)} if unet.config.addition_embed_type else None
    if added:
        kinds = {"control_type": empty(2, control.config.num_control_type), "control_type_idx": [1]}
        down, middle = control(sample, time, text, [picture], conditioning_scale=[1.0], added_cond_kwargs=added,
                               return_dict=False, **kinds)  # fmt: skip
    else:
        down, middle = control(sample, time, text, picture, return_dict=False)
    unet(sample, time, text, down_block_additional_residuals=down, mid_block_additional_residual=middle, added_cond_kwargs=added)


def flux_call(name: str, latent: int) -> None:
    """One picture: guidance is an input."""
    network, control = built(name, "transformer"), built(name, "controlnet")
    tokens = (latent // 2) ** 2
    common = {
        "hidden_states": empty(1, tokens, 64),
        "encoder_hidden_states": empty(1, TEXT, 4096),
        "pooled_projections": empty(1, 768),
        "timestep": empty(1),
        "guidance": empty(1),
        "img_ids": empty(tokens, 3),
        "txt_ids": empty(TEXT, 3),
    }
    double, single = control(**common, controlnet_cond=empty(1, tokens, 64), return_dict=False)
    network(**common, controlnet_block_samples=double, controlnet_single_block_samples=single)


def qwen_call(name: str, latent: int, references: int = 0) -> None:
    """One half of guidance: the pipeline runs them one after the other. Pictures of an editor stand behind its own."""
    network = built(name, "transformer")
    side = latent // 2
    shapes = [[(1, side, side)] * (1 + references)]
    common = {
        "hidden_states": empty(1, side**2 * (1 + references), 64),
        "encoder_hidden_states": empty(1, TEXT, 3584),
        "encoder_hidden_states_mask": torch.ones((1, TEXT), dtype=torch.bool, device=META),
        "timestep": empty(1),
        "img_shapes": shapes,
    }
    residuals = None
    if not references:
        residuals = built(name, "controlnet")(**common, controlnet_cond=empty(1, side**2, 64), return_dict=False)
    network(**common, controlnet_block_samples=residuals)


def qwen_edit_call(name: str, latent: int) -> None:
    """With two reference pictures, the map and the anchor."""
    qwen_call(name, latent, references=2)


def klein_call(name: str, latent: int) -> None:
    """With two reference pictures."""
    network, tokens = built(name, "transformer"), 3 * (latent // 2) ** 2
    network(
        hidden_states=empty(1, tokens, network.config.in_channels),
        encoder_hidden_states=empty(1, TEXT, network.config.joint_attention_dim),
        timestep=empty(1),
        img_ids=empty(1, tokens, 4),
        txt_ids=empty(1, TEXT, 4),
        guidance=None,
    )


def z_image_call(name: str, latent: int) -> None:
    """One picture, without guidance; the ControlNet takes the network's embedders."""
    from diffusers import ZImageControlNetModel

    network, control = built(name, "transformer"), built(name, "controlnet")
    control = ZImageControlNetModel.from_transformer(control, network)
    latents, words = [empty(16, 1, latent, latent)], [empty(TEXT, 2560)]
    blocks = control(latents, empty(1), words, [empty(control.config.control_in_dim, 1, latent, latent)])
    network(latents, empty(1), words, controlnet_block_samples=blocks, return_dict=False)


CALLS: dict[str, Callable[[str, int], None]] = {
    "sd15": unet_call,
    "sdxl-union": unet_call,
    "z-image": z_image_call,
    "qwen-image": qwen_call,
    "flux": flux_call,
    "qwen-edit": qwen_edit_call,
    "flux2-klein": klein_call,
}
"""One step of each, ControlNet included."""


def main() -> None:
    """Print what is counted beside what the table says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("families", nargs="*", default=list(all_families()))
    for name in parser.parse_args().families:
        family = all_families()[name]
        print(f"{name}, {family.size} pixels: peak {peak_memory(family, family.size).total / GIB:.1f} GiB by the table")
        for part, said in family.parameters.items():
            print(f"  {part:16s} {parameters(name, part):10.1f} million, table {said:10.1f}", flush=True)
        for kind, counted in activations(family).items():
            print(f"  alive, {kind:9s} {counted:10.0f} elements, table {family.activations[kind]:10.0f}", flush=True)


if __name__ == "__main__":
    main()

"""Which IP-Adapter a pipeline gets, and loading it: from a pinned repository or a folder, safetensors and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from spotdiff10k.errors import EngineError, ModelError, SpotdiffError

SAFE = ".safetensors"


DEFAULT_SCALE = 0.6


@dataclass(frozen=True, slots=True)
class Adapter:
    """An IP-Adapter: where it is, and how much it counts."""

    model: str = ""  # a repository of the hub, or a folder
    revision: str = ""  # a commit of the repository
    subfolder: str = ""  # of the weights
    weight: str = ""  # the file, with the ending .safetensors
    encoder: str = ""  # sub-folder of the CLIP vision model in the same repository
    scale: float = DEFAULT_SCALE  # w in Attn(Q, K_text, V_text) + w Attn(Q, K_image, V_image)


PINNED = Adapter("h94/IP-Adapter", "018e402774aeeddd60609b4ecdb7e298259dc729")
LICENCE = "Apache-2.0"
"""Of the pinned weights and of their encoder's copy in the same repository, as its card says."""
SD15 = replace(PINNED, subfolder="models", weight="ip-adapter_sd15.safetensors", encoder="models/image_encoder")
SDXL = replace(PINNED, subfolder="sdxl_models", weight="ip-adapter_sdxl_vit-h.safetensors", encoder="models/image_encoder")
"""Of the two encoders in the repository this adapter was trained with the smaller one, ViT-H."""

SDXL_EMBEDDING = "text_time"


def adapter_for(unet: Any, options: Mapping[str, Any]) -> Adapter:
    """The adapter of a recipe; without a model of its own the one pinned for the network. Raises EngineError.

    What the recipe leaves empty is taken from the pinned adapter, so that a folder with a copy of it needs no more than its name.
    """
    pinned = SDXL if unet.config.addition_embed_type == SDXL_EMBEDDING else SD15
    own: dict[str, Any] = {name: value for name, value in options.items() if value != ""}
    unpinned: dict[str, Any] = {"revision": ""} if "model" in own else {}
    chosen = replace(pinned, **{**unpinned, **own})
    if not chosen.weight.endswith(SAFE):
        raise EngineError(
            f"The weights of the IP-Adapter are '{chosen.weight}'; only files with the ending {SAFE} are loaded, since others "
            "can run code. Name one with adapter_weight."
        )
    if chosen.scale < 0.0:
        raise EngineError(f"The option adapter_scale is {chosen.scale}; it cannot be negative.")
    return chosen


def load(pipe: Any, adapter: Adapter) -> None:
    """Load encoder, projection and adapter into the pipeline, from this machine alone. Raises ModelError when they are not there.

    The encoder is loaded here and not by diffusers, which would take it from the newest revision and from pickles too.
    """
    from transformers import CLIPImageProcessor, CLIPVisionModelWithProjection

    source: dict[str, Any] = {"local_files_only": True}
    if not Path(adapter.model).is_dir():
        source["revision"] = adapter.revision or None
    try:
        encoder = CLIPVisionModelWithProjection.from_pretrained(
            adapter.model, subfolder=adapter.encoder, use_safetensors=True, dtype=pipe.unet.dtype, **source
        )
        encoder = encoder.eval().to(pipe.unet.device)
        side = encoder.config.image_size
        pipe.register_modules(image_encoder=encoder, feature_extractor=CLIPImageProcessor(size=side, crop_size=side))
        pipe.load_ip_adapter(
            adapter.model, subfolder=adapter.subfolder, weight_name=adapter.weight, image_encoder_folder=None, **source
        )
    except SpotdiffError:
        raise
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ModelError(
            f"The IP-Adapter {adapter.model} ({adapter.subfolder or '.'}/{adapter.weight}, encoder in {adapter.encoder}) "
            f"could not be loaded from this machine: {error}. Fetch it, or name a folder with these files as adapter."
        ) from error
    pipe.set_ip_adapter_scale(adapter.scale)

"""Loading an IP-Adapter into a pipeline: from this machine alone, safetensors and nothing else."""

from typing import Any

from spotdiff10k.engines.controlnet.attention.adapter import Adapter
from spotdiff10k.engines.controlnet.finding import Used
from spotdiff10k.engines.controlnet.hub_lock import refuse_changed
from spotdiff10k.errors import ModelError


def load(pipe: Any, adapter: Adapter, weights: Used, encoder: Used) -> None:
    """Load encoder, projection and adapter. Raises ModelError when the files do not fit the network.

    The encoder is loaded here and not by diffusers, which would take pickles too.
    """
    for used in (weights, encoder):
        refuse_changed(used.path, used.name)
    from transformers import CLIPImageProcessor, CLIPVisionModelWithProjection

    try:
        network = CLIPVisionModelWithProjection.from_pretrained(
            encoder.path, use_safetensors=True, local_files_only=True, dtype=pipe.unet.dtype
        )
        side = network.config.image_size
        pipe.register_modules(
            image_encoder=network.eval().to(pipe.unet.device), feature_extractor=CLIPImageProcessor(size=side, crop_size=side)
        )
        folder, file = str(weights.path.parent), weights.path.name
        pipe.load_ip_adapter(folder, subfolder="", weight_name=file, image_encoder_folder=None, local_files_only=True)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ModelError(
            f"The IP-Adapter {weights.path} with the encoder {encoder.path} cannot be loaded into this network: {error}"
        ) from error
    pipe.set_ip_adapter_scale(adapter.scale)

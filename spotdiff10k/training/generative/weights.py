"""What was trained, as one file of safetensors, and back into a network to make pictures with."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from spotdiff10k.errors import ModelError
from spotdiff10k.run import write_atomically
from spotdiff10k.training.generative.settings import GenerativeSettings
from spotdiff10k.training.generative.stage import GenerativeStage

FILE = "generative.safetensors"
FORMAT = "1"
FACTS = "facts"


@dataclass(frozen=True, slots=True)
class Origin:
    """What the weights were trained with."""

    network: str  # "repository@commit" of the U-Net
    encoder: str  # what made the subject codes
    set_digest: str
    seed: int


def save_stage(stage: GenerativeStage, settings: GenerativeSettings, origin: Origin, folder: Path) -> Path:
    """Write aligner and processors, with what they were trained with. Raises RunError when the folder cannot be written."""
    from safetensors.torch import save

    code, tokens = stage.aligner.project.in_features, stage.aligner.tokens
    facts = {"format": FORMAT, "code": code, "tokens": tokens, "settings": asdict(settings), "origin": asdict(origin)}
    tensors = {name: value.detach().cpu().contiguous() for name, value in sorted(stage.state_dict().items())}
    write_atomically(folder / FILE, save(tensors, {FACTS: json.dumps(facts, sort_keys=True)}))
    return folder / FILE


def load_stage(path: Path, unet: Any, scheduler: Any, weight: float = 1.0) -> tuple[GenerativeStage, Origin]:
    """Put trained weights into a network, ready to make pictures: `stage.condition(...)` gives a pipeline's `prompt_embeds`.

    `weight` is how much the subject counts. Raises ModelError when the file is none of `save_stage` or does not fit the network.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            facts = json.loads((file.metadata() or {})[FACTS])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no mapping
        if facts["format"] != FORMAT:
            raise ModelError(f"{path} has the format {facts['format']}; this version reads {FORMAT}.")
        stage = GenerativeStage(unet, scheduler, int(facts["code"]), int(facts["tokens"]), weight)
        stage.load_state_dict(tensors)
        stage.processors.to(unet.dtype)
        return stage.eval(), Origin(**facts["origin"])
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ModelError(f"{path} holds no generative stage for this network: {error}") from error

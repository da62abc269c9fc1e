"""What a recipe may choose about identity strategies, as options of the engine; imports no torch."""

from collections.abc import Mapping
from typing import Any

from spotdiff10k.engines.controlnet.attention.adapter import DEFAULT_SCALE
from spotdiff10k.engines.controlnet.attention.sharing import Sharing
from spotdiff10k.types import EngineSettings

IDENTITY_OPTIONS: Mapping[str, bool | float | str] = {
    "sharing_sources": "anchor",
    "sharing_strength": 1.0,
    "sharing_dropout": 0.0,
    "sharing_coverage": 0.25,
    "sharing_placement": "below",
    "sharing_layers": "",
    "sharing_kernel": "sdpa",
    "sharing_keep": True,
    "sharing_device_gib": 16.0,
    "sharing_host_gib": 64.0,
    "adapter": "",
    "adapter_revision": "",
    "adapter_subfolder": "",
    "adapter_weight": "",
    "adapter_encoder": "",
    "adapter_scale": DEFAULT_SCALE,
}
"""Names and defaults; `sharing_layers` may be several words. An `adapter` is a repository or a folder, "" the network's own."""


def sharing_of(settings: EngineSettings) -> Sharing:
    """The options of shared attention. Raises EngineError with a sentence."""
    chosen = _chosen(settings, "sharing_")
    return Sharing(**{**chosen, "layers": tuple(str(chosen["layers"]).split())})


def adapter_of(settings: EngineSettings) -> Mapping[str, Any]:
    """What the recipe says of the IP-Adapter: `model`, `revision`, `subfolder`, `weight`, `encoder` and `scale`."""
    return {"model": str(settings.options.get("adapter", "")), **_chosen(settings, "adapter_")}


def _chosen(settings: EngineSettings, start: str) -> dict[str, Any]:
    values = {**IDENTITY_OPTIONS, **settings.options}
    return {name.removeprefix(start): values[name] for name in IDENTITY_OPTIONS if name.startswith(start)}

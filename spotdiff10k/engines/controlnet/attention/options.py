"""What a recipe may choose about identity strategies, as options of the engine; imports no torch."""

from collections.abc import Mapping
from typing import Any

from spotdiff10k.engines.controlnet.attention.adapter import DEFAULT_SCALE, Adapter, adapter_from
from spotdiff10k.engines.controlnet.attention.sharing import Sharing
from spotdiff10k.errors import EngineError
from spotdiff10k.types import EngineSettings

FAMILY = "sd15"
"""Where a recipe names none."""
ADAPTER = "ip-adapter"
"""In the name of every strategy that loads one."""
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
    return _sharing(settings.options)


def refuse_unusable_sharing(options: Mapping[str, Any]) -> None:
    """Refuse what the engine cannot do, which paints a group's anchor before the others. Raises ValueError with a clause."""
    try:
        sharing = _sharing(options)
    except EngineError as error:
        raise ValueError(str(error)) from error
    if sharing.sources != "anchor":
        raise ValueError(
            f"sharing_sources: {sharing.sources} needs a whole group in one batch, which is not promised here; leave it at anchor"
        )
    if not sharing.keep:
        raise ValueError("sharing_keep: false leaves the others of a group nothing to see, since its anchor is painted first")


def _sharing(options: Mapping[str, Any]) -> Sharing:
    chosen = _chosen(options, "sharing_")
    return Sharing(**{**chosen, "layers": tuple(str(chosen["layers"]).split())})


def adapter_of(options: Mapping[str, Any]) -> Adapter:
    """The IP-Adapter of an engine's options. Raises EngineError with a sentence."""
    return adapter_from(
        {"model": str(options.get("adapter", "")), **_chosen(options, "adapter_")}, str(options.get("family", FAMILY))
    )


def identity_choices(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options that the strategy of a recipe reads, for records; where an adapter lies is told with its weights."""
    values, strategy = {**IDENTITY_OPTIONS, **options}, str(options.get("strategy", ""))
    read = ("sharing_",) * ("shared-attention" in strategy) + ("adapter_scale",) * (ADAPTER in strategy)
    memory = ("sharing_device_gib", "sharing_host_gib", "sharing_keep")
    return {name: values[name] for name in IDENTITY_OPTIONS if name.startswith(read) and name not in memory}


def identity_weights(options: Mapping[str, Any]) -> tuple[Adapter, ...]:
    """What a strategy loads beside the family's own weights. Raises EngineError with a sentence."""
    return (adapter_of(options),) if ADAPTER in str(options.get("strategy", "")) else ()


def _chosen(options: Mapping[str, Any], start: str) -> dict[str, Any]:
    values = {**IDENTITY_OPTIONS, **options}
    return {name.removeprefix(start): values[name] for name in IDENTITY_OPTIONS if name.startswith(start)}

"""Setting the shared processors into a pipeline's network, once, and telling its layers what runs through it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from spotdiff10k.engines.controlnet.attention.joint import SharedFluxAttention, SharedQwenAttention, SharedZImageAttention
from spotdiff10k.engines.controlnet.attention.regions import Grid
from spotdiff10k.engines.controlnet.attention.state import SharingState
from spotdiff10k.engines.controlnet.attention.unet import SharedSelfAttention
from spotdiff10k.errors import EngineError

Arguments = Mapping[str, Any]
FLUX_ROW = 1
"""Column of FLUX's picture ids (reference, row, column) that numbers rows."""


@dataclass(frozen=True, slots=True)
class Network:
    """How one class of network takes shared attention."""

    processor: type[Any]  # made of the state, the layer's name and the processor that was there
    replaces: tuple[str, ...]  # classes of processors that may be replaced; any other is somebody else's
    layers: Callable[[str], bool]  # of the names of its attention layers, which are self-attention of pictures
    reads: Callable[[Arguments, "Grid | None"], tuple[Grid, int, Any]]  # grid, tokens of a picture, timestep of a call


def network_of(pipe: Any) -> Any:
    """The network of a pipeline that is called once a step."""
    found = getattr(pipe, "unet", None)
    return found if found is not None else getattr(pipe, "transformer", None)


def install(pipe: Any, state: SharingState) -> None:
    """Set the processors and the hook. Raises EngineError for networks and processors that shared attention does not go with."""
    network = network_of(pipe)
    name = type(network).__name__
    if name not in NETWORKS:
        raise EngineError(
            f"Shared attention does not know the layout of {name}; it knows {', '.join(sorted(NETWORKS))}. "
            "Use the strategy 'description', or 'ip-adapter' where the family has one."
        )
    kind = NETWORKS[name]
    layers = {layer: module for layer, module in network.named_modules() if hasattr(module, "set_processor")}
    before = [module.processor.state for module in layers.values() if isinstance(module.processor, kind.processor)]
    if any(other is state for other in before):
        return
    if before:
        raise EngineError("This network already shares attention for another strategy; one strategy serves one network.")
    found = {layer: module for layer, module in layers.items() if kind.layers(layer)}
    for layer, module in found.items():
        _check_free(layer, module, kind)
    for layer, module in found.items():
        module.set_processor(kind.processor(state, layer, module.processor))
    network.register_forward_pre_hook(_told(state, kind), with_kwargs=True)
    network.register_forward_hook(_ended(state), always_call=True)


def _check_free(layer: str, module: Any, kind: Network) -> None:
    before = type(module.processor).__name__
    if before not in kind.replaces:
        raise EngineError(
            f"The layer {layer} already has the processor {before}, which shared attention would throw out; in this family use "
            "either 'shared-attention' or what set that processor, such as 'ip-adapter', but not both."
        )
    if getattr(module, "fused_projections", False):
        raise EngineError(f"The projections of {layer} are fused; shared attention needs them apart, so do not fuse them.")


def _told(state: SharingState, kind: Network) -> Callable[[Any, tuple[Any, ...], Arguments], None]:
    """A hook that runs before the network does."""

    def told(network: Any, positional: tuple[Any, ...], named: Arguments) -> None:
        if state.batch is None:
            return
        names = FIRST_ARGUMENTS[type(network).__name__]
        arguments = {**dict(zip(names, positional, strict=False)), **named}
        grid, tokens, time = kind.reads(arguments, state.latent if state.call >= 0 else None)
        state.step(grid, tokens, float(time.reshape(-1)[0]) if hasattr(time, "reshape") else float(time))

    return told


def _ended(state: SharingState) -> Callable[[Any, Any, Any], None]:
    """A hook that runs after the network did, whether it failed or not."""

    def ended(network: Any, positional: Any, result: Any) -> None:
        state.inside = False

    return ended


def _of_unet(arguments: Arguments, known: Grid | None) -> tuple[Grid, int, Any]:
    rows, columns = arguments["sample"].shape[-2:]
    return (rows, columns), 0, arguments["timestep"]


def _of_flux(arguments: Arguments, known: Grid | None) -> tuple[Grid, int, Any]:
    """References of an editor have another first id than the picture's 0. Read off the device once a batch."""
    tokens = arguments["hidden_states"].shape[1]
    if known is None:
        ids = arguments["img_ids"]
        ids = ids[0] if ids.ndim > 2 else ids
        rows, columns = (int(line) + 1 for line in ids[ids[:, 0] == 0][:, FLUX_ROW:].max(0).values)
        known = rows, columns
    return known, tokens, arguments["timestep"]


def _of_qwen(arguments: Arguments, known: Grid | None) -> tuple[Grid, int, Any]:
    shape = arguments["img_shapes"][0]
    _, rows, columns = shape[0] if isinstance(shape, list) else shape
    return (rows, columns), arguments["hidden_states"].shape[1], arguments["timestep"]


def _of_z_image(arguments: Arguments, known: Grid | None) -> tuple[Grid, int, Any]:
    patch = arguments.get("patch_size", 2)
    rows, columns = (side // patch for side in arguments["x"][0].shape[-2:])
    return (rows, columns), rows * columns, arguments["t"]


PLAIN = ("AttnProcessor", "AttnProcessor2_0", "XFormersAttnProcessor")
FIRST_ARGUMENTS: dict[str, tuple[str, ...]] = {
    "UNet2DConditionModel": ("sample", "timestep", "encoder_hidden_states"),
    "FluxTransformer2DModel": ("hidden_states", "encoder_hidden_states", "pooled_projections", "timestep", "img_ids"),
    "QwenImageTransformer2DModel": (
        "hidden_states",
        "encoder_hidden_states",
        "encoder_hidden_states_mask",
        "timestep",
        "img_shapes",
    ),
    "ZImageTransformer2DModel": ("x", "t", "cap_feats"),
}
NETWORKS: dict[str, Network] = {
    "UNet2DConditionModel": Network(SharedSelfAttention, PLAIN, lambda layer: layer.endswith(".attn1"), _of_unet),
    "FluxTransformer2DModel": Network(SharedFluxAttention, ("FluxAttnProcessor",), lambda layer: True, _of_flux),
    "QwenImageTransformer2DModel": Network(
        SharedQwenAttention, ("QwenDoubleStreamAttnProcessor2_0",), lambda layer: True, _of_qwen
    ),
    "ZImageTransformer2DModel": Network(
        SharedZImageAttention,
        ("ZSingleStreamAttnProcessor",),
        lambda layer: layer.startswith(("layers.", "noise_refiner.")),
        _of_z_image,
    ),
}

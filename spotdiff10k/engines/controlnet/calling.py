"""How each family's pipelines are called: which argument takes the control maps, the start, the band, the guidance."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from PIL import Image as Pictures

from spotdiff10k.engines.controlnet.drawings import JOIN, PLATE, Drawing
from spotdiff10k.engines.controlnet.keeping import keep_beside
from spotdiff10k.engines.controlnet.options import Options
from spotdiff10k.types import Image

Arguments = dict[str, Any]
Call = Callable[[Options, Any, Sequence[Drawing], int], Arguments]
"""Options, the pipeline, a batch of one kind and the side in pixels to the arguments that this family adds to a call."""
NO_CONTROL = 0.0
"""Scale under which a plate is drawn: the network runs, and its map changes nothing."""
GREY = 128


def arguments_of(options: Options, pipe: Any, batch: Sequence[Drawing], size: int) -> Arguments:
    """All but the texts and the noise."""
    kind = JOIN if batch[0].kind == JOIN else "draw"
    return {
        "height": size,
        "width": size,
        "num_inference_steps": options.steps,
        "output_type": "pt",
        **CALLS[options.family.name, kind](options, pipe, batch, size),
    }


def _scale(options: Options, batch: Sequence[Drawing]) -> float:
    return NO_CONTROL if batch[0].kind == PLATE else options.control_scale


def _map(drawing: Drawing, kind: str, size: int) -> Image:
    found = drawing.controls.get(kind)
    return np.zeros((size, size, 3), np.uint8) if found is None else found


def _tensor(pictures: Sequence[Any]) -> Any:
    """(B, channels, H, W) in 0..1."""
    import torch

    stacked = np.stack([picture if picture.ndim == 3 else picture[..., None] for picture in pictures])
    return torch.from_numpy(np.ascontiguousarray(stacked.transpose(0, 3, 1, 2))).float() / 255.0


def _pictures(arrays: Sequence[Any]) -> list[Pictures.Image]:
    return [Pictures.fromarray(array) for array in arrays]


def _maps_as_tensors(options: Options, batch: Sequence[Drawing], size: int) -> list[Any]:
    return [_tensor([_map(drawing, kind, size) for drawing in batch]) for kind in options.controls]


def _maps(options: Options, batch: Sequence[Drawing], size: int) -> list[Pictures.Image]:
    return _pictures([_map(drawing, options.controls[0], size) for drawing in batch])


def _starts(batch: Sequence[Drawing]) -> list[Pictures.Image]:
    return _pictures([drawing.start for drawing in batch])


def _bands(batch: Sequence[Drawing]) -> list[Pictures.Image]:
    return _pictures([drawing.repaint for drawing in batch])


def _start_and_band_as_tensors(options: Options, batch: Sequence[Drawing]) -> Arguments:
    start, band = _tensor([one.start for one in batch]), _tensor([one.repaint for one in batch])
    return {"image": start, "mask_image": band, "strength": options.strength}


def _sd15_control(name: str, options: Options, pipe: Any, batch: Sequence[Drawing], size: int) -> Arguments:
    maps, scale = _maps_as_tensors(options, batch, size), _scale(options, batch)
    several = hasattr(pipe.controlnet, "nets")
    return {
        name: maps if several else maps[0],
        "controlnet_conditioning_scale": [scale] * len(maps) if several else scale,
        "guidance_scale": options.guidance,
    }


def _sd15_draw(options: Options, pipe: Any, batch: Sequence[Drawing], size: int) -> Arguments:
    return _sd15_control("image", options, pipe, batch, size)


def _sd15_join(options: Options, pipe: Any, batch: Sequence[Drawing], size: int) -> Arguments:
    return {**_sd15_control("control_image", options, pipe, batch, size), **_start_and_band_as_tensors(options, batch)}


def _sdxl_draw(options: Options, pipe: Any, batch: Sequence[Drawing], size: int) -> Arguments:
    modes = [options.family.controls[kind].mode or 0 for kind in options.controls]
    return {
        "control_image": _maps_as_tensors(options, batch, size),
        "control_mode": modes,
        "controlnet_conditioning_scale": _scale(options, batch),
        "guidance_scale": options.guidance,
    }


def _sdxl_join(options: Options, pipe: Any, batch: Sequence[Drawing], size: int) -> Arguments:
    return {**_sdxl_draw(options, pipe, batch, size), **_start_and_band_as_tensors(options, batch)}


def _one_map(options: Options, batch: Sequence[Drawing], size: int, guidance: str) -> Arguments:
    return {
        "control_image": _maps(options, batch, size),
        "controlnet_conditioning_scale": _scale(options, batch),
        guidance: options.guidance,
    }


def _joint_draw(options: Options, pipe: Any, batch: Sequence[Drawing], size: int) -> Arguments:
    return _one_map(options, batch, size, "guidance_scale")


def _mapped_join(options: Options, pipe: Any, batch: Sequence[Drawing], size: int) -> Arguments:
    return {**_joint_draw(options, pipe, batch, size), "image": _starts(batch), "mask_image": _bands(batch)}


def _z_join(options: Options, pipe: Any, batch: Sequence[Drawing], size: int) -> Arguments:
    start, repaint = _tensor([one.start for one in batch]), _tensor([one.repaint for one in batch])
    return {**_mapped_join(options, pipe, batch, size), "callback_on_step_end": keep_beside(pipe, batch, start, repaint)}


def _flux_join(options: Options, pipe: Any, batch: Sequence[Drawing], size: int) -> Arguments:
    return {**_mapped_join(options, pipe, batch, size), "strength": options.strength}


def _qwen_draw(options: Options, pipe: Any, batch: Sequence[Drawing], size: int) -> Arguments:
    return _one_map(options, batch, size, "true_cfg_scale")


def _qwen_join(options: Options, pipe: Any, batch: Sequence[Drawing], size: int) -> Arguments:
    band = {"image": _starts(batch), "mask_image": _bands(batch), "strength": options.strength}
    return {**band, "true_cfg_scale": options.guidance}


def _shown(options: Options, drawing: Drawing, size: int) -> list[Pictures.Image]:
    """What an editor is shown: the map first, then what it follows; nothing for a plate."""
    if drawing.kind == PLATE:
        return []
    return _pictures([_map(drawing, options.controls[0], size), *drawing.references])


def _qwen_edit_draw(options: Options, pipe: Any, batch: Sequence[Drawing], size: int) -> Arguments:
    shown = _shown(options, batch[0], size) or [Pictures.new("RGB", (size, size), (GREY, GREY, GREY))]
    return {"image": shown, "true_cfg_scale": options.guidance}


def _qwen_edit_join(options: Options, pipe: Any, batch: Sequence[Drawing], size: int) -> Arguments:
    return {
        "image": _starts(batch)[0],
        "mask_image": _bands(batch)[0],
        "strength": options.strength,
        "true_cfg_scale": options.guidance,
    }


def _klein_draw(options: Options, pipe: Any, batch: Sequence[Drawing], size: int) -> Arguments:
    return {"image": _shown(options, batch[0], size) or None, "guidance_scale": options.guidance}


def _klein_join(options: Options, pipe: Any, batch: Sequence[Drawing], size: int) -> Arguments:
    band = {"image": _starts(batch)[0], "mask_image": _bands(batch)[0], "strength": options.strength}
    return {**band, "guidance_scale": options.guidance}


CALLS: Mapping[tuple[str, str], Call] = {
    ("sd15", "draw"): _sd15_draw,
    ("sd15", JOIN): _sd15_join,
    ("sdxl-union", "draw"): _sdxl_draw,
    ("sdxl-union", JOIN): _sdxl_join,
    ("z-image", "draw"): _joint_draw,
    ("z-image", JOIN): _z_join,
    ("qwen-image", "draw"): _qwen_draw,
    ("qwen-image", JOIN): _qwen_join,
    ("flux", "draw"): _joint_draw,
    ("flux", JOIN): _flux_join,
    ("qwen-edit", "draw"): _qwen_edit_draw,
    ("qwen-edit", JOIN): _qwen_edit_join,
    ("flux2-klein", "draw"): _klein_draw,
    ("flux2-klein", JOIN): _klein_join,
}
"""By family, and whether it draws or joins."""

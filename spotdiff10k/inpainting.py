"""Taking a subject out of its picture, so that a picture which brought its own background gets a plate.

MI-GAN (Sargsyan et al., ICCV 2023) guesses what lies behind; it runs on any CPU. Outside the hole the plate is the picture.
"""

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image as Pictures
from PIL import ImageFilter

from spotdiff10k.errors import EngineError, MissingExtraError
from spotdiff10k.models.store import stored
from spotdiff10k.types import Image, Mask

MODEL = "migan"
EXTRA = "segment"
VISIBLE = 8
"""Of 255: from this alpha on, a pixel holds something of the subject."""
REACH = 0.02
"""How far the hole goes beyond the subject, of the picture's side: soft edges, and the contact shadow at its feet."""
SUBJECT_LEAVES = 0.9
"""Where the hole takes more than this of a picture, nothing is left to guess from."""


def remove_subject(
    picture: Image, mask: Mask, shade: Mask | None = None, *, reach: float = REACH, weights: Path | None = None
) -> Image:
    """The picture's plate: (H, W, 3), the same pixels outside the hole, and inside it what the model believes to be there.

    `mask` is the subject's soft alpha, `shade` how much its shadow is seen, 0..255, where that is known: else the shadow stays.
    Raises EngineError when the subject leaves nothing to guess from, ModelError without the
    weights (`spotdiff10k models fetch migan`), MissingExtraError without onnxruntime.
    """
    if picture.shape[:2] != mask.shape:
        raise EngineError(f"A picture of {picture.shape[1]}x{picture.shape[0]} pixels came with a mask of another size.")
    hole = hole_of(mask if shade is None else np.maximum(mask, shade), reach)
    share = float(hole.mean())
    if share > SUBJECT_LEAVES:
        raise EngineError(f"The subject takes {share:.0%} of its picture; nothing is left that tells what lies behind it.")
    if not hole.any():
        return picture.copy()
    guessed = _guessed(picture, hole, _session(weights or stored(MODEL).weights))
    return np.where(hole[..., None], guessed, picture)


def hole_of(mask: Mask, reach: float = REACH) -> npt.NDArray[np.bool_]:
    """(H, W): every pixel that is nearer than `reach` × the shorter side to one that holds something of the subject."""
    radius = max(1, round(reach * min(mask.shape)))
    visible = Pictures.fromarray((mask >= VISIBLE).astype(np.uint8) * 255)
    return np.asarray(visible.filter(ImageFilter.MaxFilter(2 * radius + 1))) > 0


def _guessed(picture: Image, hole: npt.NDArray[np.bool_], session: Any) -> Image:
    """The model takes channels first, and a mask that is 0 in the hole."""
    known = np.where(hole, 0, 255).astype(np.uint8)
    (found,) = session.run(None, {"image": np.ascontiguousarray(picture.transpose(2, 0, 1))[None], "mask": known[None, None]})
    return np.ascontiguousarray(found[0].transpose(1, 2, 0))


@cache
def _session(weights: Path) -> Any:
    """One thread: pictures are spread over processes, and sums keep their order."""
    try:
        onnxruntime = import_module("onnxruntime")
    except ImportError as error:
        raise MissingExtraError("onnxruntime", EXTRA, "Taking subjects out of their pictures") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])

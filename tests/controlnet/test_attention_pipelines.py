"""Shared attention in whole pipelines under control, with guidance, as the engine calls them."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("diffusers")
import tiny  # noqa: E402
from PIL import Image  # noqa: E402

from spotdiff10k.engines.controlnet.attention.strategies import make_strategy  # noqa: E402
from spotdiff10k.engines.controlnet.seams import Member  # noqa: E402
from spotdiff10k.types import EngineSettings  # noqa: E402

torch.set_num_threads(1)
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::UserWarning")
CLOSE = 2e-5
CONTROL = Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8))
GUIDED = {
    "sd15": {"image": 1, "guidance_scale": 5.0},
    "sdxl-union": {"control_image": 1, "control_mode": [0], "guidance_scale": 5.0, "height": 64, "width": 64},
    "z-image": {"control_image": 1, "guidance_scale": 5.0, "height": 64, "width": 64},
    "qwen-image": {"control_image": 1, "true_cfg_scale": 4.0, "negative_prompt": 1, "height": 64, "width": 64},
    "flux": {"control_image": 1, "height": 64, "width": 64, "max_sequence_length": 16},
}


def region(place):
    mask = np.zeros((64, 64), np.uint8)
    mask[8 * place : 8 * place + 32, 16:48] = 255
    return mask


MEMBERS = [
    Member("a", True, region(0)),
    Member("b", True, region(1)),
    Member("a", False, region(2)),
    Member("b", False, region(3)),
]


def made(pipe, strategy, places):
    """Pictures of these members, each with noise of its own."""
    arguments = dict(GUIDED[pipe.family])
    if "negative_prompt" in arguments:
        arguments["negative_prompt"] = ["bad"] * len(places)
    control = "image" if "image" in arguments else "control_image"
    arguments[control] = [CONTROL] if pipe.family == "sdxl-union" else [CONTROL] * len(places)
    if pipe.family == "z-image":
        arguments[control] = CONTROL
    with strategy.batch(pipe, [MEMBERS[place] for place in places]) as added:
        return pipe(
            [f"a red cat {place}" for place in places],
            num_inference_steps=2,
            generator=[torch.Generator().manual_seed(place) for place in places],
            output_type="np",
            **arguments,
            **added,
        ).images


@pytest.mark.parametrize("family", GUIDED)
def test_followers_in_later_batches_are_what_they_are_in_one_big_batch(family):
    layout = "unet" if family.startswith("sd") else "joint"
    pipe = tiny.BUILDERS[family]()
    pipe.family = family
    pipe.set_progress_bar_config(disable=True)
    plain = made(pipe, make_strategy("description", layout, EngineSettings(64, ())), [0, 1, 2, 3])
    strategy = make_strategy("shared-attention", layout, EngineSettings(64, ()))
    strategy.prepare(pipe)
    big = made(pipe, strategy, [0, 1, 2, 3])
    assert np.abs(big[:2] - plain[:2]).max() < CLOSE
    assert min(np.abs(big[place] - plain[place]).max() for place in (2, 3)) > 10 * CLOSE
    for places in ([1, 0], [2, 3]):
        assert np.abs(made(pipe, strategy, places) - big[places]).max() < CLOSE

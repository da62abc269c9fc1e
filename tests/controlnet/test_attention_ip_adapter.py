"""References through a tiny IP-Adapter of random weights, loaded from a folder as a published one is."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("diffusers")
import tiny  # noqa: E402
from PIL import Image  # noqa: E402
from tiny_adapter import save_adapter  # noqa: E402

from spotdiff10k.engines.controlnet.attention.references import GROUND, framed  # noqa: E402
from spotdiff10k.engines.controlnet.attention.strategies import make_strategy  # noqa: E402
from spotdiff10k.engines.controlnet.seams import Member  # noqa: E402
from spotdiff10k.errors import EngineError, ModelError  # noqa: E402
from spotdiff10k.types import EngineSettings  # noqa: E402

torch.set_num_threads(1)
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")
CLOSE = 2e-4


def settings(folder, **options):
    own = {
        "adapter_subfolder": ".",
        "adapter_weight": "adapter.safetensors",
        "adapter_encoder": "image_encoder",
        "adapter_scale": 1.0,
    }
    return EngineSettings(size=64, outputs=(), options={"adapter": str(folder), **own, **options})


def pipeline():
    pipe = tiny.sd15()
    pipe.set_progress_bar_config(disable=True)
    return pipe


def drawn(seed):
    return np.random.default_rng(seed).integers(0, 256, (64, 64, 3), np.uint8)


REGION = np.full((64, 64), 255, np.uint8)
CONTROL = Image.fromarray(drawn(9))


def made(pipe, strategy, members, guidance=5.0, seed=0):
    with strategy.batch(pipe, members) as added:
        return pipe(
            ["a red cat"] * len(members),
            image=[CONTROL] * len(members),
            num_inference_steps=2,
            guidance_scale=guidance,
            generator=[torch.Generator().manual_seed(seed + row) for row in range(len(members))],
            output_type="np",
            **added,
        ).images


def member(group, reference=None, anchor=False, alpha=None):
    return Member(group, anchor, REGION, reference, alpha)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_adapter(tiny.sd15().unet, tmp_path_factory.mktemp("adapter"))


@pytest.fixture(scope="module")
def adapted(folder):
    pipe = pipeline()
    strategy = make_strategy("ip-adapter", "unet", settings(folder))
    strategy.prepare(pipe)
    return pipe, strategy


@pytest.fixture(scope="module")
def ordinary():
    pipe, strategy = pipeline(), make_strategy("description", "unet", settings(""))
    return {guidance: made(pipe, strategy, [member("a"), member("b")], guidance) for guidance in (1.0, 5.0)}


@pytest.mark.parametrize("guidance", [1.0, 5.0])
def test_pictures_without_a_reference_are_what_the_network_makes_without_an_adapter(adapted, ordinary, guidance):
    pipe, strategy = adapted
    assert (
        np.abs(made(pipe, strategy, [member("a", anchor=True), member("b", anchor=True)], guidance) - ordinary[guidance]).max()
        < CLOSE
    )
    half = made(pipe, strategy, [member("a", anchor=True), member("b", drawn(1))], guidance)
    assert np.abs(half[0] - ordinary[guidance][0]).max() < CLOSE
    assert np.abs(half[1] - ordinary[guidance][1]).max() > 50 * CLOSE


@pytest.mark.parametrize("guidance", [1.0, 5.0])
def test_each_picture_of_a_batch_follows_its_own_reference(adapted, guidance):
    pipe, strategy = adapted
    first, second = drawn(1), drawn(2)
    both = made(pipe, strategy, [member("a", first), member("b", second)], guidance)
    same = made(pipe, strategy, [member("a", first), member("c", first)], guidance)
    assert np.abs(both[0] - same[0]).max() < CLOSE
    assert np.abs(both[1] - same[1]).max() > 50 * CLOSE
    strategy.forget("a")
    assert np.abs(made(pipe, strategy, [member("a", first), member("b", second)], guidance) - both).max() == 0


def test_a_batch_of_one_reference_gives_what_the_pipeline_gives_by_itself(folder, adapted):
    """Diffusers' own way, which takes one reference for all pictures."""
    pipe, strategy = adapted
    reference = drawn(3)
    ours = made(pipe, strategy, [member("a", reference)])
    theirs = pipeline()
    theirs.load_ip_adapter(str(folder), subfolder="", weight_name="adapter.safetensors", local_files_only=True)
    theirs.set_ip_adapter_scale(1.0)
    expected = theirs(
        ["a red cat"],
        image=[CONTROL],
        ip_adapter_image=Image.fromarray(reference),
        num_inference_steps=2,
        guidance_scale=5.0,
        generator=[torch.Generator().manual_seed(0)],
        output_type="np",
    ).images
    assert np.abs(ours - expected).max() < CLOSE


def test_with_shared_attention_both_take_part(folder, ordinary):
    """The anchor has other noise than its follower: seeing one's own tokens twice changes nothing."""
    pipe = pipeline()
    strategy = make_strategy("ip-adapter+shared-attention", "unet", settings(folder))
    strategy.prepare(pipe)
    anchor = made(pipe, strategy, [member("a", anchor=True)], seed=1)
    assert np.abs(anchor - ordinary[5.0][1:]).max() < CLOSE
    shared = made(pipe, strategy, [member("a")])
    both = made(pipe, strategy, [member("a", drawn(1))])
    assert np.abs(shared - ordinary[5.0][:1]).max() > 5 * CLOSE
    assert np.abs(both - shared).max() > 50 * CLOSE


def test_a_reference_is_framed_on_plain_ground():
    alpha = np.zeros((64, 64), np.uint8)
    alpha[40:60, 50:64] = 255
    picture = drawn(4)
    square = framed(picture, alpha)
    assert square.shape == (22, 22, 3)
    assert np.array_equal(square[1:21, 4:18], picture[40:60, 50:64])
    outside = np.ones((22, 22), bool)
    outside[1:21, 4:18] = False
    assert (square[outside] == GROUND).all()
    assert framed(picture, None) is picture
    assert framed(picture, np.zeros_like(alpha)) is picture


def test_pickled_weights_negative_scales_and_missing_files_are_refused(tmp_path: Path, folder):
    plain = pipeline()
    for options, error, words in (
        ({"adapter_weight": "adapter.bin"}, EngineError, "can run code"),
        ({"adapter_scale": -1.0}, EngineError, "negative"),
        ({"adapter_weight": "../adapter.safetensors"}, EngineError, "leaves the folder"),
        ({"adapter_weight": "other.safetensors"}, ModelError, "no file"),
        ({"adapter_encoder": "elsewhere"}, ModelError, "image encoder"),
        (
            {"adapter": "", "adapter_subfolder": "", "adapter_encoder": ""},
            ModelError,
            "hf download h94/IP-Adapter models/adapter",
        ),
        ({"family": "flux"}, EngineError, "flux"),
    ):
        with pytest.raises(error, match=words):
            make_strategy("ip-adapter", "unet", settings(folder, **options)).prepare(plain)


def test_networks_with_joint_attention_and_unknown_names_are_refused(folder):
    for name in ("ip-adapter", "ip-adapter+shared-attention"):
        with pytest.raises(EngineError, match="U-Nets"):
            make_strategy(name, "joint", settings(folder))
    with pytest.raises(EngineError, match="known: description, ip-adapter"):
        make_strategy("lora", "unet", settings(folder))


def test_an_adapter_is_in_what_a_recipe_needs_in_its_licences_and_in_records(folder, adapted):
    from spotdiff10k.engines.controlnet import Controlnet

    options = {"family": "sdxl-union", "strategy": "ip-adapter"}
    assert Controlnet.weights(options)["h94/IP-Adapter"] == "Apache-2.0"
    assert "h94/IP-Adapter" not in Controlnet.weights({**options, "strategy": "description"})
    needed = {one["name"]: one for one in Controlnet.needed_weights(options)}
    assert needed["h94/IP-Adapter"]["revision"] and not needed["h94/IP-Adapter"]["here"]
    own = {one["name"]: one for one in Controlnet.needed_weights({**settings(folder).options, "strategy": "ip-adapter"})}
    assert own[folder.name]["here"] and own[folder.name]["licence"] == "unknown"
    weights, encoder = (used.facts() for used in adapted[1].weights)
    assert weights["sha256"] == hashlib.sha256((folder / "adapter.safetensors").read_bytes()).hexdigest()
    assert len(encoder["sha256"]) == 64

"""What goes wrong is said in sentences: broken folders, missing packages, memory that runs out, pictures that are none."""

import json
import shutil
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from spotdiff10k.engines.controlnet import Controlnet
from spotdiff10k.engines.controlnet.meter import Meter
from spotdiff10k.errors import EngineError, MissingExtraError, ModelError
from spotdiff10k.types import EngineSettings

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::UserWarning")
PLANS = """
import sys
from spotdiff10k import plan, recipe
from spotdiff10k.commands import models
from spotdiff10k.engines.controlnet.listing import needed_weights
chosen = recipe.load("sd15-controlnet", ["subjects={count: 4, reserve: 0}", "splits={train: 1.0, validation: 0.0, test: 0.0}"])
assert plan.make(chosen).facts.counts["samples"] == 36
print([name for name in ("torch", "diffusers", "transformers", "numba") if name in sys.modules])
"""


def test_planning_imports_no_torch():
    found = subprocess.run([sys.executable, "-c", PLANS], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_a_missing_package_says_which_install_brings_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "diffusers", None)
    for package in ("torch", "transformers", "accelerate"):
        quiet = SimpleNamespace(set_verbosity_error=lambda: None)
        monkeypatch.setitem(sys.modules, package, SimpleNamespace(logging=quiet))
    with pytest.raises(
        MissingExtraError, match=r"'diffusers', which is not installed. Run: pip install 'spotdiff10k\[diffusion\]'"
    ):
        list(Controlnet(EngineSettings(64, ())).generate([]))


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    pytest.importorskip("diffusers")
    import painted

    return shutil.copytree(painted.model_of("sd15"), tmp_path_factory.mktemp("broken") / "model")


def refusal(model):
    import painted

    with pytest.raises(ModelError) as caught:
        list(painted.engine("sd15", model=str(model)).generate([]))
    return str(caught.value)


def test_a_model_folder_that_cannot_be_used_is_named_with_what_is_wrong(broken, tmp_path):
    assert "There is no folder" in refusal(tmp_path / "nowhere")
    assert "it has no model_index.json" in refusal(tmp_path)
    weights = broken / "unet" / "diffusion_pytorch_model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[:1000])
    assert "The weights model cannot be loaded as sd15" in refusal(broken) or "are damaged" in refusal(broken)
    weights.unlink()
    assert "cannot be loaded as sd15" in refusal(broken)
    weights.write_bytes(whole)


def test_weights_that_were_never_fetched_are_named_with_the_command_that_fetches_them(monkeypatch, tmp_path):
    pytest.importorskip("huggingface_hub")
    from spotdiff10k.engines.controlnet.families import family_named
    from spotdiff10k.engines.controlnet.finding import find_weights

    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelError, match=r"hf download nobody/nothing --revision abc"):
        find_weights("nobody/nothing", "abc", family_named("sd15").model)


def test_more_maps_than_networks_are_refused_when_the_model_is_loaded(broken):
    import painted

    with pytest.raises(ModelError, match=r"has 1 ControlNet, and engine\.options\.controls names 2: depth canny"):
        list(painted.engine("sd15", model=str(broken), controls="depth canny").generate([]))


def test_a_controlnet_in_one_file_is_loaded_with_the_sizes_that_the_table_tells(tmp_path):
    diffusers = pytest.importorskip("diffusers")
    import tiny
    from safetensors.torch import save_file

    from spotdiff10k.engines.controlnet.finding import Used
    from spotdiff10k.engines.controlnet.loading import _controlnet

    pipe = tiny.z_image()
    own = {name: value for name, value in pipe.controlnet.state_dict().items() if name.startswith("control")}
    save_file({name: value.clone() for name, value in own.items()}, tmp_path / "union.safetensors")
    sizes = {name: value for name, value in pipe.controlnet.config.items() if not name.startswith("_")}
    file = Used(tmp_path / "union.safetensors", "union", "", "")
    found = _controlnet(diffusers.ZImageControlNetModel, file, {}, sizes).state_dict()
    assert {name for name in found if name.startswith("control")} == set(own)
    assert all(bool((found[name] == own[name]).all()) for name in own)


class Fake:
    """A pipeline that runs out of memory when it is given more than `fits` pictures."""

    def __init__(self, fits, picture=0.5):
        self.fits, self.picture, self.calls, self.texts = fits, picture, [], []
        self.controlnet = self._execution_device = None

    def encode_prompt(self, texts, *rest):
        import torch

        self.texts += texts
        return (torch.zeros(1, 2, 4),)

    def __call__(self, generator, **arguments):
        import torch

        self.calls.append(len(generator))
        if len(generator) > self.fits:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return SimpleNamespace(images=torch.full((len(generator), 3, 64, 64), self.picture))


def painter_of(pipe, meter):
    torch = pytest.importorskip("torch")
    from spotdiff10k.engines.controlnet.attention.strategies import make_strategy
    from spotdiff10k.engines.controlnet.devices import Device
    from spotdiff10k.engines.controlnet.loading import Pipes
    from spotdiff10k.engines.controlnet.options import options_of
    from spotdiff10k.engines.controlnet.painting import Painter

    options = options_of({"batch": 8})
    strategy = make_strategy("description", "unet", EngineSettings(64, ()))
    return Painter(Pipes(pipe, pipe, (), "Fake"), strategy, options, 64, Device("cpu", torch.float32, 0), meter)


def drawings(count):
    from spotdiff10k.engines.controlnet.drawings import POSE, Drawing

    return [Drawing(POSE, place, "a fox", "") for place in range(count)]


def test_when_memory_runs_out_half_as_many_are_painted_at_a_time_and_all_of_them_are():
    pipe, meter = Fake(fits=2), Meter("fake")
    found = painter_of(pipe, meter).paint(drawings(8))
    assert pipe.calls == [8, 4, 2, 2, 2, 2]
    assert [picture.shape for picture in found] == [(64, 64, 3)] * 8
    assert meter.halved_to == 2
    assert "2 at a time since memory ran out" in meter.line()


def test_a_text_is_embedded_once_however_many_pictures_show_it():
    pipe = Fake(fits=8)
    painter = painter_of(pipe, Meter("fake"))
    painter.paint(drawings(8))
    painter.paint(drawings(3))
    assert pipe.texts == ["a fox", ""]


def test_a_text_is_embedded_ahead_on_a_gpu_whose_components_stay_there():
    import torch

    from spotdiff10k.engines.controlnet.devices import Device

    pipe = Fake(fits=8)
    painter = painter_of(pipe, Meter("fake"))
    assert painter.ahead(drawings(1)[0]) is None  # on a CPU
    painter._device = Device("cuda:0", torch.float32, 0)
    painter.ahead(drawings(1)[0])()
    assert pipe.texts == ["a fox"]
    painter.paint(drawings(2))
    assert pipe.texts == ["a fox", ""]


def test_a_picture_that_fits_in_no_memory_ends_the_run_and_says_what_helps():
    pipe = Fake(fits=0)
    with pytest.raises(ModelError, match="cpu_offload"):
        painter_of(pipe, Meter("fake")).paint(drawings(2))
    assert pipe.calls == [2, 1, 1]


def test_a_batch_that_was_filled_up_is_halved_as_it_was_painted():
    pipe, meter = Fake(fits=2), Meter("fake")
    painter = painter_of(pipe, meter)
    painter._compiled = True
    assert len(painter.paint(drawings(1))) == 1
    assert (pipe.calls, meter.halved_to) == ([8, 4, 2], 2)


def test_one_drawing_is_tried_again_when_what_was_freed_is_given_back():
    class Freed(Fake):
        def __call__(self, generator, **arguments):
            self.fits = 8 if self.calls else 0
            return super().__call__(generator, **arguments)

    pipe = Freed(fits=0)
    assert len(painter_of(pipe, Meter("fake")).paint(drawings(1))) == 1
    assert pipe.calls == [1, 1]


def test_the_digest_of_a_model_is_of_what_is_loaded(tmp_path):
    from spotdiff10k.engines.controlnet.finding import digest_of

    parts = {"unet": ["diffusers", "U"], "tokenizer": ["transformers", "T"], "safety_checker": [None, None]}
    files = ("unet/config.json", "unet/model.safetensors", "tokenizer/chat_template.jinja")
    for file in files:
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(file)
    (tmp_path / "model_index.json").write_text(json.dumps(parts))
    before = digest_of(tmp_path)
    (tmp_path / "safety_checker").mkdir()
    for beside in ("whole.safetensors", "unet/model.fp16.safetensors", "unet/model.bin", "safety_checker/model.safetensors"):
        (tmp_path / beside).write_text("not loaded")
    assert digest_of(tmp_path) == before
    for file in files:
        (tmp_path / file).write_text(f"another {file}")
        assert digest_of(tmp_path) != before
        (tmp_path / file).write_text(file)
    assert digest_of(tmp_path) == before


def test_values_that_are_no_numbers_are_no_picture():
    with pytest.raises(EngineError, match="no picture"):
        painter_of(Fake(fits=8, picture=float("nan")), Meter("fake")).paint(drawings(1))


def test_pictures_are_rounded_to_the_nearest_level():
    (picture,) = painter_of(Fake(fits=8, picture=0.5), Meter("fake")).paint(drawings(1))
    assert np.unique(picture).tolist() == [128]

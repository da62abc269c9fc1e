"""What a recipe may choose of the engine controlnet, what is refused and why, and what the families' table says."""

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from spotdiff10k import plan, recipe, registry
from spotdiff10k.commands.main import app
from spotdiff10k.engines.controlnet import fetching, prompts
from spotdiff10k.engines.controlnet.control.kinds import KINDS
from spotdiff10k.engines.controlnet.families import all_families
from spotdiff10k.engines.controlnet.fetching import wanted_by
from spotdiff10k.engines.controlnet.options import OPTIONS, options_of
from spotdiff10k.errors import RecipeError
from spotdiff10k.licences.table import terms_of
from spotdiff10k.run import Run
from spotdiff10k.samples import OPTIONAL_OUTPUTS

SMALL = ("subjects={count: 4, reserve: 0}", "splits={train: 1.0, validation: 0.0, test: 0.0}")


def chosen(*, size: int = 512, more: tuple[str, ...] = (), **options: object) -> recipe.Recipe:
    return recipe.load("tiny", [f"engine={json.dumps({'name': 'controlnet', 'size': size, 'options': options})}", *SMALL, *more])


def test_what_is_left_out_is_the_familys_own() -> None:
    made = options_of(chosen(family="sdxl-union", size=1024).engine.options)
    assert (made.steps, made.guidance, made.control_scale, made.is_guided) == (30, 5.0, 0.8, True)
    made = options_of(chosen(family="z-image", steps=4, guidance=2).engine.options)
    assert (made.steps, made.guidance, made.is_guided) == (4, 2.0, True)
    assert not options_of(chosen(family="flux2-klein").engine.options).is_guided


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"family": "sd16"}, "there is no family 'sd16'; known: sd15"),
        ({"hold": "all"}, "there is no hold 'all'; known: both, subject, none"),
        ({"plates": "bought"}, "there is no plates 'bought'"),
        ({"family": "flux", "strategy": "ip-adapter"}, "there is no strategy of flux 'ip-adapter'"),
        ({"controls": "depths"}, "there is no control 'depths'"),
        ({"controls": ""}, "controls is empty"),
        ({"family": "flux", "controls": "normal"}, "there is no control of flux 'normal'"),
        ({"family": "flux", "controls": "depth canny"}, "flux takes one control at a time"),
        ({"controls": "depth depth"}, "names one twice"),
        ({"steps": 0}, "steps should be between 1 and 1000, or -1"),
        ({"guidance": 90.0}, "guidance should be between 0 and 50"),
        ({"join_strength": 0.0}, "join_strength should be between 0.05 and 1"),
        ({"steps": 1}, "join_strength 0.6 of 1 step is less than one step; it should be at least 1"),
        ({"steps": 8, "join_strength": 0.1}, "is less than one step; it should be at least 0.12"),
        ({"family": "qwen-edit"}, "repaints pictures of 1024 pixels a side"),
        ({"controlnet": "'./my net"}, "close every quote"),
        ({"strategy": "shared-attention", "sharing_keep": False}, "leaves the others of a group nothing to see"),
        ({"strategy": "shared-attention", "sharing_sources": "all"}, "needs a whole group in one batch"),
        ({"strategy": "shared-attention", "sharing_strength": 2.0}, "has to lie between 0 and 1"),
        ({"batch": -1}, "batch should be between 0 and 1024"),
        ({"steps": "many"}, "steps should be an integer"),
        ({"foxes": 1}, "there is no option of controlnet 'foxes'"),
    ],
)
def test_what_cannot_be_is_refused_when_the_recipe_is_read(options: dict[str, object], sentence: str) -> None:
    with pytest.raises(RecipeError) as caught:
        chosen(**options)
    assert sentence in str(caught.value)


def test_sides_have_to_suit_the_family() -> None:
    with pytest.raises(RecipeError, match="multiples of 16, found"):
        chosen(family="flux", size=520)


def test_sides_that_repainting_does_not_keep_are_refused_only_where_something_is_repainted() -> None:
    assert chosen(family="qwen-edit", size=1024).engine.size == 1024
    assert chosen(family="qwen-edit", size=512, hold="none").engine.size == 512
    assert chosen(family="flux2-klein", size=512).engine.size == 512
    with pytest.raises(RecipeError, match=r"up to 1024 pixels a side .* found engine\.size 1040"):
        chosen(family="flux2-klein", size=1040)


def test_steps_have_to_be_left_only_where_a_part_of_the_noise_is_put_back() -> None:
    for options in ({"family": "z-image", "steps": 1}, {"hold": "subject", "steps": 1}, {"hold": "none", "steps": 1}):
        assert chosen(**options).engine.options["steps"] == 1


def test_without_a_plate_nothing_of_the_poses_plain_backdrop_is_left_to_show_through() -> None:
    found = {hold: options_of(chosen(hold=hold, join_strength=0.3).engine.options).strength for hold in ("both", "subject")}
    assert found == {"both": 0.3, "subject": 1.0}


def test_an_editor_is_told_what_to_do_and_not_given_a_bare_caption() -> None:
    group = plan.make(chosen()).group(0)
    options = options_of({"family": "flux2-klein", "hold": "none"})
    for cell in group.cells[:2]:
        words = prompts.of_whole(options, group, cell, follows=True)
        assert words.startswith("Draw the same subject as in the second picture")
        assert group.backgrounds[cell.background_index].description in words
    assert prompts.of_whole(options_of({}), group, group.cells[0], follows=True) == prompts.of_cell(
        options_of({}), group.cells[0]
    )


def test_there_is_a_plate_only_where_backgrounds_are_held() -> None:
    assert chosen().outputs.layers == ("plate",)
    assert chosen(hold="subject").outputs.layers == ()
    with pytest.raises(RecipeError, match="makes no plate layer under these options"):
        chosen(hold="none", more=("outputs.layers=[plate]",))
    with pytest.raises(RecipeError, match="makes no depth layer;"):
        chosen(more=("outputs.layers=[depth]",))


def test_a_folder_is_remembered_by_the_run_and_not_told_by_what_is_sealed(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(
        "name: own\nengine: {name: controlnet, options: {model: ./my-model, controlnet: someone/net}}\n"
        "subjects: {count: 4}\nposes: {levels: 2, count: 2}\nbackgrounds: {levels: 2, count: 2}\n"
        "splits: {train: 1.0, validation: 0.0, test: 0.0}\n"
    )
    made = recipe.load(tmp_path / "own.yaml")
    assert made.engine.options["model"] == str(tmp_path / "my-model")
    assert made.engine.options["controlnet"] == "someone/net"
    run = Run(tmp_path / "run")
    plan.write(plan.make(made), made, run)
    sealed = yaml.safe_load(run.recipe.read_text())["engine"]["options"]
    assert (sealed["model"], sealed["controlnet"]) == ("./my-model", "someone/net")
    assert recipe.read_resolved(run.recipe).engine.options["model"] == str(tmp_path / "my-model")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "own.yaml").write_text((tmp_path / "own.yaml").read_text())
    moved = recipe.load(elsewhere / "own.yaml")
    assert plan.make(moved).facts.fingerprint == plan.make(made).facts.fingerprint


def test_every_path_of_several_words_is_found_from_the_recipe_and_not_told_by_what_is_sealed(tmp_path: Path) -> None:
    options = {
        "controls": "depth canny openpose",
        "controlnet": "hub/repo ./nets/depth './my nets/canny'",
        "annotators": "depth=midas@weights/midas canny=canny",
        "keypoints": "my-poses",
    }
    (tmp_path / "own.yaml").write_text(json.dumps({"name": "own", "engine": {"name": "controlnet", "options": options}}))
    made = recipe.load(tmp_path / "own.yaml", [*SMALL, "poses={levels: 2, count: 2}", "backgrounds={levels: 2, count: 2}"])
    assert options_of(made.engine.options).controlnet == ("hub/repo", f"{tmp_path}/nets/depth", f"{tmp_path}/my nets/canny")
    assert made.engine.options["annotators"] == f"depth=midas@{tmp_path}/weights/midas canny=canny"
    assert made.engine.options["keypoints"] == str(tmp_path / "my-poses")
    run = Run(tmp_path / "run")
    plan.write(plan.make(made), made, run)
    assert str(tmp_path) not in run.recipe.read_text()
    sealed = yaml.safe_load(run.recipe.read_text())["engine"]["options"]
    assert sealed["controlnet"] == "hub/repo ./depth ./canny"
    assert (sealed["annotators"], sealed["keypoints"]) == ("depth=midas@./midas canny=canny", "./my-poses")
    assert recipe.read_resolved(run.recipe).engine.options == made.engine.options


def test_every_family_says_what_it_is_and_under_which_terms() -> None:
    for family in all_families().values():
        assert set(family.controls) <= set(KINDS)
        assert family.steps > 0
        assert family.size % family.multiple == 0
        assert 0 < family.parameters["vae"] < 200
        assert family.model.hub.count("/") == 1
        for licence in family.licences(tuple(family.controls)).values():
            assert terms_of(licence).known, licence
        for weights in (family.model, *family.controls.values()):
            assert weights.revision is None or len(weights.revision) == 40
        assert (family.batch == 1) == family.is_editor


def test_the_licence_gate_hears_which_weights_paint(tmp_path: Path) -> None:
    engine = registry.find("engines", "controlnet")
    flux = engine.weights({**OPTIONS, "family": "flux"})
    assert flux["black-forest-labs/FLUX.1-dev"] == "FLUX-1-dev-Non-Commercial"
    own = engine.weights({**OPTIONS, "model": "/somewhere/mine"})
    assert own == {"mine": "unknown", "lllyasviel/sd-controlnet-depth": "CreativeML-OpenRAIL-M"}  # it has none of its own
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "model_index.json").write_text(json.dumps({"controlnet": ["diffusers", "ControlNetModel"]}))
    assert engine.weights({**OPTIONS, "model": str(tmp_path / "mine")}) == {"mine": "unknown"}
    said = engine.weights({**OPTIONS, "model": "./mine", "controlnet": "a/net", "model_licence": "Apache-2.0"})
    assert said == {"mine": "Apache-2.0", "a/net": "Apache-2.0"}
    assert set(engine.layers) <= set(OPTIONAL_OUTPUTS)


def test_the_licence_gate_hears_which_annotators_look_at_photographs() -> None:
    engine = registry.find("engines", "controlnet")
    options = {**OPTIONS, "controls": "softedge canny", "annotators": "softedge=pidinet"}
    said = {kind: engine.weights(options, kind) for kind in ("photos", "procedural")}
    assert said["photos"] == {**said["procedural"], "annotator pidinet": "LicenseRef-research-only"}
    assert not any(name.startswith("annotator") for name in engine.weights({**options, "control_source": "proxy"}, "photos"))
    (needed,) = (it for it in engine.needed_weights(options, "photos") if it["licence"] == "LicenseRef-research-only")
    assert (needed["name"], needed["here"]) == ("lllyasviel/Annotators", False)


def test_photographs_do_not_go_with_shared_attention_and_that_is_said_when_the_recipe_is_read(tmp_path: Path) -> None:
    photos = ("subjects.source={photos: ./photos}",)
    for strategy in ("shared-attention", "ip-adapter+shared-attention"):
        with pytest.raises(RecipeError, match=r"a photograph cannot be the anchor that .*\.strategy to ip-adapter"):
            chosen(strategy=strategy, more=photos)
    assert chosen(strategy="ip-adapter", more=photos).engine.options["strategy"] == "ip-adapter"


def test_the_list_of_models_says_what_memory_every_family_needs() -> None:
    told = json.loads(CliRunner().invoke(app, ["models", "list", "--json"]).stdout)["families"]
    assert [family["name"] for family in told] == list(all_families())
    assert all(family["peak_gib_offloaded"] < family["peak_gib"] for family in told)
    needs = json.loads(CliRunner().invoke(app, ["models", "needs", "sd15-controlnet", "--json"]).stdout)["weights"]
    assert [need["licence"] for need in needs][:2] == ["CreativeML-OpenRAIL-M"] * 2
    assert [need["bytes"] for need in needs][:2] == [2_132_600_000, 722_600_000]  # not here: as the table counts them


def test_what_a_recipe_needs_is_fetched_by_one_command_and_nothing_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, tuple[str, ...]]] = []
    monkeypatch.setattr(fetching, "_snapshot", lambda one: iter(asked.append((one.weights.hub, one.files)) or ()))
    options = ["controls=canny softedge", "strategy=ip-adapter", "family=sd15"]
    sets = [part for option in options for part in ("--set", f"engine.options.{option}")]
    done = CliRunner().invoke(app, ["models", "fetch", "--recipe", "sd15-controlnet", *sets, "--json"])
    assert done.exit_code == 0, done.output
    hubs = ["stable-diffusion-v1-5/stable-diffusion-v1-5", "lllyasviel/sd-controlnet-canny", "lllyasviel/sd-controlnet-hed"]
    assert [hub for hub, _ in asked] == [*hubs, "h94/IP-Adapter"]
    assert "*.jinja" in asked[0][1]
    assert all("image_encoder" in file or file.endswith("_sd15.safetensors") for file in asked[3][1])
    assert wanted_by({**OPTIONS, "family": "z-image", "controls": "canny"}, "procedural")[1].weights.file
    assert wanted_by({**OPTIONS, "model": "stable-diffusion-v1-5/stable-diffusion-v1-5"}, "procedural")[0].weights.revision
    pinned = wanted_by({**OPTIONS, "controlnet": "someone/net@abc"}, "procedural")[1].weights
    assert (pinned.hub, pinned.revision) == ("someone/net", "abc")
    assert wanted_by({**OPTIONS, "model": "./mine", "controlnet": "./net"}, "procedural") == []
    assert CliRunner().invoke(app, ["models", "fetch"]).exit_code == 2

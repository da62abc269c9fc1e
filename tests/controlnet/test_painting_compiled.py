"""What is compiled and for which shapes: texts of any length have one, and plates run as written where they are few."""

from collections.abc import Callable
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("diffusers")
import painted  # noqa: E402
import tiny  # noqa: E402
from PIL import Image  # noqa: E402

from spotdiff10k.engines.controlnet import painting  # noqa: E402
from spotdiff10k.engines.controlnet.compiling import blocks_of, compile_blocks, plates_are_worth_it  # noqa: E402
from spotdiff10k.engines.controlnet.devices import Device  # noqa: E402
from spotdiff10k.engines.controlnet.drawings import PLATE, POSE, Drawing  # noqa: E402
from spotdiff10k.engines.controlnet.embedding import EMBED, TEXT_TOKENS, Embeddings, pad_texts  # noqa: E402
from spotdiff10k.engines.controlnet.families import MASKED, TEXTS, VARYING, all_families, family_named  # noqa: E402
from spotdiff10k.engines.controlnet.options import options_of  # noqa: E402

torch.set_num_threads(1)
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::UserWarning")
CAPTIONS = ("a fox", "a fox sits in a meadow", "a fox with a white chest sits in a meadow, seen from the left")
GPU = Device("cuda:0", torch.float32, 0)
Texts = Callable[[str], dict[str, Any]]


def shapes(found: Any) -> Any:
    """Of the tensors among a call's arguments, however they are packed."""
    if isinstance(found, torch.Tensor):
        return tuple(found.shape)
    if isinstance(found, dict):
        return tuple((name, shapes(value)) for name, value in sorted(found.items()))
    return tuple(map(shapes, found)) if isinstance(found, list | tuple) else type(found).__name__


def pipeline(family: str, patch: pytest.MonkeyPatch) -> tuple[Any, Texts, dict[str, Any]]:
    """A tiny pipeline, how it is given a text, and the rest of a call."""
    pipe = tiny.BUILDERS[family]()
    pipe.set_progress_bar_config(disable=True)
    options = options_of({"family": family})
    if family in EMBED:
        embeddings = Embeddings(family, pipe, options.family.texts == MASKED)
        texts: Texts = lambda text: embeddings.arguments([text], ["blurry"] if options.is_guided else None)  # noqa: E731
    else:
        painted.small_references(patch)
        pad_texts(pipe)
        texts = lambda text: {"prompt": text, "negative_prompt": "blurry"}  # noqa: E731
    named = "image" if family in ("sd15", "qwen-edit", "flux2-klein") else "control_image"
    sizes = {"height": tiny.SIDE, "width": tiny.SIDE, "num_inference_steps": 1, "output_type": "latent"}
    guidance = {"guidance_scale": options.guidance} if family == "z-image" else {}
    return pipe, texts, {**sizes, **guidance, named: Image.new("RGB", (tiny.SIDE, tiny.SIDE))}


def shapes_of_blocks(pipe: Any, texts: Texts, call: dict[str, Any], captions: tuple[str, ...]) -> set[Any]:
    """What the repeated blocks are called with while a picture of each text is drawn."""
    seen = set()
    hooks = [
        block.register_forward_pre_hook(
            lambda module, positional, named: seen.add((type(module), shapes(positional), shapes(named))), with_kwargs=True
        )
        for block in blocks_of(pipe)
    ]
    for caption in captions:
        pipe(**call, **texts(caption))
    for hook in hooks:
        hook.remove()
    return seen


@pytest.mark.parametrize("family", ["qwen-image", "qwen-edit", "flux"])
def test_blocks_see_the_same_shapes_whatever_the_length_of_a_text(family: str, monkeypatch: pytest.MonkeyPatch) -> None:
    drawing = pipeline(family, monkeypatch)
    one = shapes_of_blocks(*drawing, CAPTIONS[:1])
    assert one
    assert shapes_of_blocks(*drawing, CAPTIONS) == one


def test_where_the_pipeline_takes_no_mask_lengths_differ_and_blocks_are_compiled_for_any(monkeypatch: pytest.MonkeyPatch) -> None:
    """Z-Image places the picture by the length of its text, and padding is looked at."""
    assert [family.name for family in all_families().values() if family.texts == VARYING] == ["z-image"]
    drawing = pipeline("z-image", monkeypatch)
    assert shapes_of_blocks(*drawing, CAPTIONS) > shapes_of_blocks(*drawing, CAPTIONS[:1])
    asked = dynamic_of(drawing[0], "z-image")
    assert asked == {True}


def dynamic_of(pipe: Any, family: str) -> set[bool | None]:
    """What blocks are compiled with."""
    found = set()
    for block in blocks_of(pipe):
        block.compile = lambda dynamic, **_: found.add(dynamic)
    assert compile_blocks(pipe, GPU, options_of({"family": family}))
    return found


def test_blocks_are_compiled_for_one_shape_but_for_editors_which_are_shown_more_or_fewer_pictures() -> None:
    assert {family.texts for family in all_families().values()} == set(TEXTS)
    assert dynamic_of(tiny.sd15(), "sd15") == {False}
    assert dynamic_of(tiny.flux2_klein(), "flux2-klein") == {None}


def test_padding_under_the_mask_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe, padded, call = pipeline("qwen-image", monkeypatch)
    plain = Embeddings("qwen-image", pipe)
    drawn = [
        pipe(**call, **texts, generator=torch.Generator().manual_seed(1)).images
        for texts in (padded(CAPTIONS[0]), plain.arguments([CAPTIONS[0]], ["blurry"]))
    ]
    assert padded(CAPTIONS[0])["prompt_embeds"].shape[1] % TEXT_TOKENS == 0
    assert (drawn[0] - drawn[1]).abs().max() < 1e-5


def test_texts_that_are_read_with_pictures_are_padded_under_a_mask_too(monkeypatch: pytest.MonkeyPatch) -> None:
    assert family_named("qwen-edit").texts == MASKED
    pipe = tiny.qwen_edit()
    painted.small_references(monkeypatch)
    shown = [Image.new("RGB", (56, 56))]
    embeds, mask = pipe.encode_prompt(["a fox"], shown)
    pad_texts(pipe)
    longer, seen = pipe.encode_prompt(["a fox"], shown)
    assert longer.shape[1] % TEXT_TOKENS == 0
    assert torch.equal(longer[:, : embeds.shape[1]], embeds)
    assert int(seen.sum()) == embeds.shape[1] if mask is None else int(mask.sum())


class Stance:
    """Notes how a pipeline is called: as compiled, or as written."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, str]] = []

    def __call__(self, generator: Any, **_: Any) -> Any:
        self.seen.append((len(generator), torch._dynamo.eval_frame._stance.stance))
        return type("Out", (), {"images": torch.zeros(len(generator), 3, 64, 64)})


@pytest.mark.parametrize(("levels", "stance"), [(24, "force_eager"), (2000, "default"), (0, "force_eager")])
def test_plates_run_as_written_unless_they_are_many(levels: int, stance: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert plates_are_worth_it(levels) is (stance == "default")
    painter = painted.engine("sd15", batch=2)._ready().painter
    calls = Stance()
    painter._pipes.draw, painter._compiled, painter._plates = calls, True, levels
    monkeypatch.setattr(painting, "arguments_of", lambda *_: {})
    painter.paint([Drawing(PLATE, 1, "a meadow", "")])
    painter.paint([Drawing(POSE, 2, "a fox", "")])
    assert calls.seen == [(1, stance), (2, "default")]

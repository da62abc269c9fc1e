"""DINOv2, CLIP and SigLIP: tiny random models, saved as the hub has them, through the same loading as the real ones."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

import tiny_models  # noqa: E402

from spotdiff10k.encoders import Encoder, TextEncoder, load_encoder  # noqa: E402
from spotdiff10k.errors import ModelError  # noqa: E402
from spotdiff10k.models import fetch, find_model  # noqa: E402

SIZE, PATCH, WIDTH, LAYERS = 28, 7, 16, 4
WORDS = ("a", "fox", "on", "snow", "cat", "in", "the", "rain")
TEXT_LENGTH = 8
MODELS = {"dinov2": "dinov2-base", "clip": "clip-vit-large-patch14", "siglip": "siglip2-base-patch16-224"}
MEAN, DEVIATION = (0.5, 0.4, 0.3), (0.2, 0.25, 0.3)

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")


@pytest.fixture(autouse=True)
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(7)
    tiny_models.own_store(monkeypatch, tmp_path / "store")
    yield tmp_path
    tiny_models.forget_manifest()
    torch.set_num_threads(before)


def vision() -> dict[str, int]:
    sizes = {"image_size": SIZE, "patch_size": PATCH, "hidden_size": WIDTH, "intermediate_size": 2 * WIDTH}
    return {**sizes, "num_hidden_layers": LAYERS, "num_attention_heads": 2}


def text() -> dict[str, int]:
    sizes = {"vocab_size": len(WORDS) + 4, "hidden_size": WIDTH, "intermediate_size": 2 * WIDTH, "num_hidden_layers": 2}
    ends = {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0}
    return {**sizes, **ends, "num_attention_heads": 2, "max_position_embeddings": TEXT_LENGTH}


def dinov2() -> Any:
    return transformers.Dinov2Model(transformers.Dinov2Config(**vision()))


def clip() -> Any:
    towers = {"vision_config": {**vision(), "projection_dim": 5}, "text_config": {**text(), "projection_dim": 5}}
    return transformers.CLIPModel(transformers.CLIPConfig(**towers, projection_dim=5))


def siglip() -> Any:
    return transformers.SiglipModel(transformers.SiglipConfig(vision_config=vision(), text_config=text()))


BUILDERS: dict[str, Callable[[], Any]] = {"dinov2": dinov2, "clip": clip, "siglip": siglip}


def tokenizer() -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    vocabulary = {word: number for number, word in enumerate(("<pad>", "<s>", "</s>", "<unk>", *WORDS))}
    found = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    found.pre_tokenizer = pre_tokenizers.Whitespace()
    found.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 1), ("</s>", 2)])
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=found, pad_token="<pad>", bos_token="<s>", eos_token="</s>", unk_token="<unk>"
    )


def published(name: str, folder: Path) -> Any:
    """Save a tiny model with all the files that the manifest names for the real one."""
    network = BUILDERS[name]().eval()
    network.save_pretrained(folder)
    tokenizer().save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(json.dumps({"image_mean": MEAN, "image_std": DEVIATION}))
    for file in find_model(MODELS[name]).files:
        if not (folder / file.name).exists():
            (folder / file.name).write_text("{}")
    return network


def loaded(name: str, folder: Path) -> tuple[Any, Encoder]:
    network = published(name, folder / "published")
    fetch.fetch_from(find_model(MODELS[name]), folder / "published", trust_unpinned=True)
    return network, load_encoder(name, input_size=SIZE if name == "dinov2" else 0)


def pictures(count: int) -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (count, SIZE, SIZE, 3), dtype=np.uint8)


def as_input(images: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(((images / 255 - MEAN) / DEVIATION).astype(np.float32)).permute(0, 3, 1, 2)


@pytest.mark.parametrize("name", MODELS)
def test_maps_and_vectors_are_those_of_the_model_itself(name: str, store: Path) -> None:
    network, encoder = loaded(name, store)
    images = pictures(3)
    tower = network if name == "dinov2" else network.vision_model
    first = 0 if name == "siglip" else 1
    with torch.no_grad():
        seen = tower(pixel_values=as_input(images), output_hidden_states=True)
        pooled = network.visual_projection(seen.pooler_output) if name == "clip" else seen.pooler_output
    found = encoder.encode(images)
    side = SIZE // PATCH
    assert [tuple(stage.shape) for stage in found.maps] == [(3, WIDTH, side, side)] * 4
    for depth, stage in enumerate(found.maps, 1):
        tokens = seen.hidden_states[depth][:, first:]
        assert torch.allclose(stage[:, :, 1, 2], tokens[:, side + 2], atol=1e-5)
    assert torch.allclose(found.pooled, pooled, atol=1e-5)
    assert encoder.stages == (PATCH,) * 4


@pytest.mark.parametrize("name", MODELS)
def test_a_picture_gets_the_same_bits_whatever_it_is_batched_with(name: str, store: Path) -> None:
    _, encoder = loaded(name, store)
    images = pictures(5)
    together = encoder.encode(images)
    torch.set_num_threads(2)
    alone = encoder.encode(images[3:4])
    assert torch.get_num_threads() == 2
    assert torch.equal(together.pooled[3:4], alone.pooled)
    assert torch.equal(together.maps[2][3:4], alone.maps[2])
    assert len(encoder.encode(images[:0])) == 0


@pytest.mark.parametrize("name", ["clip", "siglip"])
def test_similarity_is_the_cosine_of_the_models_own_vectors(name: str, store: Path) -> None:
    network, encoder = loaded(name, store)
    assert isinstance(encoder, TextEncoder)
    images, texts = pictures(2), ["a fox on snow", "the cat in the rain"]
    found = encoder.similarity(images, texts)
    cut = tokenizer()(texts, padding="max_length", max_length=TEXT_LENGTH, truncation=True, return_tensors="pt")
    inputs = {"input_ids": cut["input_ids"]} if name == "siglip" else dict(cut)
    inputs.pop("token_type_ids", None)
    with torch.no_grad():
        answer = network(pixel_values=as_input(images), **inputs)
    expected = (answer.image_embeds * answer.text_embeds).sum(1)
    assert found.shape == (2,)
    assert found == pytest.approx(expected.numpy(), abs=1e-5)
    assert abs(found[0] - encoder.similarity(images[:1], texts[1:])[0]) > 1e-4


@pytest.mark.parametrize("name", ["clip", "siglip"])
def test_texts_that_are_too_long_are_cut_off(name: str, store: Path) -> None:
    _, encoder = loaded(name, store)
    assert isinstance(encoder, TextEncoder)
    assert np.isfinite(encoder.similarity(pictures(1), ["a fox on snow in the rain " * 20])).all()


def test_siglip_reads_texts_in_lower_case(store: Path) -> None:
    _, encoder = loaded("siglip", store)
    assert isinstance(encoder, TextEncoder)
    assert encoder.similarity(pictures(1), ["A Fox"]) == encoder.similarity(pictures(1), ["a fox"])


@pytest.mark.parametrize("name", MODELS)
def test_another_input_size_gives_more_patches(name: str, store: Path) -> None:
    loaded(name, store)
    larger = load_encoder(name, input_size=2 * SIZE)
    assert larger.encode(pictures(1)).maps[0].shape == (1, WIDTH, 2 * SIZE // PATCH, 2 * SIZE // PATCH)
    with pytest.raises(ModelError, match=f"multiples of {PATCH} pixels, not 30"):
        load_encoder(name, input_size=30)


def test_pickled_weights_are_not_read(store: Path) -> None:
    published("dinov2", store / "published")
    folder = store / "published"
    torch.save({}, folder / "pytorch_model.bin")
    (folder / "model.safetensors").write_bytes(b"not tensors")
    fetch.fetch_from(find_model("dinov2-base"), folder, trust_unpinned=True)
    with pytest.raises(ModelError, match="cannot be read as a Dinov2Model"):
        load_encoder("dinov2", input_size=SIZE)


def test_weights_that_lack_a_tensor_are_refused_rather_than_made_up(store: Path) -> None:
    safetensors = pytest.importorskip("safetensors.torch")
    published("dinov2", store / "published")
    weights = store / "published" / "model.safetensors"
    state = safetensors.load_file(weights)
    lost = next(name for name in state if name.endswith("norm1.weight"))
    del state[lost]
    safetensors.save_file(state, weights, {"format": "pt"})
    fetch.fetch_from(find_model("dinov2-base"), store / "published", trust_unpinned=True)
    with pytest.raises(ModelError, match=r"lacks 1 tensors of a Dinov2Model, such as .*norm1\.weight"):
        load_encoder("dinov2", input_size=SIZE)


def test_a_folder_that_does_not_say_how_to_normalise_is_refused(store: Path) -> None:
    published("dinov2", store / "published")
    (store / "published" / "preprocessor_config.json").write_text("{}")
    fetch.fetch_from(find_model("dinov2-base"), store / "published", trust_unpinned=True)
    with pytest.raises(ModelError, match="does not say how pictures are normalised"):
        load_encoder("dinov2", input_size=SIZE)

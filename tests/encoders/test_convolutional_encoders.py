"""AugNet and MobileNetV2 against torch's own modules, and with their real weights where those are on this machine."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("safetensors")

import tiny_models  # noqa: E402

from spotdiff10k.encoders import Encoder, encoder_setup, load_encoder  # noqa: E402
from spotdiff10k.errors import ModelError, RecipeError  # noqa: E402
from spotdiff10k.models import find_model, is_stored  # noqa: E402

SIZE = 64
PREFIXES = {"augnet": "module.pre.", "mobilenet_v2": ""}
NETWORKS = {"augnet": tiny_models.ResNet, "mobilenet_v2": tiny_models.MobileNet}
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    tiny_models.own_store(monkeypatch, tmp_path / "store")
    yield tmp_path
    tiny_models.forget_manifest()


def pictures(count: int, size: int = SIZE, seed: int = 0) -> np.ndarray:
    """Coarse noise: fine noise looks all alike to a network that takes means."""
    coarse = np.random.default_rng(seed).integers(0, 256, (count, size // 8, size // 8, 3), dtype=np.uint8)
    return coarse.repeat(8, 1).repeat(8, 2)


def tiny(name: str, folder: Path, size: int = SIZE) -> tuple[torch.nn.Module, Encoder]:
    network = tiny_models.randomised(NETWORKS[name](), seed=3)
    state = {f"{PREFIXES[name]}{key}": value for key, value in network.state_dict().items()}
    tiny_models.keep(name, state, folder / "published")
    return network, load_encoder(name, input_size=size)


def as_input(images: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(((images / 255 - MEAN) / DEVIATION).astype(np.float32)).permute(0, 3, 1, 2)


@pytest.mark.parametrize("name", NETWORKS)
def test_maps_and_vectors_are_those_of_torchs_own_modules(name: str, store: Path) -> None:
    network, encoder = tiny(name, store)
    images = pictures(3)
    with torch.no_grad():
        maps, pooled = network(as_input(images))
    found = encoder.encode(images)
    assert [tuple(stage.shape) for stage in found.maps] == [tuple(stage.shape) for stage in maps]
    for stage, expected in zip(found.maps, maps, strict=True):
        assert torch.allclose(stage, expected, rtol=1e-3, atol=1e-3 * float(expected.abs().max()))
    assert torch.allclose(found.pooled, pooled, rtol=1e-3, atol=1e-3 * float(pooled.abs().max()))
    assert float(pooled.std(0).max()) > 1e-3, "the pictures should not look all alike to it"


@pytest.mark.parametrize("name", NETWORKS)
def test_a_picture_gets_the_same_bits_whatever_it_is_batched_with(name: str, store: Path) -> None:
    _, encoder = tiny(name, store)
    images = pictures(17)
    together = encoder.encode(images)
    for chosen in ([0], [16], [3, 4], [9, 2, 16, 0, 5], list(range(16))):
        alone = encoder.encode(images[chosen])
        assert torch.equal(alone.pooled, together.pooled[chosen])
        assert all(torch.equal(one, all_of[chosen]) for one, all_of in zip(alone.maps, together.maps, strict=True))


@pytest.mark.parametrize("name", NETWORKS)
def test_an_encoder_says_what_it_is(name: str, store: Path) -> None:
    _, encoder = tiny(name, store)
    found = encoder.encode(pictures(2))
    assert isinstance(encoder, Encoder)
    assert encoder.input_size == SIZE
    assert [SIZE // stage.shape[2] for stage in found.maps] == list(encoder.stages)
    assert len(encoder.digest) == 64
    assert encoder_setup(name) == f"{name} v{type(encoder).version} {encoder.digest[:16]}"
    assert encoder_setup(name, 128) != encoder_setup(name)
    assert len(found) == 2
    assert found.nbytes == 4 * sum(tensor.numel() for tensor in (*found.maps, found.pooled))


@pytest.mark.parametrize("name", NETWORKS)
def test_no_pictures_are_no_features(name: str, store: Path) -> None:
    _, encoder = tiny(name, store)
    found = encoder.encode(pictures(0))
    assert len(found) == 0
    assert all(len(stage) == 0 for stage in found.maps)


def test_pictures_of_any_size_are_resized_inside(store: Path) -> None:
    _, encoder = tiny("augnet", store)
    images = pictures(2)
    as_is, larger, other = (
        encoder.encode(images[:1]),
        encoder.encode(images[:1].repeat(3, 1).repeat(3, 2)),
        encoder.encode(images[1:]),
    )
    assert [stage.shape for stage in larger.maps] == [stage.shape for stage in as_is.maps]
    assert float((larger.maps[0] - as_is.maps[0]).abs().mean()) < 0.2 * float((other.maps[0] - as_is.maps[0]).abs().mean())


def test_what_are_no_pictures_is_refused(store: Path) -> None:
    _, encoder = tiny("augnet", store)
    with pytest.raises(ValueError, match="uint8"):
        encoder.encode(np.zeros((1, 8, 8, 3), np.float32))
    with pytest.raises(ValueError, match=r"\(N, H, W, 3\)"):
        encoder.encode(np.zeros((8, 8, 3), np.uint8))


@pytest.mark.parametrize(("name", "other"), [("augnet", "mobilenet_v2"), ("mobilenet_v2", "augnet")])
def test_weights_of_another_network_are_refused_with_the_tensor_that_is_missing(name: str, other: str, store: Path) -> None:
    network = tiny_models.randomised(NETWORKS[other](), seed=1)
    tiny_models.keep(name, network.state_dict(), store / "published")
    with pytest.raises(ModelError, match=r"no tensor '.*weight'; they are of another network"):
        load_encoder(name)


def test_a_missing_encoder_says_what_to_run(store: Path) -> None:
    with pytest.raises(ModelError, match=r"not on this machine\. Run: spotdiff10k models fetch augnet"):
        load_encoder("augnet")
    with pytest.raises(RecipeError, match="Did you mean 'augnet'"):
        load_encoder("augnett")


def test_a_device_that_is_not_there_is_refused(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny("augnet", store)
    with pytest.raises(ModelError, match="no device 'abacus' for the encoder augnet"):
        load_encoder("augnet", "abacus")
    monkeypatch.setenv("SPOTDIFF10K_DEVICE", "cuda:9")
    with pytest.raises(ModelError, match="no device 'cuda:9'"):
        load_encoder("augnet")


def test_an_encoder_is_loaded_once_in_a_process(store: Path) -> None:
    _, encoder = tiny("augnet", store)
    assert load_encoder("augnet", input_size=SIZE) is encoder


GOLDEN = {
    "augnet": (768, (-0.99906, 0.99998, 0.62615, 1.0), (1.58223, 1.68473, 1.6864, 1.33481)),
    "mobilenet_v2": (1280, (0.52779, 1.40907, 0.48514, 0.00688), (1.04313, 1.68121, 1.2933, 0.47607, 0.24061)),
}
"""For `waves()`: length of the picture vector, its first values, and the deviation of each stage's maps. With these weights and
this code photographs of a cat and of a cup were taken for ImageNet's 'Egyptian cat' (0.80) and 'espresso' (0.99)."""


def waves() -> np.ndarray:
    """A picture that any machine draws alike: integers only."""
    y, x = np.mgrid[:224, :224]
    return np.stack([(x * y) // 7 % 256, (3 * x + 5 * y) % 256, (x ^ y) % 256], -1).astype(np.uint8)[None]


@pytest.mark.parametrize("name", GOLDEN)
def test_real_weights_give_the_recorded_vectors(name: str) -> None:
    if not is_stored(find_model(name)):
        pytest.skip(f"the weights are not on this machine; run: spotdiff10k models fetch {name}")
    length, first, deviations = GOLDEN[name]
    found, pair = (load_encoder(name).encode(images) for images in (waves(), np.concatenate([255 - waves(), waves()])))
    assert all(torch.equal(stage, both[1:]) for stage, both in zip(found.maps, pair.maps, strict=True))
    assert torch.equal(found.pooled, pair.pooled[1:])
    assert found.pooled.shape == (1, length)
    assert found.pooled[0, :4].tolist() == pytest.approx(first, abs=2e-4)
    assert [float(stage.std()) for stage in found.maps] == pytest.approx(deviations, rel=1e-4)

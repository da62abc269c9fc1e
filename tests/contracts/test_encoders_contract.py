"""What every registered encoder keeps to; those whose weights are on this machine are looked through as well."""

import inspect
import subprocess
import sys

import numpy as np
import pytest

from spotdiff10k import registry
from spotdiff10k.encoders import Encoder, encoder_setup, load_encoder
from spotdiff10k.models import find_model, is_stored

NAMES = registry.names("encoders")
SIZE = 96


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_it_is_without_its_weights(name: str) -> None:
    kind = registry.find("encoders", name)
    assert isinstance(kind.version, int)
    assert find_model(kind.model).kind == "encoder"
    assert find_model(kind.model).licence == kind.licence
    assert encoder_setup(name).startswith(f"{name} v{kind.version} ")
    assert list(inspect.signature(kind).parameters) == ["device", "input_size"]
    assert kind.__doc__


def test_knowing_them_all_imports_no_network() -> None:
    code = (
        "import sys; from spotdiff10k import registry; from spotdiff10k.encoders import encoder_setup;"
        "[encoder_setup(name) for name in registry.names('encoders')];"
        "sys.exit(any(name in sys.modules for name in ('torch', 'transformers', 'numba')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", NAMES)
def test_features_are_finite_and_depend_on_the_picture_alone(name: str) -> None:
    torch = pytest.importorskip("torch")
    if not is_stored(find_model(registry.find("encoders", name).model)):
        pytest.skip(f"the weights are not on this machine; run: spotdiff10k models fetch {registry.find('encoders', name).model}")
    encoder = load_encoder(name)
    images = np.random.default_rng(2).integers(0, 256, (3, SIZE, SIZE, 3), dtype=np.uint8)
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    together = encoder.encode(images)
    torch.set_num_threads(1)
    alone = encoder.encode(images[1:2])
    torch.set_num_threads(threads)
    assert isinstance(encoder, Encoder)
    assert len(encoder.digest) == 64
    assert [-(-encoder.input_size // stride) for stride in encoder.stages] == [stage.shape[2] for stage in together.maps]
    assert all(torch.isfinite(values).all() for values in (*together.maps, together.pooled))
    assert all(torch.equal(both[1:2], one) for both, one in zip(together.maps, alone.maps, strict=True))
    assert torch.equal(together.pooled[1:2], alone.pooled)
    assert not torch.equal(together.pooled[0], together.pooled[1])

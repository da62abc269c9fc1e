"""Torch pickles become safetensors, once, and nothing but tensors is taken from them."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import fake_packages
import pytest

from spotdiff10k.errors import MissingExtraError, ModelError
from spotdiff10k.models import convert, fetch, find_model, manifest, store, stored

SHAPE = (3, 4)


class Evil:
    """Its pickle asks for a shell command when it is loaded."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("touch evil-was-here",)


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    yield
    manifest.all_models.cache_clear()


def test_tensors_come_out_as_they_went_in_and_twice_the_same_bytes(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    load_file = pytest.importorskip("safetensors.torch").load_file
    state = {"b": torch.arange(12.0).reshape(SHAPE).T, "a": torch.tensor(7), "c": torch.ones(2, dtype=torch.float16)}
    torch.save(state, tmp_path / "net.pth")
    convert.to_safetensors(tmp_path / "net.pth", tmp_path / "one.safetensors")
    convert.to_safetensors(tmp_path / "net.pth", tmp_path / "two.safetensors")
    found = load_file(tmp_path / "one.safetensors")
    assert found.keys() == state.keys()
    assert all(torch.equal(found[name], value) and found[name].dtype == value.dtype for name, value in state.items())
    assert (tmp_path / "one.safetensors").read_bytes() == (tmp_path / "two.safetensors").read_bytes()


def test_code_in_a_pickle_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    monkeypatch.chdir(tmp_path)
    torch.save({"weight": torch.ones(2), "evil": Evil()}, "net.pth")
    with pytest.raises(ModelError, match="nothing else in it is run"):
        convert.to_safetensors(tmp_path / "net.pth", tmp_path / "net.safetensors")
    assert not (tmp_path / "evil-was-here").exists()
    assert not (tmp_path / "net.safetensors").exists()


@pytest.mark.parametrize("content", [[1, 2], {"weight": "text"}, {}])
def test_what_is_no_state_dict_is_refused(content: object, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    torch.save(content, tmp_path / "net.pth")
    with pytest.raises(ModelError, match="should hold tensors by name"):
        convert.to_safetensors(tmp_path / "net.pth", tmp_path / "net.safetensors")


def test_what_is_no_pickle_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    (tmp_path / "net.pth").write_bytes(b"no pickle at all")
    with pytest.raises(ModelError, match="cannot be read as plain tensors"):
        convert.to_safetensors(tmp_path / "net.pth", tmp_path / "net.safetensors")


def test_a_converted_model_is_named_by_the_file_that_was_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    monkeypatch.setenv(store.ENVIRONMENT, str(tmp_path / "store"))
    torch.save({"weight": torch.ones(SHAPE)}, tmp_path / "net.pth")
    published = (tmp_path / "net.pth").read_bytes()
    pins = {"net.pth": {"bytes": len(published), "sha256": hashlib.sha256(published).hexdigest()}}
    fake_packages.use(monkeypatch, {"net": {**fake_packages.entry([{"url": "https://a/net.pth"}], convert=True), "files": pins}})
    fetch.fetch_from(find_model("net"), tmp_path)
    kept = stored("net")
    assert kept.weights.name == "net.safetensors"
    assert kept.digest == hashlib.sha256(published).hexdigest()
    assert not (kept.folder / "net.pth").exists()
    damaged = bytearray(kept.weights.read_bytes())
    damaged[-1] ^= 1
    kept.weights.write_bytes(damaged)
    with pytest.raises(ModelError, match="was changed"):
        stored("net")


def test_without_torch_a_pickle_is_not_even_downloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(convert.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'spotdiff10k\[neural\]'"):
        fetch.fetch(find_model("augnet"))

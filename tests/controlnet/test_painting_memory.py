"""The memory that families need: counted on full-size networks, held by the table, listed, and told in the documentation."""

import importlib
import json
from pathlib import Path
from types import ModuleType

import pytest
from typer.testing import CliRunner

from spotdiff10k.commands.main import app
from spotdiff10k.engines.controlnet.families import all_families, family_named
from spotdiff10k.engines.controlnet.memory import GIB, peak_memory

ROOT = Path(__file__).resolve().parents[2]
ROUNDED_UP = 1.06
"""A number of the table over the counted one, at most."""
PARAMETERS_WITHIN = 0.001


@pytest.fixture(scope="module")
def counter() -> ModuleType:
    pytest.importorskip("torch")
    pytest.importorskip("diffusers")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "benchmarks")
        return importlib.import_module("controlnet_memory")


def test_the_table_holds_what_is_counted_on_the_full_size_networks(counter: ModuleType) -> None:
    family = family_named("sd15")
    for part, said in family.parameters.items():
        assert counter.parameters("sd15", part) == pytest.approx(said, rel=PARAMETERS_WITHIN)
    counted = counter.activations(family)
    for kind, said in family.activations.items():
        assert counted[kind] <= said <= ROUNDED_UP * counted[kind], kind
    assert set(counter.PARTS) == set(all_families())
    assert {name: set(parts) for name, parts in counter.PARTS.items()} == {
        family.name: set(family.parameters) for family in all_families().values()
    }


def test_what_is_alive_is_counted_from_birth_to_death(counter: ModuleType) -> None:
    import torch

    given = counter.empty(1000)
    with counter.counting() as alive:
        one = given + 1
        view = one.view(10, 100).t()
        two = view * 2
        del one, view
        three = two.float()
        del two, three
    assert (alive.now, alive.peak) == (0, 6000)  # the last two: 1000 numbers of 16 bits and 1000 of 32
    with counter.counting() as alive:
        query = counter.empty(1, 2, 64, 8)
        before = alive.peak
        torch.nn.functional.scaled_dot_product_attention(query, query, query)
    assert alive.peak - before == 2 * query.numel()  # no table of scores


def test_every_familys_peak_at_its_own_size_is_listed_as_it_is_computed() -> None:
    listed = json.loads(CliRunner().invoke(app, ["models", "list", "--json"]).stdout)["families"]
    assert {it["name"]: (it["size"], it["peak_gib"]) for it in listed} == {
        family.name: (family.size, round(peak_memory(family, family.size).total / GIB, 1)) for family in all_families().values()
    }


def test_the_documentation_tells_the_same_numbers() -> None:
    text = (ROOT / "docs" / "controlnet.md").read_text()
    for family in all_families().values():
        whole, offloaded = (peak_memory(family, family.size, offloaded=chosen).total / GIB for chosen in (False, True))
        weights = peak_memory(family, family.size).weights / 1e9
        numbers = f"| {weights:.1f} GB | {whole:.1f} GiB | {offloaded:.1f} GiB |"
        assert f"| `{family.name}` | {family.size} | {family.steps} |" in text
        assert numbers in text, (family.name, numbers)

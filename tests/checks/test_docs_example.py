"""The example of docs/add-a-check.md is a real check."""

import re
import sys
import types
from pathlib import Path

import pytest
import toy_runs

from spotdiff10k import registry
from spotdiff10k.limits import read_rules
from spotdiff10k.measures import Check

DOCS = Path(__file__).parents[2] / "docs" / "add-a-check.md"


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> type[Check]:
    """The class in the docs, registered as `exposure`."""
    code = re.search(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.S)
    assert code is not None
    module = types.ModuleType("spotdiff10k.checks.exposure")
    exec(code[1], module.__dict__)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(registry, "_built_in", lambda kind: {"structure", "mask", "exposure"} if kind == "checks" else set())
    found: type[Check] = registry.find("checks", "exposure")
    return found


def test_it_keeps_to_the_protocol_and_measures(example: type[Check]) -> None:
    check = example()
    assert isinstance(check, Check)
    group = toy_runs.some_group()
    measures = check.measure(toy_runs.view(group, toy_runs.finished(group)))
    assert set(measures.samples) == {cell.key for cell in group.cells}
    assert all(0.1 < values["brightness"] < 0.9 for values in measures.samples.values())


@pytest.mark.usefixtures("example")
def test_a_recipe_can_set_its_thresholds() -> None:
    rules = {rule.measure: rule for rule in read_rules({"exposure": {"clipped_max": 0.1, "brightness_min": 0.05}})}
    assert rules["clipped"].fault(0.2)
    assert not rules["clipped"].fault(0.05)
    assert rules["brightness"].fault(0.01)

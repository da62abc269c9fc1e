"""The file's name is the registration."""

from collections.abc import Iterator
from importlib.metadata import EntryPoint

import pytest

from spotdiff10k import registry
from spotdiff10k.errors import RecipeError


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    registry._plugins_on.cache_clear()
    yield
    registry._plugins_on.cache_clear()


def test_built_ins_are_found_by_listing_their_folder() -> None:
    assert "rendered" in registry.names("engines")


def test_an_unknown_name_is_refused_with_the_nearest_known_one() -> None:
    with pytest.raises(RecipeError, match=r"no 'renderd' in engines.*Did you mean 'rendered'"):
        registry.find("engines", "renderd")


def test_find_returns_the_class_with_a_version() -> None:
    assert isinstance(registry.find("engines", "rendered").version, int)


def test_a_plugin_is_found_by_its_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("sketch", "spotdiff10k.engines.rendered", "spotdiff10k.engines")
    monkeypatch.setattr(registry, "entry_points", lambda group: [point] if group == "spotdiff10k.engines" else [])
    assert registry.names("engines") == sorted([*registry._built_in("engines"), "sketch"])
    assert registry.find("engines", "sketch") is registry.find("engines", "rendered")


def test_a_plugin_may_not_take_a_built_ins_name(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("rendered", "somewhere.else", "spotdiff10k.engines")
    monkeypatch.setattr(registry, "entry_points", lambda group: [point])
    with pytest.raises(RecipeError, match="rename the plug-in"):
        registry.names("engines")

"""What was fetched from the hub is locked: the same bytes come again, and others are refused."""

import json
from pathlib import Path

import pytest

pytest.importorskip("huggingface_hub")
from fake_hub import FakeHub

from spotdiff10k.engines.controlnet import fetching, hub_lock
from spotdiff10k.engines.controlnet.families import Weights, all_families
from spotdiff10k.engines.controlnet.fetching import Wanted
from spotdiff10k.engines.controlnet.finding import find_weights
from spotdiff10k.errors import ModelError

HUB = "someone/else"
OLD, NEW = "a" * 40, "b" * 40
UNPINNED = Weights(HUB, None, "MIT")


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeHub:
    found = FakeHub(tmp_path / "cache")
    found.commits[HUB] = [(OLD, {"config.json": b"old", "unet/model.safetensors": b"old weights"})]
    return found.install(monkeypatch)


def fetch(weights: Weights) -> list[str]:
    said: list[str] = []
    fetching.fetch([Wanted(weights)], said.append)
    return said


def forget_digests() -> None:
    """As another process would start: what was read is read again."""
    from spotdiff10k.models import store

    store._sha256_of.cache_clear()


def test_the_first_fetch_locks_the_newest_commit_and_later_ones_take_it_again(hub: FakeHub) -> None:
    said = fetch(UNPINNED)
    assert "locked from now on" in said[-1]
    hub.commits[HUB].append((NEW, {"config.json": b"new", "unet/model.safetensors": b"new weights"}))
    fetch(UNPINNED)
    assert hub.asked == [(HUB, None), (HUB, OLD)]
    used = find_weights(HUB, "", None)
    assert (used.revision, (used.path / "config.json").read_bytes()) == (OLD, b"old")
    assert used.facts()["revision"] == OLD  # what records say


def test_another_machine_with_the_same_lock_gets_the_same_bytes(
    hub: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch(UNPINNED)
    lock = hub_lock.lock_path().read_bytes()
    first = find_weights(HUB, "", None).facts()["sha256"]
    hub.commits[HUB].append((NEW, {"config.json": b"new", "unet/model.safetensors": b"new weights"}))
    other = FakeHub(tmp_path / "elsewhere", hub.commits).install(monkeypatch)
    other.cache.mkdir()
    hub_lock.lock_path().write_bytes(lock)
    fetch(UNPINNED)
    assert find_weights(HUB, "", None).facts()["sha256"] == first
    assert other.asked == [(HUB, OLD)]


def test_a_commit_that_is_named_is_locked_by_its_files_and_not_as_the_newest(hub: FakeHub) -> None:
    fetch(Weights(HUB, OLD, "MIT"))
    document = json.loads(hub_lock.lock_path().read_text())
    assert document["newest"] == {}
    assert set(document["commits"][HUB][OLD]) == {"config.json", "unet/model.safetensors"}
    assert hub_lock.locked_commit(HUB) is None


@pytest.mark.parametrize("name", ["config.json", "unet/model.safetensors"])
def test_a_build_refuses_weights_that_are_not_what_the_lock_says(hub: FakeHub, name: str) -> None:
    fetch(UNPINNED)
    used = find_weights(HUB, "", None)
    hub_lock.refuse_changed(used.path, used.name)
    (used.path / name).resolve().write_bytes(b"something else")
    forget_digests()
    with pytest.raises(ModelError, match=rf"{name} of someone/else at aaaaaaaaaaaa is missing or not what was fetched first"):
        hub_lock.refuse_changed(used.path, used.name)
    (used.path / name).unlink()
    with pytest.raises(ModelError, match="is missing or not"):
        hub_lock.refuse_changed(used.path, used.name)


def test_a_hub_that_gives_other_bytes_for_the_same_commit_is_refused(hub: FakeHub) -> None:
    fetch(UNPINNED)
    link = find_weights(HUB, "", None).path / "config.json"
    link.unlink()
    hub.commits[HUB] = [(OLD, {"config.json": b"rewritten"})]
    with pytest.raises(ModelError, match="not what was fetched first"):
        fetch(UNPINNED)


def test_loading_a_pipeline_looks_at_the_lock_first(hub: FakeHub) -> None:
    pytest.importorskip("diffusers")
    from spotdiff10k.engines.controlnet.devices import Device
    from spotdiff10k.engines.controlnet.loading import load
    from spotdiff10k.engines.controlnet.options import options_of

    hub.commits[HUB] = [(OLD, {"model_index.json": b"{}"})]
    fetch(UNPINNED)
    (find_weights(HUB, "", None).path / "model_index.json").resolve().write_bytes(b'{"unet": null}')
    forget_digests()
    with pytest.raises(ModelError, match=r"model_index\.json of someone/else"):
        load(options_of({"model": HUB, "controlnet": HUB}), Device("cpu", None, 0))


def test_folders_of_ones_own_and_what_was_never_locked_are_taken_as_they_are(hub: FakeHub, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    hub_lock.refuse_changed(tmp_path / "mine", "mine")
    hub.snapshot(HUB)
    used = find_weights(HUB, "", None)
    hub_lock.refuse_changed(used.path, used.name)
    assert used.revision == OLD


def test_a_lock_that_cannot_be_read_is_named(hub: FakeHub) -> None:
    hub.cache.mkdir()
    hub_lock.lock_path().write_text('{"format": 7}')
    with pytest.raises(ModelError, match=r"spotdiff10k-lock\.json cannot be read \(its format is 7, expected 1\)"):
        fetch(UNPINNED)


def test_every_repository_of_the_table_is_pinned() -> None:
    for family in all_families().values():
        for weights in (family.model, *family.controls.values()):
            assert not weights.hub or (weights.revision is not None and len(weights.revision) == 40), weights.hub

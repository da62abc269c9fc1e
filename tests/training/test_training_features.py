"""Features are computed once: by pixels, whatever set they are in; a release is read as a grouped set."""

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import toy_runs

pytest.importorskip("torch")
pytest.importorskip("safetensors")

import torch

from spotdiff10k.data.release import load_release
from spotdiff10k.encoders import Features
from spotdiff10k.samples import pixels_digest
from spotdiff10k.training import features
from spotdiff10k.training.places import WIDEST, project
from spotdiff10k.training.release_set import ReleaseSet
from spotdiff10k.training.surface import GRID, WIDTHS
from spotdiff10k.training.views import View


class Looker:
    """An encoder that is nothing but means over patches, and counts what it is shown."""

    def __init__(self) -> None:
        self.shown = 0

    def encode(self, pictures: np.ndarray) -> Features:
        self.shown += len(pictures)
        x = torch.from_numpy(pictures.astype(np.float32)).permute(0, 3, 1, 2)
        fine, coarse = (torch.nn.functional.adaptive_avg_pool2d(x, size) for size in (28, 7))
        return Features((fine, coarse), x.mean((2, 3)))


@pytest.fixture
def looker(monkeypatch: pytest.MonkeyPatch) -> Looker:
    made = Looker()
    monkeypatch.setattr(features, "load_encoder", lambda _name: made)
    monkeypatch.setattr(features, "encoder_setup", lambda name: f"{name} v1")
    return made


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> ReleaseSet:
    return ReleaseSet(load_release(toy_runs.sealed_run(tmp_path_factory.mktemp("run")).root))


class Some:
    """Some pictures of a set, in an order of their own."""

    def __init__(self, grouped: ReleaseSet, chosen: Sequence[int]) -> None:
        self.name, self.digest = grouped.name, grouped.digest
        self.views: list[View] = [grouped.views[index] for index in chosen]
        self.picture = lambda index: grouped.picture(chosen[index])
        self.mask = lambda index: grouped.mask(chosen[index])
        self.plate = lambda index: grouped.plate(chosen[index])
        self.pixels = lambda index: grouped.pixels(chosen[index])


def test_a_release_is_a_grouped_set(release: ReleaseSet) -> None:
    assert (len(release), len(release.views)) == (20, 20)
    assert {view.split for view in release.views} == {"train", "validation", "test"}
    assert {view.family for view in release.views} <= {"lamp", "vessel"}
    assert len({(view.subject, view.pose, view.background) for view in release.views}) == 20
    picture, mask = release.picture(3), release.mask(3)
    assert picture.shape == (64, 64, 3)
    assert mask is not None
    assert mask.shape == (64, 64)
    assert release.pixels(3) == pixels_digest(picture)


def test_tokens_are_places_with_stages_and_surface(release: ReleaseSet, looker: Looker) -> None:
    found = features.token_set(release, "looker")
    assert found.tokens.shape == (20, GRID * GRID, 3 + 3 + sum(WIDTHS))
    assert found.blocks == (3, 3, *WIDTHS)
    assert found.pooled[4] == pytest.approx(release.picture(4).mean((0, 1)), rel=1e-4)
    fine = found.tokens[4, :, :3].reshape(GRID, GRID, 3)
    assert fine.mean((0, 1)) == pytest.approx(release.picture(4).mean((0, 1)), rel=0.02)
    assert found.inside is not None
    mask = release.mask(4)
    assert mask is not None
    assert found.inside[4].mean() == pytest.approx(mask.mean() / 255, abs=0.02)
    assert (found.inside >= 0).all()
    assert (found.inside <= 1).all()
    assert looker.shown == 20


def test_what_is_on_disk_is_not_looked_at_again_and_is_the_same(release: ReleaseSet, looker: Looker, tmp_path: Path) -> None:
    told: list[int] = []
    first = features.token_set(release, "looker", tmp_path, lambda tally: told.append(tally.made))
    assert (looker.shown, told[-1]) == (20, 20)
    again = features.token_set(release, "looker", tmp_path, lambda tally: told.append(tally.made))
    assert (looker.shown, told[-1]) == (20, 0)
    assert np.array_equal(first.tokens, again.tokens)
    assert np.array_equal(first.pooled, again.pooled)
    assert again.blocks == first.blocks
    held_out = [index for index, view in enumerate(release.views) if view.split == "test"]
    part = features.token_set(Some(release, held_out), "looker", tmp_path)
    assert looker.shown == 20
    assert np.array_equal(part.tokens, first.tokens[held_out])
    for path in tmp_path.rglob("*.safetensors"):
        path.write_bytes(b"damaged")
        break
    assert np.array_equal(features.token_set(release, "looker", tmp_path).tokens, first.tokens)
    assert 20 < looker.shown < 40


def test_a_picture_that_occurs_twice_is_looked_at_once(release: ReleaseSet, looker: Looker) -> None:
    found = features.token_set(Some(release, [0, 1, 1, 8, 0]), "looker")
    assert looker.shown == 3
    assert np.array_equal(found.tokens[0], found.tokens[4])
    assert np.array_equal(found.tokens[1], found.tokens[2])


def test_wide_stages_are_projected_and_keep_distances() -> None:
    maps = torch.from_numpy(np.random.default_rng(1).standard_normal((6, 4 * WIDEST, 2, 2)).astype(np.float32))
    found = project(maps, 1)
    assert found.shape == (6, WIDEST, 2, 2)
    rows, projected = maps.flatten(2)[..., 0], found.flatten(2)[..., 0]
    ratios = torch.pdist(projected) / torch.pdist(rows)
    assert (ratios - 1).abs().max() < 0.25
    assert torch.equal(project(maps[2:3], 1)[0], found[2])
    narrow = SimpleNamespace(maps=maps[:, :8])
    assert project(narrow.maps, 1) is narrow.maps

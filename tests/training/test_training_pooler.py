"""Attention pooling: weights that add up, masks that keep places out, codes of length 1."""

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from spotdiff10k.training.looking_at import MOST_INSIDE, coarser, most_inside, picture_means
from spotdiff10k.training.pooler import AttentionPooler


@pytest.fixture
def pooler() -> AttentionPooler:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        made = AttentionPooler(token_width=6, hidden=8, heads=2, width=5)
        torch.nn.init.normal_(made.score.weight)
    return made


def tokens(*shape: int) -> "torch.Tensor":
    return torch.from_numpy(np.random.default_rng(4).standard_normal(shape).astype(np.float32))


def test_codes_have_length_one_and_weights_add_up_to_one(pooler: AttentionPooler) -> None:
    x = tokens(3, 9, 6)
    assert pooler(x).norm(dim=1).detach().numpy() == pytest.approx(1.0, abs=1e-6)
    weights = pooler.attention(torch.nn.functional.gelu(pooler.enter(x)), None)
    assert weights.sum(1).detach().numpy() == pytest.approx(1.0, abs=1e-6)


def test_places_outside_the_mask_hardly_count_and_without_a_mask_they_do(pooler: AttentionPooler) -> None:
    x, inside = tokens(2, 9, 6), torch.zeros(2, 9)
    inside[:, :4] = 1
    other = x.clone()
    other[:, 4:] = tokens(2, 5, 6).flip(1)
    with torch.no_grad():
        masked = (pooler(x, inside) - pooler(other, inside)).norm(dim=1)
        plain = (pooler(x) - pooler(other)).norm(dim=1)
    assert (masked * 5 < plain).all()
    assert masked.max() < 0.1


def test_a_mask_that_covers_everything_is_no_mask(pooler: AttentionPooler) -> None:
    x = tokens(2, 9, 6)
    with torch.no_grad():
        assert torch.allclose(pooler(x), pooler(x, torch.ones(2, 9)), atol=1e-6)


def test_the_order_of_places_does_not_matter(pooler: AttentionPooler) -> None:
    x = tokens(2, 9, 6)
    with torch.no_grad():
        assert torch.allclose(pooler(x), pooler(x.flip(1)), atol=1e-5)


def test_the_most_covered_places_are_kept_with_their_cover() -> None:
    x, cover = tokens(2, 196, 3), torch.from_numpy(np.random.default_rng(6).random((2, 196)).astype(np.float32))
    kept, inside = most_inside(x, cover)
    assert kept.shape == (2, MOST_INSIDE, 3)
    for picture in range(2):
        best = sorted(range(196), key=lambda place: -float(cover[picture, place]))[:MOST_INSIDE]
        assert torch.equal(kept[picture], x[picture, best])
        assert torch.equal(inside[picture], cover[picture, best])


def test_coarser_places_are_means_of_four_neighbours_and_odd_grids_stay() -> None:
    x = torch.arange(16, dtype=torch.float32)[None, :, None]
    assert coarser(x)[0, :, 0].tolist() == [2.5, 4.5, 10.5, 12.5]
    assert coarser(x[:, :9]).shape == (1, 9, 1)
    assert coarser(x[:, :8]).shape == (1, 8, 1)


def test_means_are_weighted_by_cover() -> None:
    x = torch.tensor([[[1.0], [3.0], [8.0]]])
    assert picture_means(x, torch.tensor([[1.0, 0.5, 0.0]]))[0, 0].item() == pytest.approx(2.5 / 1.5)
    assert picture_means(x, None)[0, 0].item() == pytest.approx(4.0)

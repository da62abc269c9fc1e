"""Masks on the grids of layers, and rotary positions below the picture."""

import numpy as np
import pytest

from spotdiff10k.engines.controlnet.attention.options import IDENTITY_OPTIONS, sharing_of
from spotdiff10k.engines.controlnet.attention.regions import level_of, region_on
from spotdiff10k.engines.controlnet.attention.room import anchor_bytes, groups_with_room
from spotdiff10k.engines.controlnet.attention.sharing import Sharing
from spotdiff10k.errors import EngineError
from spotdiff10k.types import EngineSettings


def test_a_cell_counts_when_the_mask_covers_enough_of_it_whatever_the_sizes():
    rng = np.random.default_rng(0)
    mask = rng.integers(0, 256, (30, 42), np.uint8)
    for grid in ((7, 5), (30, 42), (1, 1), (64, 64)):
        fine = np.kron(mask, np.ones(grid, np.uint8)).astype(float) / 255.0
        share = fine.reshape(grid[0], mask.shape[0], grid[1], mask.shape[1]).mean((1, 3))
        for coverage in (0.25, 0.5):
            expected = share >= coverage
            clear = np.abs(share - coverage) > 1e-9
            assert np.array_equal(region_on(mask, grid, coverage).reshape(grid)[clear], expected[clear])


def test_cells_that_the_mask_does_not_touch_never_count():
    mask = np.zeros((8, 8), np.uint8)
    mask[0, 0] = 1
    assert region_on(mask, (2, 2), 0.0).tolist() == [True, False, False, False]
    assert not region_on(np.zeros((8, 8), np.uint8), (2, 2), 0.0).any()


def test_the_levels_of_a_network_are_found_by_their_tokens_odd_sides_too():
    assert [level_of(tokens, (64, 64)) for tokens in (4096, 1024, 256, 64)] == [(64, 64), (32, 32), (16, 16), (8, 8)]
    assert level_of(33 * 49, (66, 97)) == (33, 49)
    assert level_of(9 * 13, (66, 97)) == (9, 13)
    with pytest.raises(EngineError, match="1000 tokens"):
        level_of(1000, (64, 64))


def test_options_are_checked_where_they_are_read():
    def read(options):
        return sharing_of(EngineSettings(size=64, outputs=(), options=options))

    assert read({}) == read(IDENTITY_OPTIONS) == Sharing()
    assert read({"sharing_strength": 0.5, "sharing_layers": "up_blocks mid"}) == Sharing(
        strength=0.5, layers=("up_blocks", "mid")
    )
    for options, words in (
        ({"sharing_strength": 1.5}, "between 0 and 1"),
        ({"sharing_sources": "some"}, "anchor, all"),
        ({"sharing_device_gib": -1}, "negative"),
    ):
        with pytest.raises(EngineError, match=words):
            read(options)


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_a_key_placed_below_is_the_key_that_the_network_would_have_made_a_picture_further_down():
    torch = pytest.importorskip("torch")
    pytest.importorskip("diffusers")
    from diffusers.models.embeddings import apply_rotary_emb
    from diffusers.models.transformers.transformer_flux import FluxPosEmbed

    from spotdiff10k.engines.controlnet.attention.placing import below

    grid = (5, 7)
    ids = torch.tensor([(0, row, column) for row in range(grid[0]) for column in range(grid[1])], dtype=torch.float32)
    table = FluxPosEmbed(theta=10000, axes_dim=[4, 4, 8])
    here, there = table(ids), table(ids + torch.tensor([0.0, grid[0], 0.0]))
    key = torch.randn(2, 3, len(ids), 16, generator=torch.Generator().manual_seed(0))
    turns = torch.complex(here[0][:, ::2].float(), here[1][:, ::2].float())
    moved = below(apply_rotary_emb(key, here), turns, grid)
    assert (moved - apply_rotary_emb(key, there)).abs().max() < 1e-5
    assert (moved - apply_rotary_emb(key, here)).abs().max() > 0.1

    from diffusers.models.transformers.transformer_z_image import RopeEmbedder

    table = RopeEmbedder(theta=256.0, axes_dims=[8, 4, 4], axes_lens=[64, 64, 64])
    places = ids.int() + torch.tensor([33, 0, 0], dtype=torch.int32)
    here, there = table(places), table(places + torch.tensor([0, grid[0], 0], dtype=torch.int32))

    def turned(turns):
        return torch.view_as_real(torch.view_as_complex(key.unflatten(-1, (-1, 2))) * turns).flatten(3)

    both = here[None].expand(2, -1, -1)
    assert (below(turned(here), both, grid) - turned(there)).abs().max() < 1e-5
    single = below(key[:, :, :7], turns[:7], (1, 7))
    assert torch.equal(single, key[:, :, :7])


def test_room_for_anchors_is_counted_on_the_full_network():
    torch = pytest.importorskip("torch")
    diffusers = pytest.importorskip("diffusers")
    with torch.device("meta"):
        unet = diffusers.UNet2DConditionModel(sample_size=64, cross_attention_dim=768)
    sides = {"down_blocks.0": 64, "down_blocks.1": 32, "down_blocks.2": 16, "mid_block": 8}
    sides |= {"up_blocks.1": 16, "up_blocks.2": 32, "up_blocks.3": 64}
    layers = {name: module for name, module in unet.named_modules() if name.endswith(".attn1")}
    numbers = sum(
        sides[next(block for block in sides if name.startswith(block))] ** 2 * module.inner_dim for name, module in layers.items()
    )
    assert anchor_bytes("sd15", 512, steps=20, halves=2, subject=1.0) == numbers * 20 * 2 * 2 * 2
    assert groups_with_room(Sharing(), "sd15", 512, 20, 2) == 80 * 2**30 // round(0.4 * numbers * 160)
    assert groups_with_room(Sharing(), "qwen-image", 1328, 30, 2) == 1
    assert groups_with_room(Sharing(keep=False), "qwen-image", 1328, 30, 2) is None
    assert anchor_bytes("qwen-edit", 1024, 40, 1) == 0

"""Layers as overlays: what is drawn is what the member says, and damaged members become sentences."""

import io

import numpy as np
import pytest
from PIL import Image
from report_runs import png

from spotdiff10k.errors import DataError
from spotdiff10k.report import layers

SIDE = 32


def ramp():
    return np.tile(np.linspace(0, 255, SIDE).astype(np.uint8), (SIDE, 1))


def over(layer, pixels, side=SIDE):
    return np.asarray(layers.overlay(layer, png(pixels), "sample", side)).astype(int)


def test_a_mask_covers_as_much_as_its_alpha():
    assert (over("mask", ramp())[:, :, 3] == ramp()).all()


def test_a_shadow_is_the_stronger_the_darker_its_layer():
    assert (over("shadow", ramp())[:, :, 3] == 255 - ramp()).all()


def test_depth_is_lightest_where_nearest_and_absent_where_there_is_none():
    depth = np.tile(np.linspace(1000, 60000, SIDE).astype(np.uint16), (SIDE, 1))
    depth[:4] = 0
    drawn = over("depth", depth)
    assert (drawn[:4, :, 3] == 0).all()
    assert (drawn[4:, :, 3] == 255).all()
    brightness = drawn[10, :, :3].sum(axis=1)
    assert (np.diff(brightness) <= 0).all()
    assert brightness[0] > 500 > 150 > brightness[-1]


def test_depth_that_is_nowhere_is_nothing_at_all():
    assert (over("depth", np.zeros((SIDE, SIDE), np.uint16))[:, :, 3] == 0).all()


def test_normals_show_on_the_subject_only():
    normals = np.full((SIDE, SIDE, 3), 128, np.uint8)
    normals[8:16] = (128, 128, 0)
    drawn = over("normal", normals)
    assert (drawn[8:16, :, 3] == 255).all()
    assert drawn[:, :, 3].sum() == 255 * 8 * SIDE


def test_lines_on_black_become_lines_on_nothing_in_their_own_colour():
    lines = np.zeros((SIDE, SIDE, 3), np.uint8)
    lines[5] = (0, 128, 64)
    drawn = over("skeleton", lines)
    assert (drawn[5] == (0, 255, 127, 128)).all()
    assert drawn[:, :, 3].sum() == 128 * SIDE


def test_large_pictures_are_shrunk_and_small_ones_are_left_alone():
    wide = png(np.zeros((100, 400, 3), np.uint8))
    assert layers.picture(wide, "wide", 200).size == (200, 50)
    assert layers.picture(wide, "wide", 1000).size == (400, 100)


def test_layers_by_themselves_are_shown_as_they_are_in_the_sample():
    assert (layers.plain("mask", png(ramp()), "m", SIDE)[:, :, 0] == ramp()).all()
    depth = np.zeros((SIDE, SIDE), np.uint16)
    assert (layers.plain("depth", png(depth), "d", SIDE) == layers.BACKDROP).all()


def test_a_damaged_picture_is_named_in_a_sentence():
    whole = png(np.random.default_rng(0).integers(0, 255, (SIDE, SIDE, 3), np.uint8))
    for broken in (whole[: len(whole) // 2], b"", b"GIF89a" + bytes(40)):
        with pytest.raises(DataError, match=r"g000001-p00-b00.* cannot be shown"):
            layers.picture(broken, "g000001-p00-b00", SIDE)


def test_a_picture_that_claims_an_absurd_size_is_refused_before_it_is_decoded():
    buffer = io.BytesIO()
    Image.new("1", (60000, 9)).save(buffer, "PNG")
    with pytest.raises(DataError, match="60000"):
        layers.picture(buffer.getvalue(), "bomb", SIDE)

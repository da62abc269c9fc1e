"""The quality check on really rendered groups with planted defects, and its parts against what was planted."""

import math
from collections.abc import Callable
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest
import scene_groups as scenes
import toy_runs

from spotdiff10k import registry
from spotdiff10k.checks._blockiness import blockiness
from spotdiff10k.checks._noise import noise
from spotdiff10k.checks._sharpness import detail_kept, outline_sharpness, subject_fineness
from spotdiff10k.checks._tiling import tiling
from spotdiff10k.checks._tones import tones
from spotdiff10k.checks.quality import Quality
from spotdiff10k.errors import RecipeError
from spotdiff10k.limits import read_rules
from spotdiff10k.luma import luma
from spotdiff10k.measures import Measures

CHECK = Quality()
SAMPLES = [(0, 256), (4, 256), (9, 256), (20, 256), (0, 512)]
"""Subjects of four families on eight kinds of backgrounds."""
Edit = Callable[[np.ndarray], np.ndarray]


def measured(ordinal: int, changes: scenes.Changes | None = None, size: int = 256) -> Measures:
    return CHECK.measure(scenes.view(ordinal, changes, size))


def one_picture(ordinal: int, size: int, edit: Edit) -> Measures:
    """What is measured when the first sample's picture is edited."""
    name = scenes.key(ordinal, 0, 0)
    picture = np.ascontiguousarray(edit(scenes.pixels(ordinal, name, "png", size)))
    return measured(ordinal, {name: {"png": scenes.png(picture)}}, size)


def faults(ordinal: int, size: int, edit: Edit) -> set[str]:
    """The measures that refuse an edited picture; no other sample may be refused."""
    found = scenes.refused("quality", one_picture(ordinal, size, edit))
    assert set(found) <= {scenes.key(ordinal, 0, 0)}
    return found.get(scenes.key(ordinal, 0, 0), set())


def stops(picture: np.ndarray, more: float) -> np.ndarray:
    """The picture with 2^more times the light."""
    return np.rint(255 * np.clip((picture / 255) ** 2.2 * 2**more, 0, 1) ** (1 / 2.2)).astype(np.uint8)


def with_noise(picture: np.ndarray, sigma: float) -> np.ndarray:
    noise = np.random.default_rng(5).normal(0, sigma, picture.shape)
    return np.rint(np.clip(picture + noise, 0, 255)).astype(np.uint8)


@pytest.mark.parametrize(("ordinal", "size"), SAMPLES)
def test_a_good_group_passes(ordinal: int, size: int) -> None:
    found = measured(ordinal, size=size)
    assert scenes.refused("quality", found) == {}
    assert set(found.unchecked) == {"aesthetic", "safety"}


@pytest.mark.parametrize("share", [0.004, 0.008, 0.016])
@pytest.mark.parametrize(("ordinal", "size"), SAMPLES)
def test_a_blurred_picture_is_refused(ordinal: int, size: int, share: float) -> None:
    assert "outline" in faults(ordinal, size, lambda picture: scenes.blurred(picture, share * size))


@pytest.mark.parametrize("share", [0.004, 0.008])
@pytest.mark.parametrize(("ordinal", "size"), SAMPLES)
def test_a_subject_that_was_blurred_before_it_was_put_there_is_refused(ordinal: int, size: int, share: float) -> None:
    inside = scenes.pixels(ordinal, scenes.key(ordinal, 0, 0), "mask.png", size)[..., None] / 255

    def edit(picture: np.ndarray) -> np.ndarray:
        return np.rint(scenes.blurred(picture, share * size) * inside + picture * (1 - inside)).astype(np.uint8)

    assert "subject_detail" in faults(ordinal, size, edit)


@pytest.mark.parametrize("sigma", [8.0, 12.0, 16.0])
@pytest.mark.parametrize(("ordinal", "size"), SAMPLES)
def test_a_noisy_picture_is_refused(ordinal: int, size: int, sigma: float) -> None:
    assert {"noise", "added_noise"} <= faults(ordinal, size, lambda picture: with_noise(picture, sigma))


@pytest.mark.parametrize("quality", [50, 30, 15])
@pytest.mark.parametrize(("ordinal", "size"), SAMPLES)
def test_a_picture_squeezed_by_jpeg_is_refused(ordinal: int, size: int, quality: int) -> None:
    assert "blockiness" in faults(ordinal, size, lambda picture: scenes.jpeg(picture, quality))


@pytest.mark.parametrize("more", [-1.5, -0.75, 0.75, 1.5])
@pytest.mark.parametrize(("ordinal", "size"), SAMPLES)
def test_a_picture_of_another_exposure_than_its_plate_is_refused(ordinal: int, size: int, more: float) -> None:
    assert "exposure" in faults(ordinal, size, lambda picture: stops(picture, more))


@pytest.mark.parametrize("share", [0.2, 0.5])
@pytest.mark.parametrize(("ordinal", "size"), SAMPLES)
def test_a_clipped_picture_is_refused(ordinal: int, size: int, share: float) -> None:
    def edit(picture: np.ndarray) -> np.ndarray:
        level = max(1.0, float(np.quantile(picture.min(axis=2), 1 - share)))
        return np.rint(np.clip(picture * (255 / level), 0, 255)).astype(np.uint8)

    assert "clipped" in faults(ordinal, size, edit)


@pytest.mark.parametrize(("ordinal", "size"), SAMPLES)
def test_a_picture_that_was_cut_short_is_refused(ordinal: int, size: int) -> None:
    def edit(picture: np.ndarray) -> np.ndarray:
        return np.concatenate([picture[: size // 2], np.full_like(picture[size // 2 :], 128)])

    assert "blank" in faults(ordinal, size, edit)
    assert {"blank", "contrast"} <= faults(ordinal, size, np.zeros_like)


@pytest.mark.parametrize("tiles", [2, 3, 4])
@pytest.mark.parametrize(("ordinal", "size"), SAMPLES)
def test_a_tiled_picture_is_refused(ordinal: int, size: int, tiles: int) -> None:
    def edit(picture: np.ndarray) -> np.ndarray:
        side = -(-size // tiles)
        small = picture[:: size // side + 1, :: size // side + 1]
        return np.tile(np.resize(small, (side, side, 3)), (tiles, tiles, 1))[:size, :size]

    assert "tiling" in faults(ordinal, size, edit)


def test_without_plates_what_needs_them_is_unchecked_and_the_rest_is_not() -> None:
    good = CHECK.measure(scenes.view(4, outputs=("shadow",)))
    assert set(good.unchecked) == {"detail", "added_noise", "exposure", "blank", "aesthetic", "safety"}
    assert scenes.refused("quality", good) == {}
    name = scenes.key(4, 0, 0)
    soft = scenes.blurred(scenes.pixels(4, name, "png"), 2.0)
    found = CHECK.measure(scenes.view(4, {name: {"png": scenes.png(soft)}}, outputs=("shadow",)))
    assert "outline" in scenes.refused("quality", found)[name]


def test_a_good_group_of_jpeg_pictures_passes() -> None:
    assert scenes.refused("quality", CHECK.measure(scenes.view(0, picture_format="jpg"))) == {}


@pytest.mark.parametrize("sigma", [1.0, 4.0, 12.0])
def test_noise_is_measured_in_grey_levels_whatever_slopes_and_edges_there_are(sigma: float) -> None:
    y, x = np.mgrid[0:256, 0:256]
    scene = 60 + 0.3 * x + 0.1 * y + 40 * (x > 128)
    noisy = np.rint(scene + np.random.default_rng(3).normal(0, sigma, scene.shape)).astype(np.uint8)
    assert noise(noisy, np.zeros_like(noisy)) == pytest.approx(sigma, rel=0.06)


def test_an_outline_is_as_sharp_as_its_blur_allows() -> None:
    """Two pixels at an edge, centred half a pixel from it and one and a half, hold that part of a normal distribution."""
    mask = np.zeros((256, 256), np.uint8)
    mask[60:200, 70:180] = 255
    picture = np.repeat(40 + mask[..., None] // 2, 3, axis=2)
    assert outline_sharpness(picture, mask) == pytest.approx(1.0, abs=0.01)
    for sigma in (1.0, 1.5, 2.0):
        expected = NormalDist(0, sigma).cdf(0.5) - NormalDist(0, sigma).cdf(-1.5)
        assert outline_sharpness(scenes.blurred(picture, sigma), mask) == pytest.approx(expected, abs=0.04)
    assert outline_sharpness(np.full_like(picture, 90), mask) is None


@pytest.mark.parametrize("ordinal", [0, 4, 9, 20])
def test_the_outline_is_as_sharp_where_the_mask_is_a_little_off(ordinal: int) -> None:
    """Masks of segmenters are: two pixels to the side, and as hard as a threshold makes them."""
    name = scenes.key(ordinal, 0, 0)
    picture, mask = scenes.pixels(ordinal, name, "png"), scenes.pixels(ordinal, name, "mask.png")
    off = np.where(np.roll(mask, (2, 2), axis=(0, 1)) >= 128, 255, 0).astype(np.uint8)
    assert Quality.limits["outline"].holds(outline_sharpness(picture, off) or 0.0)
    assert not Quality.limits["outline"].holds(outline_sharpness(scenes.blurred(picture, 1.5), off) or 0.0)


def test_fine_detail_of_a_subject_is_lost_by_blur_and_not_by_darkness() -> None:
    rng = np.random.default_rng(8)
    texture = scenes.blurred(np.repeat(rng.integers(0, 256, (256, 256, 1), np.uint8), 3, axis=2), 0.7)
    mask = np.zeros((256, 256), np.uint8)
    mask[60:200, 60:200] = 255
    sharp, dark, soft = (subject_fineness(luma(one), mask) for one in (texture, texture // 3, scenes.blurred(texture, 1.0)))
    assert dark == pytest.approx(sharp, rel=0.1)
    assert soft < 0.6 * sharp
    assert subject_fineness(luma(texture), np.zeros_like(mask)) == 0.0


def test_the_share_of_detail_that_is_kept_is_one_for_the_plate_itself_and_for_a_plate_without_any() -> None:
    rng = np.random.default_rng(2)
    plate, even = rng.integers(0, 256, (64, 64), np.uint8), np.full((64, 64), 77, np.uint8)
    nowhere = np.zeros_like(plate)
    assert detail_kept(plate, plate, nowhere) == 1.0
    assert detail_kept(even, even, nowhere) == 1.0
    assert detail_kept(even, plate, nowhere) == pytest.approx(0.0, abs=0.01)
    assert detail_kept((plate // 2).astype(np.uint8), plate, nowhere) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("offset", [0, 3, 5])
def test_blocks_are_seen_wherever_their_grid_lies(offset: int) -> None:
    scene = scenes.blurred(scenes.pixels(0, scenes.key(0, 0, 0), "plate.png"), 0.6)
    squeezed = scenes.jpeg(scene, 20)
    assert blockiness(luma(np.ascontiguousarray(squeezed[offset:, offset:]))) > 0.25 > 3 * blockiness(luma(scene))


def test_in_very_small_pictures_blocks_are_not_looked_for_and_that_is_said() -> None:
    group = toy_runs.some_group()
    found = CHECK.measure(toy_runs.view(group, toy_runs.finished(group)))
    assert "too few blocks" in found.unchecked["blockiness"]


def test_tones_are_those_that_were_painted() -> None:
    plate = np.full((64, 64), 100, np.uint8)
    plate[::2, ::2] = 130
    picture = plate.copy()
    picture[:32] = 255
    found = tones(picture, plate, np.zeros_like(plate))
    assert (found.clipped, found.blank) == (0.5, 0.5)
    assert found.contrast == pytest.approx(155 / 255)
    assert tones(picture, picture, np.zeros_like(plate)).clipped == 0.0
    assert tones(picture, picture, np.full_like(plate, 255)).clipped == 0.5
    brighter = tones((plate * 1.5).astype(np.uint8), plate, np.zeros_like(plate)).exposure
    assert brighter == pytest.approx(2.2 * math.log2(1.5), abs=0.02)
    assert tones(plate, None, np.zeros_like(plate)).exposure is None


def test_level_and_upright_patterns_are_no_tiles() -> None:
    y, x = np.mgrid[0:96, 0:96]
    stripes, others = ((127 + 100 * np.sin(x / 96 * 2 * np.pi * count)).astype(np.uint8) for count in (5, 4))
    horizon = np.where(y > 40, 200, 60).astype(np.uint8)
    assert tiling(np.full((96, 96), 9, np.uint8)) == tiling(others[:40, :40]) == 0.0
    assert max(tiling(stripes), tiling(horizon), tiling(horizon.T)) < 0.6
    assert tiling(others // 2 + others.T // 2) > 0.95


class Judge:
    """A scorer that finds bright pictures pleasing, on a scale to ten, and one picture out of all scale."""

    version = 1
    lowest, highest = 0.0, 10.0
    licence = "CC0-1.0"
    digest = "abc"
    beyond = False

    def score(self, pictures: np.ndarray) -> np.ndarray:
        scores = pictures.mean(axis=(1, 2, 3)) / 25.5
        return scores + (131184 if self.beyond else 0)


def judged(monkeypatch: pytest.MonkeyPatch, judge: type[Judge]) -> Measures:
    monkeypatch.setattr(registry, "find", lambda kind, name: {("scorers", "judge"): judge}[kind, name])
    check = Quality(aesthetic="judge")
    monkeypatch.undo()
    assert check.setup == "aesthetic=judge 1 abc"
    return check.measure(scenes.view(4))


def test_a_scorer_gives_shares_of_its_own_scale(monkeypatch: pytest.MonkeyPatch) -> None:
    found = judged(monkeypatch, Judge)
    assert set(found.unchecked) == {"safety"}
    for name, values in found.samples.items():
        assert values["aesthetic"] == pytest.approx(scenes.pixels(4, name, "png").mean() / 255)


def test_a_score_out_of_its_own_scale_is_refused_and_does_not_pass_as_a_high_one(monkeypatch: pytest.MonkeyPatch) -> None:
    class Lost(Judge):
        beyond = True

    found = judged(monkeypatch, Lost)
    rule = next(rule for rule in read_rules({"quality": {"aesthetic_min": 0.35}}) if rule.measure == "aesthetic")
    assert all("cannot be" in rule.fault(values["aesthetic"]) for values in found.samples.values())


def test_no_scorer_is_shipped_and_an_unknown_one_is_a_sentence() -> None:
    assert registry.names("scorers") == []
    with pytest.raises(RecipeError, match="There is no 'laion' in scorers"):
        Quality(aesthetic="laion")


def test_the_scorer_in_the_docs_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    import re

    from spotdiff10k.scorers._protocol import Scorer

    text = (Path(__file__).parents[2] / "docs" / "add-a-scorer.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", text, re.S)
    assert code is not None
    names: dict[str, object] = {}
    exec(code[1], names)
    made = object.__new__(names["OpenNsfw"])  # type: ignore[call-overload]
    made._digest = "0" * 64
    made._run = lambda batch: np.stack([1 - batch[:, 0, 0, 0] * 0 - 0.2, batch[:, 0, 0, 0] * 0 + 0.2], axis=1)
    assert isinstance(made, Scorer)
    scores = made.score(np.zeros((3, 40, 50, 3), np.uint8))
    assert scores.tolist() == pytest.approx([0.8, 0.8, 0.8])

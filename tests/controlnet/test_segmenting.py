"""Cutting subjects out of generated pictures: what belongs to the region, two opinions, and nobody to ask."""

from pathlib import Path

import numpy as np
import pytest
import tiny_segmenters

from spotdiff10k.engines.controlnet import segmenting
from spotdiff10k.engines.controlnet.regions_found import belonging, box_of, informed, inner_points
from spotdiff10k.engines.controlnet.segmenting import REGION, agree, chosen_segmenters, find_subject, opinion, segment
from spotdiff10k.errors import EngineError, ModelError
from spotdiff10k.models.manifest import find_model
from spotdiff10k.models.store import is_stored
from spotdiff10k.segmenters import sam2
from spotdiff10k.types import EngineSettings

SIDE = 120


def disc(x: float, y: float, radius: float) -> np.ndarray:
    rows, columns = np.mgrid[:SIDE, :SIDE]
    distance = np.hypot(rows + 0.5 - y, columns + 0.5 - x)
    return np.clip((radius - distance + 0.5) * 255, 0, 255).astype(np.uint8)


PICTURE = np.zeros((SIDE, SIDE, 3), np.uint8)
REGION_MASK = disc(60, 60, 30)


class Says:
    """A segmenter that always finds the same."""

    version = 1
    model = ""
    licence = "MIT"
    needs_boxes = False
    digest = "0" * 64

    def __init__(self, mask: np.ndarray) -> None:
        self.mask = mask
        self.asked: list[np.ndarray] = []

    def segment(self, pictures: np.ndarray, boxes: np.ndarray | None = None) -> np.ndarray:
        assert boxes is not None
        self.asked.append(boxes)
        return np.repeat(self.mask[None], len(pictures), axis=0)


def inside(alpha: np.ndarray) -> np.ndarray:
    return alpha >= 128


def settings(segmenters: str) -> EngineSettings:
    return EngineSettings(SIDE, (), options={"segmenters": segmenters})


def test_without_a_segmenter_the_region_itself_is_kept_and_said_to_be() -> None:
    found = segment(PICTURE, REGION_MASK, settings("none"))
    assert found.opinions == (REGION,)
    assert found.agreement == 1.0
    assert (inside(found.alpha) == inside(REGION_MASK)).mean() > 0.99
    assert ((found.alpha > 0) & (found.alpha < 255)).sum() > ((REGION_MASK > 0) & (REGION_MASK < 255)).sum()


def test_a_segmenter_is_told_a_box_a_little_larger_than_the_region() -> None:
    says = Says(REGION_MASK)
    agree(PICTURE, REGION_MASK, [says], ["says v1"])
    left, top, right, bottom = says.asked[0][0]
    assert 24 <= left == top < 30
    assert 90 < right == bottom <= 96
    assert box_of(np.zeros((SIDE, SIDE), np.uint8)) == (0, 0, SIDE, SIDE)


def test_points_lie_deep_inside_and_apart() -> None:
    region = np.maximum(disc(40, 60, 20), disc(80, 60, 20))
    points = inner_points(region)
    assert points.shape == (3, 2)
    assert all(region[y, x] == 255 for x, y in points)
    assert min(np.hypot(*(one - other)) for i, one in enumerate(points) for other in points[:i]) > 10
    assert (inner_points(np.zeros((SIDE, SIDE), np.uint8)) == SIDE // 2).all()


def test_what_stands_elsewhere_is_no_part_of_the_subject() -> None:
    subject, other = disc(62, 58, 28), disc(15, 105, 12)
    found = agree(PICTURE, REGION_MASK, [Says(np.maximum(subject, other))], ["says v1"])
    assert not found.cut.alpha[other > 0].any()
    assert (inside(found.cut.alpha) != inside(subject)).mean() < 0.03
    assert found.cut.opinions == ("says v1",)
    assert found.cut.agreement == found.boundary_f == 1.0
    assert 0.7 < found.in_region < 1.0


def test_a_piece_that_reaches_far_beyond_the_region_is_cut_there() -> None:
    beam = np.zeros((SIDE, SIDE), np.uint8)
    beam[55:65] = 255
    kept = belonging(np.maximum(REGION_MASK, beam), REGION_MASK)
    assert kept[60, 60] == 255
    assert not kept[60, :15].any()
    assert not kept[60, -15:].any()


def test_a_piece_that_lies_in_the_region_is_kept_however_small() -> None:
    foot = disc(60, 88, 5)
    body = disc(60, 50, 18)
    kept = belonging(np.maximum(body, foot), REGION_MASK)
    assert inside(kept)[inside(np.maximum(body, foot))].all()


def test_where_a_segmenter_is_unsure_the_region_counts_and_where_it_is_sure_it_does_not() -> None:
    unsure, sure_in, sure_out = (np.full((SIDE, SIDE), value, np.uint8) for value in (110, 250, 3))
    assert informed(unsure, REGION_MASK)[60, 60] > 128 > 110 > informed(unsure, REGION_MASK)[5, 5]
    assert informed(sure_in, REGION_MASK)[5, 5] > 200
    assert informed(sure_out, REGION_MASK)[60, 60] < 30


def test_two_opinions_are_compared_and_an_arm_needs_two_of_three() -> None:
    body = disc(60, 60, 28)
    with_arm = body.copy()
    with_arm[40:46, 60:96] = 255  # the region does not show it
    alone = agree(PICTURE, REGION_MASK, [Says(with_arm), Says(body)], ["one v1", "other v1"])
    both = agree(PICTURE, REGION_MASK, [Says(with_arm), Says(with_arm)], ["one v1", "other v1"])
    assert not inside(alone.cut.alpha)[43, 92]
    assert inside(both.cut.alpha)[43, 92]
    assert alone.cut.agreement < 0.99 < both.cut.agreement == 1.0
    assert alone.boundary_f < both.boundary_f == 1.0
    assert alone.cut.opinions == ("one v1", "other v1")


def test_opinions_that_have_nothing_in_common_are_said_to() -> None:
    found = agree(PICTURE, REGION_MASK, [Says(disc(60, 60, 28)), Says(np.zeros((SIDE, SIDE), np.uint8))], ["one v1", "other v1"])
    assert found.cut.agreement == 0.0
    assert found.boundary_f == 0.0


def test_nothing_found_is_an_empty_cut_out_and_no_error() -> None:
    nothing = np.zeros((SIDE, SIDE), np.uint8)
    for says in (nothing, disc(10, 110, 8)):
        found = agree(PICTURE, REGION_MASK, [Says(says)], ["says v1"])
        assert not found.cut.alpha.any()
        assert found.in_region == 0.0


def test_a_cut_out_is_soft_at_its_outline_alone() -> None:
    blurry = np.clip(disc(60, 60, 28).astype(float) * 0.5 + disc(60, 60, 24) * 0.5, 0, 255).astype(np.uint8)
    alpha = agree(PICTURE, REGION_MASK, [Says(blurry)], ["says v1"]).cut.alpha
    soft = (alpha > 0) & (alpha < 255)
    rows, columns = np.nonzero(soft)
    assert soft.any()
    distance = np.hypot(rows + 0.5 - 60, columns + 0.5 - 60)
    assert distance.max() - distance.min() < 4


@pytest.mark.parametrize(
    ("choice", "told"),
    [("rembgg", "no segmenter 'rembgg'; known are rembg, sam, sam2"), ("rembg sam sam2", "names 3; expected at most 2")],
)
def test_wrong_segmenters_are_sentences(choice: str, told: str) -> None:
    with pytest.raises(EngineError, match=told):
        chosen_segmenters(choice)


def test_auto_takes_those_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert chosen_segmenters("sam2 rembg sam2") == ("sam2", "rembg")
    monkeypatch.setenv("SPOTDIFF10K_MODELS", str(tmp_path))
    assert chosen_segmenters("auto") == ()
    monkeypatch.setattr(segmenting, "is_stored", lambda model: True)
    monkeypatch.setattr(segmenting, "find_spec", lambda name: None if name == "transformers" else object())
    assert chosen_segmenters("auto") == ("rembg", "sam")


def test_a_named_segmenter_without_weights_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("transformers")
    monkeypatch.setenv("SPOTDIFF10K_MODELS", str(tmp_path))
    segmenting.load_segmenter.cache_clear()
    with pytest.raises(ModelError, match="models fetch sam2"):
        segment(PICTURE, REGION_MASK, settings("sam2"))


def test_sam_is_told_box_and_points_of_the_region(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("transformers")
    torch.set_num_threads(1)
    network = sam2.Sam2(weights=tiny_segmenters.save_sam2(tmp_path))
    picture = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3)).astype(np.uint8)
    region = disc(70, 50, 25)
    boxes, points = np.array([box_of(region)]), inner_points(region)[None]
    expected = network.segment_at(picture[None], boxes, points)[0]
    assert (opinion(network, picture, region) == belonging(informed(expected, region), region)).all()
    found = agree(picture, region, [network, Says(region)], ["sam2 v1", "says v1"])
    assert found.cut.alpha.shape == (SIDE, SIDE)
    assert 0.0 <= found.cut.agreement <= 1.0


def test_rembg_finds_a_ball_where_the_region_is() -> None:
    pytest.importorskip("rembg")
    if not is_stored(find_model("u2netp")):
        pytest.skip("u2netp is not in the store")
    rows, columns = np.mgrid[:SIDE, :SIDE]
    lit = np.clip(1.2 - np.hypot(columns - 50, rows - 48) / 60, 0.3, 1)[..., None]
    ball = disc(60, 60, 27)[..., None] / 255
    picture = (ball * lit * (230, 60, 30) + (1 - ball) * (120, 150, 120)).astype(np.uint8)
    found = find_subject(picture, REGION_MASK, settings("rembg"))
    assert found.cut.opinions[0].startswith("rembg v1 309c8469258dda74")
    truth, cut = inside(disc(60, 60, 27)), inside(found.cut.alpha)
    assert (truth & cut).sum() / (truth | cut).sum() > 0.9
    again = find_subject(picture, REGION_MASK, settings("rembg"))
    assert (again.cut.alpha == found.cut.alpha).all()

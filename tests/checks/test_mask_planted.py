"""Masks that were right until somebody touched them, on rendered groups: every severe defect is refused, nothing else is."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace

import cv2
import numpy as np
import pytest
import toy_runs

from spotdiff10k import plan, recipe
from spotdiff10k.checks import mask
from spotdiff10k.checks._extent import extent_of
from spotdiff10k.checks.mask import Mask
from spotdiff10k.committed import GroupView, StoredMember, StoredTar, view_group
from spotdiff10k.engines.rendered import Rendered
from spotdiff10k.limits import read_rules
from spotdiff10k.samples import decode, read_record
from spotdiff10k.tar import group_bytes, read_members
from spotdiff10k.types import EngineSettings, FinishedGroup, FinishedSample, PlannedGroup

Spoil = Callable[[np.ndarray, np.random.Generator], np.ndarray]
RULES = [rule for rule in read_rules({"mask": {}}) if rule.check == "mask"]
LAYERS = ("plate", "shadow", "depth")
SEED = 90210
"""Of subjects that no limit was chosen on."""

Made = tuple[PlannedGroup, EngineSettings, FinishedGroup]


def made(family: str, size: int, picture: str = "png") -> Made:
    changes = [f"subjects.families=[{family}]", "subjects.count=2", "subjects.reserve=0", f"seed={SEED}", "poses.levels=4"]
    chosen = recipe.load("quickstart", [*changes, "poses.count=2", "backgrounds.levels=8", "backgrounds.count=2"])
    group = next(iter(plan.make(chosen).groups(reserve=False)))
    settings = EngineSettings(size=size, outputs=LAYERS, picture_format=picture)
    return group, settings, next(iter(Rendered(settings).generate([group])))


@pytest.fixture(scope="module")
def groups() -> list[Made]:
    return [made("quadruped", 256), made("lamp", 256), made("furniture", 256), made("insect", 512), made("toy", 256, "jpg")]


def viewed(group: PlannedGroup, settings: EngineSettings, finished: FinishedGroup) -> GroupView:
    data = b"".join(group_bytes(finished))
    file = io.BytesIO(data)
    file.name = "group.tar"
    members = tuple(StoredMember(name, at, size, "") for name, at, size in read_members(file))
    return view_group(group, settings, "rendered", [(StoredTar(file.name, len(data), "", members), data)])


def with_masks(finished: FinishedGroup, change: Callable[[int, np.ndarray], np.ndarray]) -> FinishedGroup:
    """Other masks, and records that say the same as they do."""
    samples = []
    for number, sample in enumerate(finished.samples):
        alpha = np.ascontiguousarray(change(number, np.array(decode(sample.members["mask.png"]))))
        facts = {"box": list(extent_of(alpha).box), "mask_area": float(alpha.mean() / 255)}
        record = toy_runs.as_json({**read_record(sample.members["json"]), **facts})
        samples.append(FinishedSample(sample.key, {**sample.members, "mask.png": toy_runs.png(alpha), "json": record}))
    return FinishedGroup(finished.id, tuple(samples))


def faults(view: GroupView) -> Iterator[list[str]]:
    measured = Mask().measure(view)
    for values in measured.samples.values():
        found = [rule.measure for rule in RULES if rule.fault(values.get(rule.measure), measured.unchecked.get(rule.measure, ""))]
        yield found


def side(alpha: np.ndarray) -> float:
    left, top, right, bottom = extent_of(alpha).box
    return float(np.sqrt((right - left) * (bottom - top)))


def ball(radius: float) -> np.ndarray:
    reach = max(1, round(radius))
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))


def shifted(alpha: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    angle = rng.uniform(0, 2 * np.pi)
    x, y = (0.1 * side(alpha) * turn(angle) for turn in (np.cos, np.sin))
    return cv2.warpAffine(alpha, np.array([[1, 0, round(x)], [0, 1, round(y)]], np.float32), alpha.shape[::-1])


def dilated(alpha: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return cv2.dilate(alpha, ball(0.06 * side(alpha)))


def eroded(alpha: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return cv2.erode(alpha, ball(0.06 * side(alpha)))


def ragged(alpha: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    amplitude = 0.04 * side(alpha)
    noise = cv2.GaussianBlur(rng.standard_normal(alpha.shape), (0, 0), max(1.0, 0.6 * amplitude))
    inside = (alpha >= 128).astype(np.uint8)
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, 5) - cv2.distanceTransform(1 - inside, cv2.DIST_L2, 5)
    return np.clip((depth + amplitude * noise / noise.std() + 0.5) * 255, 0, 255).astype(np.uint8)


def with_a_hole(alpha: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    inside = (alpha >= 128).astype(np.uint8)
    y, x = np.unravel_index(cv2.distanceTransform(inside, cv2.DIST_L2, 5).argmax(), alpha.shape)
    radius = int(np.sqrt(0.08 * inside.sum() / np.pi))
    while True:
        pierced = cv2.circle(alpha.copy(), (int(x), int(y)), radius, 0, -1, cv2.LINE_AA)
        if ((pierced < 128) & (inside > 0)).sum() >= 0.08 * inside.sum():
            return pierced
        radius += 1


def without_a_limb(alpha: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Without what sticks out furthest in some direction."""
    angle = rng.uniform(0, 2 * np.pi)
    y, x = np.mgrid[0 : alpha.shape[0], 0 : alpha.shape[1]]
    along = x * np.cos(angle) + y * np.sin(angle)
    return np.where(along > np.quantile(along[alpha >= 128], 0.92), 0, alpha)


def through_jpeg(alpha: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return cv2.imdecode(cv2.imencode(".jpg", alpha, [cv2.IMWRITE_JPEG_QUALITY, 95])[1], cv2.IMREAD_GRAYSCALE)


def above_zero_after_jpeg(alpha: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A published set keeps its masks as JPEG and takes all above 0 as subject: the ringing becomes subject."""
    return np.where(through_jpeg(alpha, rng) > 0, 255, 0)


def thresholded(alpha: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.where(alpha >= 128, 255, 0)


def half_as_fine(alpha: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Made at half the side, enlarged by doubling pixels."""
    return np.repeat(np.repeat(cv2.resize(alpha, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), 2, 0), 2, 1)


def its_box(alpha: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    left, top, right, bottom = extent_of(alpha).box
    return cv2.rectangle(np.zeros_like(alpha), (left, top), (right - 1, bottom - 1), 255, -1)


DEFECTS: list[Spoil] = [shifted, dilated, eroded, ragged, with_a_hole, without_a_limb, through_jpeg, thresholded, its_box]


def test_good_masks_pass(groups: list[Made]) -> None:
    for group in groups:
        assert [found for found in faults(viewed(*group)) if found] == []


@pytest.mark.parametrize("spoil", [*DEFECTS, above_zero_after_jpeg, half_as_fine])
def test_a_severe_defect_is_refused_in_every_sample(groups: list[Made], spoil: Spoil) -> None:
    rng = np.random.default_rng(0)
    for group, settings, finished in groups:
        spoilt = with_masks(finished, lambda _, alpha: spoil(alpha, rng).astype(np.uint8))
        assert all(faults(viewed(group, settings, spoilt)))


@pytest.mark.parametrize("layers", [("depth",), ("plate", "shadow")])
@pytest.mark.parametrize("spoil", DEFECTS)
def test_either_plates_or_depth_suffice(groups: list[Made], spoil: Spoil, layers: tuple[str, ...]) -> None:
    rng = np.random.default_rng(0)
    for group, settings, finished in groups[:4]:
        spoilt = with_masks(finished, lambda _, alpha: spoil(alpha, rng).astype(np.uint8))
        assert all(faults(viewed(group, replace(settings, outputs=layers), spoilt)))


@pytest.mark.parametrize("spoil", [shifted, dilated, eroded, ragged, through_jpeg, thresholded, its_box])
def test_the_picture_alone_tells_most_of_a_wrong_outline(groups: list[Made], spoil: Spoil) -> None:
    rng = np.random.default_rng(0)
    refused: list[bool] = []
    for group, settings, finished in groups[:4]:
        spoilt = with_masks(finished, lambda _, alpha: spoil(alpha, rng).astype(np.uint8))
        refused += [bool(found) for found in faults(viewed(group, replace(settings, outputs=()), spoilt))]
    assert sum(refused) >= 0.9 * len(refused)


@pytest.mark.parametrize("layers", [(), ("depth",), ("plate", "shadow"), ("plate",), LAYERS])
def test_what_a_release_does_not_keep_is_unchecked_with_the_reason(groups: list[Made], layers: tuple[str, ...]) -> None:
    group, settings, finished = groups[0]
    unchecked = Mask().measure(viewed(group, replace(settings, outputs=layers), finished)).unchecked
    without_plate = () if {"plate", "shadow"} <= set(layers) else mask.OF_THE_PLATE
    without_depth = () if "depth" in layers else mask.OF_THE_DEPTH
    assert set(unchecked) == {*without_plate, *without_depth, *mask.OF_A_SEGMENTER}
    if layers == ("plate",):
        assert unchecked["residue_outside"] == "the release has no shadow layer"


def test_the_mask_of_another_pose_is_refused(groups: list[Made]) -> None:
    for group, settings, finished in groups:
        masks = [np.array(decode(sample.members["mask.png"])) for sample in finished.samples]
        swapped = with_masks(finished, lambda number, _: masks[(number + 2) % 4])  # noqa: B023
        assert all(faults(viewed(group, settings, swapped)))


def test_the_residue_of_a_hole_is_its_area(groups: list[Made]) -> None:
    group, settings, finished = groups[0]
    view = viewed(group, settings, with_masks(finished, lambda _, alpha: with_a_hole(alpha, np.random.default_rng(0))))
    for before, (key, values) in zip(
        viewed(group, settings, finished).samples, Mask().measure(view).samples.items(), strict=True
    ):
        assert key == before.key
        whole = int(before.inside.sum())
        rest = next(sample for sample in view.samples if sample.key == key).inside.sum()
        assert values["residue_outside"] == pytest.approx((whole - rest) / rest, rel=0.1)


def test_a_segmenter_is_asked_and_its_mask_compared(groups: list[Made], monkeypatch: pytest.MonkeyPatch) -> None:
    class Shifted:
        """Finds the right mask, eight pixels to the right."""

        def segment(self, pictures: np.ndarray, boxes: np.ndarray) -> np.ndarray:
            assert pictures.shape == (4, 256, 256, 3)
            assert boxes.tolist() == [sample.record["box"] for sample in view.samples]
            return np.stack([np.roll(sample.mask, 8, 1) for sample in view.samples])

    view = viewed(*groups[0])
    monkeypatch.setattr(mask, "load_segmenter", lambda name: Shifted())
    check = Mask(segmenter="rembg")
    measured = check.measure(view)
    assert check.setup.startswith("rembg v1 309c8469")
    assert not measured.unchecked
    for sample in view.samples:
        moved = np.roll(sample.inside, 8, 1)
        expected = (sample.inside & moved).sum() / (sample.inside | moved).sum()
        assert measured.samples[sample.key]["agreement"] == pytest.approx(expected)
        assert 0 < measured.samples[sample.key]["boundary_f"] < 0.9

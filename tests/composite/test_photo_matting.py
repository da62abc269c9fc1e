"""From masks to cut-outs: edges, colours, and what segmenters find."""

from pathlib import Path

import numpy as np
from photo_subjects import U8, take
from PIL import Image

from spotdiff10k.photos.cut_out import read_cut_out
from spotdiff10k.photos.importing import Options
from spotdiff10k.photos.matting import decontaminated, refined


def test_the_background_is_taken_out_of_soft_edges() -> None:
    """On a half-transparent edge between flat colours the foreground is known exactly."""
    x = np.clip((np.arange(80) - 36) / 8.0, 0, 1)
    alpha = np.rint(255 * np.tile(x, (60, 1))).astype(np.uint8)
    share = alpha[..., None] / 255.0
    own, wall = np.array([210.0, 60.0, 30.0]), np.array([10.0, 90.0, 220.0])
    photo = np.rint(own * share + wall * (1 - share)).astype(np.uint8)
    found = decontaminated(photo, alpha)
    edge = (alpha > 25) & (alpha < 255)
    assert np.abs(found[edge].astype(float) - own).max() <= 12
    assert np.abs(photo[edge].astype(float) - own).max() > 100
    assert np.array_equal(found[alpha == 255], photo[alpha == 255])


def test_a_segmenters_mask_loses_specks_pin_holes_and_haze() -> None:
    alpha = np.zeros((200, 200), np.uint8)
    alpha[50:150, 50:150] = 240  # not quite sure
    alpha[90:92, 90:92] = 0  # a pin hole
    alpha[10:14, 10:14] = 255  # a speck
    alpha[160:190, 60:140] = 40  # haze
    found = refined(alpha)
    assert found[91, 91] == found[60, 60] == 255
    assert found[12, 12] == found[175, 100] == 0


class FindsDark:
    """A segmenter as the protocol has it: what is darker than the middle is subject, told coarsely."""

    version, model, licence, needs_boxes, digest = 1, "", "CC0-1.0", False, "0" * 64

    def segment(self, pictures: U8, boxes: object = None) -> U8:
        coarse = np.where(pictures.mean(axis=3) < 128, 255, 0).astype(np.uint8)
        small = [Image.fromarray(one).resize((one.shape[1] // 4, one.shape[0] // 4)) for one in coarse]
        return np.stack([np.asarray(one.resize(pictures.shape[2:0:-1], Image.Resampling.BILINEAR)) for one in small])


def test_a_segmenter_masks_what_brings_no_mask_and_its_edge_is_drawn_anew(tmp_path: Path) -> None:
    folder = tmp_path / "photos" / "disc"
    folder.mkdir(parents=True)
    y, x = np.mgrid[0:300, 0:300]
    disc = np.hypot(x - 150, y - 150) < 100
    Image.fromarray(np.where(disc[..., None], (90, 30, 20), (200, 220, 240)).astype(np.uint8)).save(folder / "a.png")
    options = Options(FindsDark(), "finds dark v1")
    view = take(tmp_path / "photos", tmp_path / "subjects", options).subjects[0].views[0]
    assert view.mask == "finds dark v1"
    cut_out = read_cut_out(tmp_path / "subjects", view)
    soft = (cut_out.alpha > 0) & (cut_out.alpha < 255)
    assert np.count_nonzero(soft) < 2.5 * 2 * np.pi * 100  # about a pixel or two along the outline
    area = cut_out.alpha.sum() / 255
    assert 0.95 < area / (np.pi * 99.2**2) < 1.03
    assert np.abs(cut_out.colours[cut_out.alpha > 30].astype(int) - (90, 30, 20)).max() <= 2  # no sky in its rim

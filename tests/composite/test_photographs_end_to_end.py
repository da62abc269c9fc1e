"""Real photographs, cut out by a real segmenter and judged by every check, from a folder to a verified release and its report.

The photographs come with scikit-image: coffee (Pikolo Espresso Bar, CC0) and the rocket (SpaceX, CC0).
"""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from spotdiff10k import load_release
from spotdiff10k.build import build
from spotdiff10k.models.manifest import find_model
from spotdiff10k.models.store import is_stored
from spotdiff10k.photos.importing import Options
from spotdiff10k.run import Run
from spotdiff10k.verify import verify

RECIPE = """
name: photos
engine: {{name: composite, size: 192}}
subjects: {{count: 2, source: {{photos: {photos}}}}}
poses: {{levels: 1, count: 1}}
backgrounds: {{levels: 4, count: 3, kinds: [meadow, studio]}}
splits: {{train: 1.0, validation: 0.0, test: 0.0}}
repair: {{attempts: 0}}
terms: {{redistribute: true}}
"""
NAMES = ("coffee", "rocket")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    data = pytest.importorskip("skimage.data")
    if not is_stored(find_model("u2netp")):
        pytest.skip("run: spotdiff10k models fetch u2netp, to cut out photographs")
    pytest.importorskip("rembg")
    from photo_subjects import TERMS, take

    from spotdiff10k.segmenters import load_segmenter, segmenter_setup

    here = tmp_path_factory.mktemp("photographs")
    for name in NAMES:
        picture = next(path for path in Path(data.__file__).parent.glob(f"{name}.*") if path.suffix in (".png", ".jpg"))
        (here / "photos" / name).mkdir(parents=True)
        (here / "photos" / name / picture.name).write_bytes(picture.read_bytes())
    take(here / "photos", here / "subjects", Options(load_segmenter("rembg"), segmenter_setup("rembg")), TERMS)
    (here / "photos.yaml").write_text(RECIPE.format(photos=here / "subjects"))
    made = Run(here / "run")
    build(here / "photos.yaml", made, workers=1)
    return made


def test_every_check_accepts_photographs_that_were_cut_out_well(run: Run) -> None:
    release = load_release(run.root)
    assert len(release.groups) == 2
    assert len(release) == 2 * 3


def test_a_subject_is_the_photographed_one_on_every_background(run: Run) -> None:
    for group in load_release(run.root).groups:
        masks = [sample.mask for sample in group]
        assert all(np.array_equal(masks[0], other) for other in masks[1:])
        assert 0.03 < (masks[0] > 127).mean() < 0.6


def test_the_release_verifies_and_is_made_again_to_the_same_bytes(run: Run) -> None:
    assert verify(run.root, rerender=1, workers=1).ok


def test_records_and_release_tell_the_licence_and_the_report_shows_the_pictures(run: Run) -> None:
    record = load_release(run.root).groups[0].samples[0][0].record
    assert (record["licence"], record["licence_subject"], record["engine"]) == ("CC0-1.0", "CC0-1.0", "composite")
    assert json.loads((run.root / "release.json").read_text())["licence"] == "CC0-1.0"
    assert (run.root / "report" / "index.html").is_file()
    with Image.open(run.root.parent / "photos" / "coffee" / "coffee.png") as picture:
        assert picture.size == (600, 400)

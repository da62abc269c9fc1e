"""The pose estimator vitpose: tiny random weights through the real loading path, its own processor, and known peaks."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from spotdiff10k import registry
from spotdiff10k.engines.controlnet.control.annotating import annotate
from spotdiff10k.engines.controlnet.control.kinds import points_of
from spotdiff10k.errors import EngineError, ModelError
from spotdiff10k.models.store import sha256_of
from spotdiff10k.pose_estimators import PoseEstimator, load_pose_estimator
from spotdiff10k.pose_estimators.vitpose import AP10K, COCO, VitPose

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

BOX = (30.0, 20.0, 90.0, 110.0)
PICTURE = np.random.default_rng(0).integers(0, 256, (120, 140, 3)).astype(np.uint8)


def save(folder: Path, experts: int) -> Path:
    backbone = transformers.VitPoseBackboneConfig(
        image_size=(64, 48),
        patch_size=(16, 16),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        mlp_ratio=2,
        num_experts=experts,
        part_features=4 if experts > 1 else 0,
        out_indices=[1],
    )
    torch.manual_seed(0)
    config = transformers.VitPoseConfig(backbone_config=backbone, num_labels=17)
    transformers.VitPoseForPoseEstimation(config).eval().save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    return save(tmp_path_factory.mktemp("vitpose"), 6)


@pytest.fixture(scope="module")
def vitpose(folder: Path) -> VitPose:
    return VitPose(folder)


def test_it_is_found_by_its_name_and_known_by_its_weights(vitpose: VitPose, folder: Path) -> None:
    assert "vitpose" in registry.names("pose_estimators")
    assert registry.find("pose_estimators", "vitpose") is VitPose
    assert isinstance(vitpose, PoseEstimator)
    assert vitpose.digest == sha256_of(folder / "model.safetensors")


@pytest.mark.parametrize("schema", ["openpose18", "ap10k"])
def test_all_keypoints_of_a_schema_are_found(vitpose: VitPose, schema: str) -> None:
    found = vitpose.find(PICTURE, BOX, schema)
    assert set(found) == set(points_of(schema))
    again = vitpose.find(PICTURE, BOX, schema)
    assert found == again
    for point in found.values():  # inside the crop, which is larger than the box
        assert BOX[0] - 40 < point.x < BOX[2] + 40
        assert BOX[1] - 40 < point.y < BOX[3] + 40


def test_a_person_s_neck_is_between_the_shoulders(vitpose: VitPose) -> None:
    found = vitpose.find(PICTURE, BOX, "openpose18")
    left, right = found["left_shoulder"], found["right_shoulder"]
    assert (found["neck"].x, found["neck"].y) == ((left.x + right.x) / 2, (left.y + right.y) / 2)


def test_people_and_animals_are_seen_by_different_experts(vitpose: VitPose) -> None:
    people, animals = (vitpose.find(PICTURE, BOX, schema) for schema in ("openpose18", "ap10k"))
    assert any(people[one].score != animals[other].score for one, other in zip(COCO, AP10K, strict=True))


def test_what_is_moved_is_found_where_it_was_moved(vitpose: VitPose) -> None:
    moved = np.roll(PICTURE, (3, 7), (0, 1))
    here = vitpose.find(PICTURE[:, :120], (40, 30, 80, 90), "ap10k")
    there = vitpose.find(moved[:, 7:127], (40, 33, 80, 93), "ap10k")
    for name, point in here.items():
        assert there[name].x == pytest.approx(point.x, abs=1e-3)
        assert there[name].y == pytest.approx(point.y + 3, abs=1e-3)


def test_it_prepares_pictures_and_reads_heatmaps_as_its_own_processor(vitpose: VitPose) -> None:
    pytest.importorskip("scipy")
    processor = transformers.VitPoseImageProcessorPil(size={"height": 64, "width": 48})
    left, top, right, bottom = BOX
    theirs = [[[left - 0.5, top - 0.5, right - left, bottom - top]]]  # there, pixels' centres are whole numbers
    expected = processor(PICTURE, boxes=theirs, return_tensors="pt")["pixel_values"][0]
    ours = vitpose._input(PICTURE, vitpose._crop(BOX))[0]
    difference = (ours - expected).abs() * 0.229 * 255
    assert float(difference[:, 8:-8, 8:-8].max()) < 1.5
    rows, columns = np.mgrid[:16, :12]
    peaks = np.random.default_rng(1).uniform((3, 3), (12, 8), (17, 2))
    heatmaps = np.exp(-((rows - peaks[:, :1, None]) ** 2 + (columns - peaks[:, 1:, None]) ** 2) / 8).astype(np.float32)
    fake = SimpleNamespace(heatmaps=torch.from_numpy(heatmaps)[None])
    points = processor.post_process_pose_estimation(fake, boxes=theirs)[0][0]["keypoints"].numpy() + 0.5
    vitpose_like = SimpleNamespace(**vars(vitpose))
    vitpose_like._model = lambda **_: fake
    vitpose_like._crop, vitpose_like._input = vitpose._crop, vitpose._input
    found = VitPose.find(vitpose_like, PICTURE, BOX, "ap10k")  # type: ignore[arg-type]
    cell = vitpose._crop(BOX)[2] / 11
    left, top, width, height = vitpose._crop(BOX)
    for number, name in enumerate(AP10K):
        assert abs(found[name].x - points[number, 0]) < 0.35 * cell
        assert abs(found[name].y - points[number, 1]) < 0.35 * cell
        assert found[name].x == pytest.approx(left + peaks[number, 1] / 11 * width, abs=0.02 * cell)
        assert found[name].y == pytest.approx(top + peaks[number, 0] / 15 * height, abs=0.02 * cell)


def test_weights_of_people_alone_know_no_animals(tmp_path: Path) -> None:
    people = VitPose(save(tmp_path, 1))
    assert people.find(PICTURE, BOX, "openpose18")
    with pytest.raises(ValueError, match="know no keypoints of the schema 'ap10k'"):
        people.find(PICTURE, BOX, "ap10k")
    with pytest.raises(EngineError, match="control map ap10k cannot be made"):
        annotate(PICTURE, "ap10k", f"vitpose-animal@{tmp_path}")


def test_a_photograph_s_skeleton_has_the_photograph_s_size_and_names_who_found_it(folder: Path) -> None:
    drawn, made_by = annotate(PICTURE, "openpose", f"vitpose@{folder}", BOX)
    assert drawn.shape == PICTURE.shape
    assert made_by == f"vitpose v1 {sha256_of(folder / 'model.safetensors')[:16]}"


def test_missing_weights_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"needs a folder of weights: name it as ap10k=vitpose-animal@FOLDER"):
        annotate(PICTURE, "ap10k")
    with pytest.raises(ModelError, match=r"has no model.safetensors of ViTPose. Run: hf download"):
        load_pose_estimator("vitpose", tmp_path)

"""People's own textures reach the picture."""

import io
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image

from spotdiff10k.engines.rendered import Rendered
from spotdiff10k.types import BackgroundLevel, EngineSettings, PlannedCell, PlannedGroup, PoseLevel, SubjectLevel

RED, BLUE = (220, 20, 20), (20, 20, 220)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A box whose texture is red on its left half and blue on its right half, mapped across the face towards the viewer."""
    texture = Image.new("RGB", (64, 64), RED)
    texture.paste(BLUE, (32, 0, 64, 64))
    box = trimesh.creation.box((1.0, 1.0, 1.0)).subdivide()
    uv = np.stack([box.vertices[:, 0] + 0.5, box.vertices[:, 1] + 0.5], axis=1)
    material = trimesh.visual.material.PBRMaterial(baseColorTexture=texture, metallicFactor=0.0, roughnessFactor=0.9)
    box.visual = trimesh.visual.TextureVisuals(uv=uv, material=material)
    box.export(tmp_path / "box.glb")
    return tmp_path


def test_each_half_of_a_textured_face_has_its_colour(models: Path) -> None:
    subject = SubjectLevel("s000000", "mesh", 0, "box", "a box", "box.glb")
    pose = PoseLevel("stand-front", "stand", 0.0, "standing still")
    background = BackgroundLevel("studio-00", "studio", 0, "in a studio", 10.0, 30.0)
    cell = PlannedCell("g000000-p00-b00", 0, 0, 0, 0, "", "")
    group = PlannedGroup("g000000", 0, "train", False, subject, (pose,), (background,), (cell,))
    engine = Rendered(EngineSettings(size=128, outputs=(), subjects_folder=str(models)))
    members = next(iter(engine.generate([group]))).samples[0].members
    picture = np.asarray(Image.open(io.BytesIO(members["png"])).convert("RGB")).astype(int)
    mask = np.asarray(Image.open(io.BytesIO(members["mask.png"]))) == 255
    redder = mask & (picture[..., 0] > picture[..., 2] + 40)
    bluer = mask & (picture[..., 2] > picture[..., 0] + 40)
    assert min(redder.sum(), bluer.sum()) > 0.2 * mask.sum()
    columns = np.arange(128)
    red_at, blue_at = (np.average(columns, weights=part.sum(0)) for part in (redder, bluer))
    assert red_at + 10 < blue_at

"""People's own models, made here with trimesh and read back."""

from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image

from spotdiff10k.engines.rendered import materials, mesh_reading
from spotdiff10k.engines.rendered import meshes as own
from spotdiff10k.engines.rendered.posing import extents, pose_subject
from spotdiff10k.errors import EngineError
from spotdiff10k.resources import manifest
from spotdiff10k.types import SubjectLevel


def level(name: str) -> SubjectLevel:
    return SubjectLevel("s000000", "mesh", 0, "thing", "a thing", source=name)


def load(path: Path):
    return own.load_mesh_subject(path, level(path.name))


def four_colours() -> Image.Image:
    """Red top left, green top right, blue bottom left, yellow bottom right."""
    pixels = np.zeros((64, 64, 3), np.uint8)
    pixels[:32, :32], pixels[:32, 32:], pixels[32:, :32], pixels[32:, 32:] = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0)
    return Image.fromarray(pixels)


def solid_volume(model) -> float:
    return trimesh.Trimesh(model.vertices, model.faces, process=False).volume


def atlas_at(model, vertex: int) -> np.ndarray:
    side = len(model.atlas)
    x, y = np.clip((model.uv[vertex] * side).astype(int), 0, side - 1)
    return model.atlas[y, x]


@pytest.fixture
def quad(tmp_path: Path) -> Path:
    """A square that faces +z (the front), textured with four colours, as OBJ with MTL and PNG."""
    four_colours().save(tmp_path / "colours.png")
    (tmp_path / "quad.mtl").write_text("newmtl paint\nKd 1 1 1\nmap_Kd colours.png\n")
    (tmp_path / "quad.obj").write_text(
        "mtllib quad.mtl\nv -1 0 0\nv 1 0 0\nv 1 2 0\nv -1 2 0\nvt 0 0\nvt 1 0\nvt 1 1\nvt 0 1\n"
        "usemtl paint\nf 1/1 2/2 3/3\nf 1/1 3/3 4/4\n"
    )
    return tmp_path / "quad.obj"


def test_a_textured_obj_shows_the_right_colour_at_every_corner(quad):
    model = load(quad)
    assert model.two_sided, "an open square is seen from both sides"
    # The front (+z of the file) becomes +x, its left edge as the camera sees it (-x of the file) becomes -y.
    for corner, colour in (
        ((0, -0.5, 0), (0, 0, 255)),
        ((0, 0.5, 0), (255, 255, 0)),
        ((0, -0.5, 1), (255, 0, 0)),
        ((0, 0.5, 1), (0, 255, 0)),
    ):
        vertex = np.abs(model.vertices - corner).sum(axis=1).argmin()
        assert np.abs(model.vertices[vertex] - corner).max() < 1e-5
        assert np.abs(atlas_at(model, vertex).astype(int) - colour).max() < 40
    assert model.materials[0, materials.TEXTURED] == 1.0
    assert (model.normals[:, 0] > 0.99).all(), "the front faces +x"


def test_a_glb_brings_its_texture_metal_and_roughness(tmp_path):
    box = trimesh.creation.box((1, 2, 3))
    look = trimesh.visual.material.PBRMaterial(
        baseColorTexture=four_colours(), baseColorFactor=[128, 255, 255, 255], metallicFactor=0.75, roughnessFactor=0.25
    )
    box.visual = trimesh.visual.TextureVisuals(uv=np.random.default_rng(0).random((len(box.vertices), 2)), material=look)
    box.export(tmp_path / "box.glb")
    model = load(tmp_path / "box.glb")
    row = model.materials[0]
    assert row[materials.METAL] == pytest.approx(0.75, abs=0.01)
    assert row[materials.ROUGHNESS] == pytest.approx(0.25, abs=0.01)
    assert row[materials.BASE] == pytest.approx(128 / 255, abs=0.01)
    assert not model.two_sided
    assert len(np.unique(model.atlas.reshape(-1, 3), axis=0)) >= 4
    # y-up to z-up, +z to +x: 1 x 2 x 3 becomes 3 deep, 1 wide, 2 high.
    assert np.ptp(model.vertices, axis=0) == pytest.approx((1.0, 1 / 3, 2 / 3), abs=1e-4)


def test_an_inside_out_shell_is_turned_and_a_right_one_left(tmp_path):
    right = trimesh.creation.icosphere(2)
    wrong = trimesh.creation.icosphere(2)
    wrong.apply_translation((3, 0, 0))
    wrong.invert()
    trimesh.Scene([right, wrong]).export(tmp_path / "two.glb")
    model = load(tmp_path / "two.glb")
    expected = 2 * abs(right.volume) / 5.0**3
    assert solid_volume(model) == pytest.approx(expected, rel=1e-3)


def test_single_reversed_faces_are_brought_into_agreement(tmp_path):
    ball = trimesh.creation.icosphere(2)
    faces = ball.faces.copy()
    faces[::7] = faces[::7, ::-1]
    trimesh.Trimesh(ball.vertices, faces, process=False).export(tmp_path / "mixed.obj")
    assert solid_volume(load(tmp_path / "mixed.obj")) == pytest.approx(ball.volume / 8, rel=1e-3)


def test_a_mirrored_part_of_the_scene_graph_still_faces_outward(tmp_path):
    scene = trimesh.Scene()
    scene.add_geometry(trimesh.creation.box((1, 1, 1)), transform=np.diag((-1.0, 2.0, 1.0, 1.0)))
    scene.export(tmp_path / "mirror.glb")
    assert solid_volume(load(tmp_path / "mirror.glb")) > 0


def test_vertex_colours_blend_across_a_triangle(tmp_path):
    ball = trimesh.creation.icosphere(1)
    ball.visual.vertex_colors = [[255, 0, 0, 255] if z > 0 else [0, 0, 255, 255] for z in ball.vertices[:, 1]]
    ball.export(tmp_path / "ball.glb")
    model = load(tmp_path / "ball.glb")
    top, bottom = model.vertices[:, 2].argmax(), model.vertices[:, 2].argmin()
    assert atlas_at(model, top).tolist() == [255, 0, 0]
    assert atlas_at(model, bottom).tolist() == [0, 0, 255]


def test_edges_of_a_box_stay_sharp_and_a_ball_stays_smooth(tmp_path):
    trimesh.creation.box().export(tmp_path / "box.glb")
    trimesh.creation.icosphere(3).export(tmp_path / "ball.glb")
    assert np.abs(load(tmp_path / "box.glb").normals).max(axis=1) == pytest.approx(1.0, abs=1e-6)
    ball = load(tmp_path / "ball.glb")
    radial = ball.vertices - (0, 0, 0.5)
    radial /= np.linalg.norm(radial, axis=1, keepdims=True)
    assert (radial * ball.normals).sum(axis=1).min() > 0.99


def test_a_texture_that_repeats_is_laid_out_as_often(tmp_path, quad):
    text = quad.read_text().replace("vt 1 0", "vt 3 0").replace("vt 1 1", "vt 3 3").replace("vt 0 1", "vt 0 3")
    (tmp_path / "repeat.obj").write_text(text)
    model = load(tmp_path / "repeat.obj")
    middle = model.atlas[len(model.atlas) // 12]
    reds = np.flatnonzero((middle[:, 0] > 200) & (middle[:, 1] < 60))
    assert np.sum(np.diff(reds) > 20) == 2, "three red stripes from left to right"


@pytest.mark.parametrize("articulation", list(own.TILTS))
def test_every_articulation_fits_the_stage_and_stands_on_the_ground(tmp_path, articulation):
    trimesh.creation.capsule(1.0, 0.4).export(tmp_path / "capsule.glb")
    model = load(tmp_path / "capsule.glb")
    height, radius = extents(model, articulation)
    assert height * model.scale <= 1.0 and radius * model.scale <= 0.62
    posed = pose_subject(model, articulation, 35.0)
    assert posed.vertices[:, 2].min() == pytest.approx(0.0, abs=1e-5)
    assert np.isfinite(posed.vertices).all() and np.isfinite(posed.normals).all()


def test_all_articulations_of_the_catalogue_are_there():
    assert list(own.TILTS) == list(manifest("poses")["articulations"])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.glb", b""),
        ("noise.glb", bytes(range(256)) * 8),
        ("short.glb", b"glTF\x02\x00\x00\x00\x20\x00\x00\x00\x08\x00\x00\x00JSON{}"),
        ("words.obj", b"these are words\nand not a model\n"),
        ("numbers.obj", b"v 0 0 0\nv 1 0 0\nv nan 1 0\nf 1 2 3\n"),
        ("broken.gltf", b'{"asset": '),
        ("list.gltf", b"[1, 2]"),
        ("flat.obj", b"v 0 0 0\nv 1 0 0\nv 2 0 0\nf 1 2 3\n"),
    ],
)
def test_a_damaged_file_gives_a_sentence_with_its_name(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(EngineError, match=name):
        load(tmp_path / name)


def test_a_texture_outside_the_folder_is_refused(tmp_path, quad):
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "quad.obj").write_text(quad.read_text())
    (folder / "quad.mtl").write_text("newmtl paint\nmap_Kd ../colours.png\n")
    with pytest.raises(EngineError, match="outside its folder"):
        load(folder / "quad.obj")


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path, quad):
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "quad.obj").symlink_to(quad)
    with pytest.raises(EngineError, match="link"):
        load(folder / "quad.obj")


def test_a_source_with_folders_in_it_is_refused(quad):
    with pytest.raises(EngineError, match="without folders"):
        own.load_mesh_subject(quad, level("../quad.obj"))


def test_too_many_triangles_are_refused(tmp_path, monkeypatch):
    trimesh.creation.icosphere(2).export(tmp_path / "ball.glb")
    monkeypatch.setattr(mesh_reading, "MOST_FACES", 100)
    with pytest.raises(EngineError, match="simplify"):
        load(tmp_path / "ball.glb")


def test_a_file_that_claims_a_billion_vertices_is_refused_before_it_is_believed(tmp_path):
    (tmp_path / "huge.gltf").write_text(
        '{"asset": {"version": "2.0"}, "accessors": [{"count": 1000000000, "componentType": 5126, "type": "VEC3"}]}'
    )
    with pytest.raises(EngineError, match="simplify"):
        load(tmp_path / "huge.gltf")


def test_a_texture_that_claims_too_many_pixels_is_refused_before_it_is_decoded(tmp_path, quad, monkeypatch):
    from spotdiff10k.engines.rendered import mesh_atlas

    monkeypatch.setattr(mesh_atlas, "MOST_PIXELS", 1000)
    with pytest.raises(EngineError, match="64 x 64"):
        load(quad)


def test_the_list_is_sorted_and_says_what_is_wrong(tmp_path, quad):
    (tmp_path / "bad.glb").write_bytes(b"no")
    entries = own.list_mesh_subjects(tmp_path)
    assert [entry.name for entry in entries] == ["bad.glb", "quad.obj"]
    assert "bad.glb" in entries[0].problem and entries[1].problem == ""


def test_the_same_file_gives_the_same_bytes(quad):
    first, second = load(quad), load(quad)
    for name in ("vertices", "normals", "faces", "uv", "atlas", "materials"):
        assert getattr(first, name).tobytes() == getattr(second, name).tobytes()

"""Families of objects: every identity builds, stands on the ground, moves visibly and is wound outward."""

import importlib
from functools import cache

import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from spotdiff10k.engines.rendered.model import STAGE_HEIGHT, STAGE_RADIUS, SubjectModel
from spotdiff10k.engines.rendered.posing import pose_subject
from spotdiff10k.resources import manifest
from spotdiff10k.traits import Colour, catalogue, describe, draw, noun, words

FAMILIES = ("robot", "vehicle", "lamp", "vessel", "plant", "insect", "furniture", "toy")
ARTICULATIONS = tuple(manifest("poses")["articulations"])
MOST_TRIANGLES = 40_000
VISIBLE_METRES = 0.03
"""Mean way of a vertex between two articulations that a picture shows."""
SEEDS = st.integers(0, 2**40)


@cache
def built(family: str, identity: int) -> SubjectModel:
    module = importlib.import_module(f"spotdiff10k.engines.rendered.families.{family}")
    return module.build(draw(catalogue("subjects")[family], identity), identity)


def first_strata(family: str) -> range:
    """One identity of each kind: kinds are the first stratum trait."""
    spec = catalogue("subjects")[family]
    kinds = next(trait for trait in spec.traits if trait.stratum)
    return range(len(kinds.options))


EVERY_KIND = [(family, identity) for family in FAMILIES for identity in first_strata(family)]


@pytest.mark.parametrize(("family", "identity"), EVERY_KIND)
def test_every_kind_is_finite_whole_and_has_all_articulations(family, identity):
    model = built(family, identity)
    assert set(model.articulations) == set(ARTICULATIONS)
    assert 2_000 < len(model.faces) < MOST_TRIANGLES
    for name in ("vertices", "normals", "fields", "skin_weights", "materials", "keypoint_rest"):
        assert np.isfinite(getattr(model, name)).all(), name
    assert np.linalg.norm(model.normals, axis=1) == pytest.approx(1.0, abs=1e-3)
    assert model.skin_weights.sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    assert model.faces.max() < len(model.vertices)
    assert model.face_material.max() < len(model.materials)
    assert model.materials[:, :12].min() >= 0.0
    assert len(model.keypoint_names) == len(set(model.keypoint_names)) == len(model.keypoint_rest) > 0
    used = {bone for pose in model.articulations.values() for bone in pose.angles}
    assert used & set(model.skeleton.names)


@pytest.mark.parametrize(("family", "identity"), EVERY_KIND)
def test_every_articulation_fits_the_stage_and_touches_the_ground(family, identity):
    model = built(family, identity)
    for articulation in ARTICULATIONS:
        posed = pose_subject(model, articulation, 35.0)
        assert np.isfinite(posed.vertices).all()
        assert posed.vertices[:, 2].min() == pytest.approx(0.0, abs=1e-4)
        assert posed.vertices[:, 2].max() <= STAGE_HEIGHT
        assert np.hypot(posed.vertices[:, 0], posed.vertices[:, 1]).max() <= STAGE_RADIUS


@pytest.mark.parametrize(("family", "identity"), EVERY_KIND)
def test_every_two_articulations_differ_visibly(family, identity):
    model = built(family, identity)
    shapes = {name: pose_subject(model, name, 0.0).vertices for name in ARTICULATIONS}
    for i, first in enumerate(ARTICULATIONS):
        for second in ARTICULATIONS[i + 1 :]:
            way = np.linalg.norm(shapes[first] - shapes[second], axis=1)
            assert np.percentile(way, 98) > VISIBLE_METRES, f"{first} looks like {second}"
            assert way.mean() > 0.004, f"{first} looks like {second}"


@pytest.mark.parametrize(("family", "identity"), EVERY_KIND)
def test_closed_parts_are_wound_outward(family, identity):
    """Welded by position, each connected shell encloses a positive volume: independent of how it was made."""
    model = built(family, identity)
    mesh = trimesh.Trimesh(model.vertices.astype(np.float64), model.faces, process=False)
    faces_each = np.diff(np.flatnonzero(np.diff(model.face_material, prepend=-1, append=-1)))
    start = 0
    for count in faces_each:
        part = mesh.submesh([np.arange(start, start + count)], append=True, repair=False)
        part.merge_vertices(merge_tex=True, merge_norm=True)
        assert part.volume > 0
        start += count


@pytest.mark.parametrize(("family", "identity"), EVERY_KIND)
def test_normals_point_to_the_side_the_faces_are_wound_to(family, identity):
    model = built(family, identity)
    a, b, c = (model.vertices[model.faces[:, corner]].astype(np.float64) for corner in range(3))
    face = np.cross(b - a, c - a)
    area = np.linalg.norm(face, axis=1)
    facing = (face * model.normals[model.faces].mean(axis=1)).sum(axis=1) / np.maximum(area, 1e-12)
    assert (area[facing < 0.0]).sum() < 0.01 * area.sum()


@pytest.mark.parametrize("family", FAMILIES)
@given(identity=SEEDS)
@settings(max_examples=6, deadline=None)
def test_any_identity_builds(family, identity):
    model = built.__wrapped__(family, identity)
    assert np.isfinite(model.vertices).all()
    assert 0.2 < model.scale < 5.0


@pytest.mark.parametrize("family", FAMILIES)
def test_the_same_identity_gives_the_same_bytes(family):
    first, second = (built.__wrapped__(family, 1234) for _ in range(2))
    for name in ("vertices", "normals", "faces", "fields", "materials", "skin_weights", "keypoint_rest"):
        assert getattr(first, name).tobytes() == getattr(second, name).tobytes(), name
    assert first.scale == second.scale


@pytest.mark.parametrize("family", FAMILIES)
def test_two_identities_of_a_kind_and_colour_still_differ(family):
    strata = catalogue("subjects")[family].strata
    first, second = built(family, 3), built(family, 3 + strata)
    assert first.vertices.shape != second.vertices.shape or np.abs(first.vertices - second.vertices).max() > 0.005


@pytest.mark.parametrize("family", FAMILIES)
def test_captions_name_what_is_there_in_good_english(family):
    spec = catalogue("subjects")[family]
    for identity in range(400):
        traits = draw(spec, identity)
        caption = describe(spec, traits)
        assert caption.startswith(("a ", "an ")) and noun(spec, traits) in caption
        for clash in (" none", "none ", "_", "  ", " a a", " a e", " a i", " a o", " a u", "True", "False", "{"):
            assert clash not in caption, caption
        main = next(value for value in traits.values() if isinstance(value, Colour))
        assert main.name in words(traits).values() and main.name in caption


@pytest.mark.parametrize("family", FAMILIES)
def test_every_value_of_every_choice_can_be_built(family):
    """Walk identities until each option of each choice trait has been built once: none may be unknown to the family."""
    spec = catalogue("subjects")[family]
    missing = {(trait.name, option) for trait in spec.traits for option in trait.options}
    for identity in range(3_000):
        traits = draw(spec, identity)
        new = {(name, value) for name, value in traits.items() if isinstance(value, str)} & missing
        if new:
            importlib.import_module(f"spotdiff10k.engines.rendered.families.{family}").assemble(traits, identity)
            missing -= new
        if not missing:
            break
    assert not missing

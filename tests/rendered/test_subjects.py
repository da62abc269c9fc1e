"""Subject levels find their family, and say so when there is none."""

import numpy as np
import pytest

from spotdiff10k.engines.rendered.subjects import build_subject
from spotdiff10k.errors import EngineError
from spotdiff10k.types import SubjectLevel


def level(family: str, identity: int = 7, source: str = "") -> SubjectLevel:
    return SubjectLevel("s000007", family, identity, "thing", "a thing", source)


def test_a_level_becomes_the_model_of_its_family() -> None:
    assert build_subject(level("bird"), None).family == "bird"


def test_one_identity_is_one_subject_to_the_byte() -> None:
    first, second, other = (build_subject(level("bird", identity), None) for identity in (3, 3, 4))
    assert first.vertices.tobytes() == second.vertices.tobytes()
    assert first.materials.tobytes() == second.materials.tobytes()
    assert first.fields.tobytes() == second.fields.tobytes()
    assert not np.array_equal(first.materials, other.materials)


def test_an_unknown_family_names_the_nearest() -> None:
    with pytest.raises(EngineError, match="Did you mean 'quadruped'"):
        build_subject(level("quadrupet"), None)


def test_a_mesh_without_a_folder_says_what_to_set() -> None:
    with pytest.raises(EngineError, match=r"subjects\.source\.meshes"):
        build_subject(level("mesh", source="duck.glb"), None)

"""Every registered pose estimator keeps to the protocol; what its networks find is tested with each of them."""

from pathlib import Path

import pytest

from spotdiff10k import registry
from spotdiff10k.engines.controlnet.control.kinds import DRAWINGS
from spotdiff10k.errors import MissingExtraError, ModelError
from spotdiff10k.pose_estimators import load_pose_estimator

ESTIMATORS = registry.names("pose_estimators")


def test_there_is_one() -> None:
    assert ESTIMATORS


@pytest.mark.parametrize("name", ESTIMATORS)
def test_its_class_says_what_it_is_without_its_packages(name: str) -> None:
    kind = registry.find("pose_estimators", name)
    assert type(kind.version) is int
    assert kind.version >= 1
    assert kind.licence
    assert kind.schemas
    assert set(kind.schemas) <= set(DRAWINGS)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_without_its_weights_it_says_what_to_do(name: str, tmp_path: Path) -> None:
    with pytest.raises((ModelError, MissingExtraError), match=r"Run: (hf download|pip install)"):
        load_pose_estimator(name, tmp_path)

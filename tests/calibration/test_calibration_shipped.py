"""The calibrations that are shipped."""

from pathlib import Path

import pytest

from spotdiff10k import calibration, registry
from spotdiff10k.calibration.defects import NAMES
from spotdiff10k.calibration.taking import filled
from spotdiff10k.limits import read_rules
from spotdiff10k.recipe.calibrating import shipped

SHIPPED = shipped()
pytestmark = pytest.mark.skipif(not SHIPPED, reason="no calibration is shipped")


@pytest.fixture(params=SHIPPED.values(), ids=list(SHIPPED))
def path(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def test_it_is_named_like_its_file(path: Path) -> None:
    assert calibration.read(path).name == path.stem


def test_its_text_is_what_writing_it_gives(path: Path) -> None:
    assert calibration.text_of(calibration.read(path)) == path.read_text(encoding="utf-8")


def test_it_is_of_the_engine_and_the_checks_of_today(path: Path) -> None:
    found = calibration.read(path)
    assert registry.find("engines", found.made_on.engine).version == found.made_on.engine_version
    stale = [name for name, one in found.checks.items() if registry.find("checks", name).version != one.version]
    assert stale == [], f"Make it again: spotdiff10k calibrate -o {path} --force"


def test_its_thresholds_can_be_read_as_rules(path: Path) -> None:
    found = calibration.read(path)
    checks = filled({name: {} for name in found.checks}, found)
    assert read_rules(checks)
    assert any(checks.values())


def test_it_knows_every_defect_there_is(path: Path) -> None:
    assert set(calibration.read(path).defects) == set(NAMES)

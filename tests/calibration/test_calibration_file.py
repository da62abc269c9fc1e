"""A calibration as a file."""

import json
from pathlib import Path
from typing import Any

import pytest

from spotdiff10k import calibration
from spotdiff10k.calibration.rates import rate
from spotdiff10k.calibration.values import (
    QUANTILES,
    Calibration,
    CheckCalibration,
    Curve,
    DefectCalibration,
    GradeCalibration,
    MadeOn,
    MeasureCalibration,
    Refusals,
)
from spotdiff10k.errors import DataError

RISING = tuple(float(number) for number in range(QUANTILES))


def example() -> Calibration:
    """A small calibration."""
    area = MeasureCalibration("sample", 0.01, 0.3, ("high",), rate(1, 400), RISING, {"the release has no depth layer": 2})
    curve = Curve(rate(90, 96), 0.97, "high", ((0.0, 0.0), (0.1, 0.9), (1.0, 1.0)), RISING)
    grade = GradeCalibration(60.0, True, 96, 3, rate(95, 96), {"mask": rate(90, 96)}, {"mask.area": curve})
    return Calibration(
        name="example",
        made_on=MadeOn("groups", "rendered", 3, (256, 512), 0, {"seed": 5}, ("lamp:1",), ("lamp:2",), 400, 400),
        target=0.01,
        refused=Refusals(rate(1, 400), rate(1, 100)),
        checks={"mask": CheckCalibration(2, "", {"segmenter": "none"}, Refusals(rate(1, 400), rate(1, 100)), {"area": area})},
        defects={"turned": DefectCalibration("the subject is turned", "pose", "degrees", (grade,))},
        skipped={"identity": "a model is not here"},
    )


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "example.json"
    calibration.write(path, example())
    found = calibration.read(path)
    assert calibration.text_of(found) == calibration.text_of(example()) == path.read_text()
    assert found.checks["mask"].measures["area"].high == 0.3
    assert found.defects["turned"].grades[0].measures["mask.area"].roc[1] == (0.1, 0.9)


def test_only_thresholds_that_were_calibrated_are_given_to_recipes() -> None:
    assert example().thresholds("mask") == {"area_max": 0.3}
    assert example().thresholds("pose") == {}


def changed(*path: Any, to: Any) -> bytes:
    """The example's file with one value changed."""
    document = json.loads(calibration.text_of(example()))
    node = document
    for part in path[:-1]:
        node = node[part]
    node[path[-1]] = to
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\xff", "it is not JSON"),
        (b"[1, 2]", "found 'list'"),
        (changed("format", to=9), "found 9"),
        (changed("target", to=float("inf")), "not JSON .Infinity is no number"),
        (changed("target", to=1.5), "target is 1.5"),
        (changed("made_on", "held_out_subjects", to=["lamp:1"]), "the subject lamp:1 chose the thresholds and reports"),
        (changed("refused", "groups", "count", to=101), "refused.groups counts 101 of 100"),
        (changed("refused", "groups", "low", to=0.5), "the interval of refused.groups is not that of 1 in 100"),
        (changed("checks", "mask", "measures", "area", "high", to=0.001), "nothing can pass checks.mask.area"),
        (changed("checks", "mask", "measures", "area", "calibrated", to=["up"]), "names up, expected low and high"),
        (changed("checks", "mask", "measures", "area", "quantiles", to=[1, 0]), "33 rising numbers"),
        (changed("checks", "mask", "version", to="two"), "checks.mask.version"),
        (changed("defects", "turned", "grades", 0, "measures", "mask.area", "auc", to=2), "auc is 2"),
        (changed("defects", "turned", "grades", 0, "measures", "mask.area", "side", to="up"), "side is 'up'"),
        (changed("defects", "turned", "grades", 0, "measures", "mask.area", "roc", to=[[0, 2]]), "points between 0 and 1"),
    ],
)
def test_a_broken_file_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        calibration.parse(data, "broken.json")


def test_a_missing_file_and_a_huge_one_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        calibration.read(tmp_path / "none.json")
    monkeypatch.setattr("spotdiff10k.calibration.file.MAX_BYTES", 10)
    (tmp_path / "huge.json").write_bytes(b" " * 11)
    with pytest.raises(DataError, match="larger than"):
        calibration.read(tmp_path / "huge.json")

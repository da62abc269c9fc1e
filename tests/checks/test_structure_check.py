"""The structure check: each planted fault is counted where it belongs, and nowhere else."""

import io
from collections.abc import Mapping

import numpy as np
import pytest
import toy_runs
from PIL import Image

from spotdiff10k.checks.structure import Structure
from spotdiff10k.measures import Measures
from spotdiff10k.samples import read_record
from spotdiff10k.types import FinishedGroup

KEY = "g000003-p01-b00"
FLAT = toy_runs.png(np.zeros((32, 64, 3), np.uint8))
HUGE = toy_runs.png(np.zeros((1, 9000, 3), np.uint8))
"""Wider than any picture that is decoded."""


def as_jpeg(data: bytes) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(toy_runs.as_pixels(data)).save(buffer, "JPEG")
    return buffer.getvalue()


def record_with(members: Mapping[str, bytes], **fields: object) -> dict[str, bytes]:
    record = {**read_record(members["json"]), **fields}
    return {**members, "json": toy_runs.as_json({name: value for name, value in record.items() if value != "DROP"})}


DEFECTS = {
    "a missing layer": ("missing_members", lambda m: {k: v for k, v in m.items() if k != "depth.png"}, "depth.png is missing"),
    "a member nobody asked for": ("foreign_members", lambda m: {**m, "canny.png": m["mask.png"]}, "canny.png"),
    "a picture cut short": ("unreadable_members", lambda m: {**m, "png": m["png"][:200]}, "png: "),
    "text instead of a record": ("unreadable_members", lambda m: {**m, "json": b"{"}, "json: "),
    "a picture of another size": ("wrong_pictures", lambda m: {**m, "plate.png": FLAT}, "64 x 32"),
    "a picture too large to be read": ("wrong_pictures", lambda m: {**m, "png": HUGE}, "9000 x 1"),
    "a JPEG that calls itself a PNG": ("wrong_pictures", lambda m: {**m, "plate.png": as_jpeg(m["plate.png"])}, "is a JPEG"),
    "a mask in colour": ("wrong_pictures", lambda m: {**m, "mask.png": m["png"]}, "mode RGB"),
    "a depth of 8 bits": ("wrong_pictures", lambda m: {**m, "depth.png": m["mask.png"]}, "mode L"),
    "another seed": ("record_faults", lambda m: record_with(m, seed=5), "seed is 5"),
    "another caption": ("record_faults", lambda m: record_with(m, caption="a cat"), "a cat"),
    "another engine": ("record_faults", lambda m: record_with(m, engine="magic"), "magic"),
    "no licence": ("record_faults", lambda m: record_with(m, licence="DROP"), "licence is missing"),
    "a number as text": ("record_faults", lambda m: record_with(m, attempt="0"), "attempt is "),
    "null": ("record_faults", lambda m: record_with(m, caption=None), "caption is "),
    "a nested record": ("record_faults", lambda m: record_with(m, extra={"a": 1}), "extra is dict"),
    "an empty list": ("record_faults", lambda m: record_with(m, extra=[]), "an empty list"),
    "annotations that are no JSON": (
        "record_faults",
        lambda m: record_with(m, annotations="{"),
        "annotations: it is no readable",
    ),
    "annotations that are a list": ("record_faults", lambda m: record_with(m, annotations="[]"), "annotations: it should be"),
    "pixels that were changed": ("pixels_differ", lambda m: {**m, "png": m["plate.png"]}, "pixels_sha256"),
}


def measure(made: FinishedGroup) -> Measures:
    return Structure().measure(toy_runs.view(toy_runs.some_group(), made))


@pytest.mark.parametrize("name", DEFECTS)
def test_a_planted_fault_is_counted_in_its_own_measure_and_said(name: str) -> None:
    expected, spoil, words = DEFECTS[name]
    made = toy_runs.finished(toy_runs.some_group(), lambda key, members: spoil(members) if key == KEY else members)
    measures = measure(made)
    found = {measure for measure, value in measures.samples[KEY].items() if value}
    assert expected in found
    assert found <= {expected, "pixels_differ", "record_faults"}
    assert words in measures.evidence[KEY]
    assert not any(value for key, values in measures.samples.items() if key != KEY for value in values.values())


def test_a_good_group_has_no_fault_and_no_evidence() -> None:
    measures = measure(toy_runs.finished(toy_runs.some_group()))
    assert not any(value for values in measures.samples.values() for value in values.values())
    assert not any(measures.group.values())
    assert measures.evidence == {}


def test_a_sample_that_is_not_there_misses_all_its_members() -> None:
    made = toy_runs.finished(toy_runs.some_group())
    measures = measure(FinishedGroup(made.id, tuple(sample for sample in made.samples if sample.key != KEY)))
    assert measures.samples[KEY]["missing_members"] == 7.0


def test_samples_out_of_order_are_misplaced() -> None:
    made = toy_runs.finished(toy_runs.some_group())
    assert measure(FinishedGroup(made.id, made.samples[::-1])).group["misplaced_members"] > 0


def test_a_sample_that_nobody_planned_is_foreign() -> None:
    other = toy_runs.finished(toy_runs.some_group(4)).samples[0]
    made = toy_runs.finished(toy_runs.some_group())
    assert measure(FinishedGroup(made.id, (*made.samples, other))).group["foreign_samples"] == 1.0

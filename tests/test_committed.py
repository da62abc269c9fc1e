"""Samples as checks see them: brightness, inside, record and annotations are there at once when asked for again."""

import numpy as np
import pytest
import toy_runs
from PIL import Image

from spotdiff10k.committed import SampleView
from spotdiff10k.samples import UnreadableMemberError, read_record


def first_sample(**fields: object) -> SampleView:
    """The first sample of a toy group, with other fields in its record."""

    def spoil(key: str, members: dict[str, bytes]) -> dict[str, bytes]:
        return {**members, "json": toy_runs.as_json({**read_record(members["json"]), **fields})}

    group = toy_runs.some_group()
    return toy_runs.view(group, toy_runs.finished(group, spoil)).samples[0]


def test_luma_is_the_grey_that_pillow_makes_of_the_picture() -> None:
    sample = first_sample()
    assert np.array_equal(sample.luma, np.asarray(Image.fromarray(sample.picture).convert("L")))


def test_inside_is_where_the_mask_is_at_least_half() -> None:
    sample = first_sample()
    assert sample.inside.dtype == np.bool_
    assert np.array_equal(sample.inside, sample.mask >= 128)


def test_what_was_asked_for_once_is_the_same_object_again() -> None:
    sample = first_sample()
    assert sample.luma is sample.luma
    assert sample.inside is sample.inside
    assert sample.picture is sample.picture
    assert sample.record is sample.record
    assert sample.annotations is sample.annotations


def test_what_is_shared_between_checks_cannot_be_written_to() -> None:
    sample = first_sample()
    for shared in (sample.luma, sample.inside, sample.picture, sample.mask):
        with pytest.raises(ValueError, match="read-only"):
            shared[0, 0] = 0


def test_annotations_are_the_json_that_the_record_holds_as_text() -> None:
    assert first_sample(annotations='{"keypoints": [["nose", 1.5, 2.0, 3.0, 2]]}').annotations == {
        "keypoints": [["nose", 1.5, 2.0, 3.0, 2]]
    }


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"a": NaN}'])
def test_annotations_that_are_no_json_object_are_unreadable(text: str) -> None:
    with pytest.raises(UnreadableMemberError):
        _ = first_sample(annotations=text).annotations

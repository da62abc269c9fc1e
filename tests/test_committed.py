"""Committed groups read back: digests, equal members once, and what checks ask of a sample there at once when asked again."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import toy_runs
from PIL import Image

from spotdiff10k.committed import SampleView, StoredTar, read_tar, view_group
from spotdiff10k.samples import UnreadableMemberError, read_record
from spotdiff10k.tar import group_bytes


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


def committed(tmp_path: Path, spoil: toy_runs.Spoil = toy_runs.unspoilt) -> tuple[StoredTar, bytes]:
    path = tmp_path / "g000003.tar"
    path.write_bytes(b"".join(group_bytes(toy_runs.finished(toy_runs.some_group(), spoil))))
    return read_tar(path)


def last_byte_flipped(key: str, members: dict[str, bytes]) -> dict[str, bytes]:
    plate = members["plate.png"]
    return {**members, "plate.png": plate[:-1] + bytes([plate[-1] ^ 1])} if key.endswith("p01-b00") else members


@pytest.mark.parametrize("spoil", [toy_runs.unspoilt, last_byte_flipped])
def test_every_member_has_the_digest_of_its_own_bytes(tmp_path: Path, spoil: toy_runs.Spoil) -> None:
    stored, data = committed(tmp_path, spoil)
    for member in stored.members:
        assert member.sha256 == hashlib.sha256(data[member.offset : member.offset + member.size]).hexdigest()


def test_tars_with_the_same_members_have_one_digest_and_all_others_another(tmp_path: Path) -> None:
    first, again = committed(tmp_path)[0], committed(tmp_path)[0]
    assert first == again
    assert first.sha256 != committed(tmp_path, last_byte_flipped)[0].sha256


def test_the_same_plate_in_another_pose_is_the_same_object_and_so_decoded_once(tmp_path: Path) -> None:
    stored, data = committed(tmp_path)
    view = view_group(toy_runs.some_group(), toy_runs.settings(), "discs", [(stored, data)])
    first, other, turned, _ = view.samples
    assert turned.members["plate.png"] is first.members["plate.png"]
    assert turned.pixels("plate.png") is first.pixels("plate.png")
    assert other.members["plate.png"] != first.members["plate.png"]


def test_a_later_round_takes_over_the_samples_that_were_not_made_again_and_what_was_seen_of_them(tmp_path: Path) -> None:
    stored, data = committed(tmp_path)
    group = toy_runs.some_group()
    before = view_group(group, toy_runs.settings(), "discs", [(stored, data)])
    seen = before.samples[0].pixels("plate.png")
    remade = replace(group.cells[-1], attempt=1)
    later = replace(group, cells=(*group.cells[:-1], remade))
    view = view_group(later, toy_runs.settings(), "discs", [(stored, data)], before)
    assert [one is other for one, other in zip(view.samples, before.samples, strict=True)] == [True, True, True, False]
    assert view.samples[-1].cell == remade
    assert view.samples[-1].members["plate.png"] is before.samples[-1].members["plate.png"]
    assert view.samples[2].pixels("plate.png") is seen


def test_a_sample_with_other_bytes_is_not_taken_over(tmp_path: Path) -> None:
    group = toy_runs.some_group()
    before = view_group(group, toy_runs.settings(), "discs", [committed(tmp_path)])
    view = view_group(group, toy_runs.settings(), "discs", [committed(tmp_path, last_byte_flipped)], before)
    changed = [one.members != other.members for one, other in zip(view.samples, before.samples, strict=True)]
    assert any(changed)
    assert [one is not other for one, other in zip(view.samples, before.samples, strict=True)] == changed

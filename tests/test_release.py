"""release.json: canonical, and proof against a single changed bit."""

import json
from pathlib import Path

import pytest
import toy_runs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spotdiff10k.errors import DataError
from spotdiff10k.release import canonical, read_release, sealed

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=5), plain, max_size=5))
def test_canonical_json_is_one_line_and_does_not_depend_on_the_order_of_keys(document: dict[str, object]) -> None:
    data = canonical(document)
    assert data.count(b"\n") == 1
    assert canonical(dict(reversed(document.items()))) == data
    assert json.loads(data) == document


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_runs.sealed_run(tmp_path_factory.mktemp("release")).release


def test_a_sealed_document_reads_back(release: Path) -> None:
    document = read_release(release)
    assert document["counts"]["released"] == {"groups": 5, "samples": 20}
    assert sealed({name: value for name, value in document.items() if name != "seal"}) == release.read_bytes()


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(0, 10**9))
def test_any_flipped_bit_breaks_the_seal(release: Path, tmp_path: Path, place: int) -> None:
    data = bytearray(release.read_bytes())
    place %= 8 * len(data)
    data[place // 8] ^= 1 << place % 8
    (tmp_path / "release.json").write_bytes(data)
    with pytest.raises(DataError, match=r"release\.json"):
        read_release(tmp_path / "release.json")


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"format":2}'])
def test_what_is_no_release_is_a_sentence(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "release.json").write_bytes(data)
    with pytest.raises(DataError, match=r"release\.json"):
        read_release(tmp_path / "release.json")


def test_a_folder_without_a_release_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="spotdiff10k shard"):
        read_release(tmp_path / "release.json")

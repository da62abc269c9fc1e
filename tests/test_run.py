"""The run folder: whole files or none, and one driver."""

import errno
import itertools
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sketch_runs import PATIENCE

from spotdiff10k import run as run_module
from spotdiff10k.errors import RunError
from spotdiff10k.run import TEMP_PREFIX, Run, driver_lock, remove_leftovers, write_atomically


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_file_is_written_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    assert write_atomically(tmp_path / "a" / "b.bin", [b"12", b"", b"345"]) == 5
    assert (tmp_path / "a" / "b.bin").read_bytes() == b"12345"
    assert names(tmp_path) == ["b.bin"]


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "b.bin"
    write_atomically(path, b"a long first version")
    write_atomically(path, b"short")
    assert path.read_bytes() == b"short"


@pytest.mark.parametrize("error", [ValueError("engine"), KeyboardInterrupt(), OSError(errno.ENOSPC, "No space")])
def test_whatever_goes_wrong_in_the_middle_the_old_file_stays_and_no_half_one_is_left(
    tmp_path: Path, error: BaseException
) -> None:
    path = tmp_path / "b.bin"
    path.write_bytes(b"old")

    def chunks() -> Iterator[bytes]:
        yield b"new" * 100_000
        raise error

    with pytest.raises(RunError if isinstance(error, OSError) else type(error)):
        write_atomically(path, chunks())
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["b.bin"]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "The disk is full: b.bin could not be written to .*Free some space, then run this again"),
        (errno.EDQUOT, "The disk is full"),
        (errno.EROFS, "cannot be written .Read-only file system.. Choose another folder"),
        (errno.EFBIG, "larger than this system lets a file be"),
        (errno.EIO, "could not be written: Input/output error"),
    ],
)
def test_each_way_a_disk_refuses_has_its_sentence(tmp_path: Path, number: int, said: str) -> None:
    def chunks() -> Iterator[bytes]:
        raise OSError(number, os.strerror(number))
        yield b""

    with pytest.raises(RunError, match=said):
        write_atomically(tmp_path / "b.bin", chunks())


def test_a_file_larger_than_the_process_may_write_is_a_sentence(tmp_path: Path) -> None:
    code = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from spotdiff10k.run import write_atomically; from spotdiff10k.errors import RunError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: write_atomically(Path(sys.argv[1]), b'x' * 5000)\n"
        "except RunError as error: print(error)\n"
    )
    path = tmp_path / "b.bin"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True, env=environment)
    assert "larger than this system lets a file be" in done.stdout
    assert names(tmp_path) == []


def test_a_file_in_the_way_of_a_folder_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "groups").write_text("")
    with pytest.raises(RunError, match="is needed as a folder, and a file is in the way"):
        write_atomically(tmp_path / "groups" / "ab" / "g.tar", b"")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_a_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(RunError, match="cannot be written"):
        write_atomically(tmp_path / "b.bin", b"")
    tmp_path.chmod(0o700)


def test_leftovers_of_the_dead_are_removed_and_nothing_else(tmp_path: Path) -> None:
    run = Run(tmp_path)
    write_atomically(run.group_tar("g000001"), b"tar")
    for folder in (run.group_tar("g000001").parent, run.shards, run.features / "identity-augnet-01234567" / "ab", tmp_path):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{TEMP_PREFIX}77-g000002.tar").write_bytes(b"half")
    (tmp_path / "mine").mkdir()
    for path in (tmp_path / "mine" / f"{TEMP_PREFIX}77-notes.txt", tmp_path / f"{TEMP_PREFIX}notes.txt"):
        path.write_text("not of the run")
    assert remove_leftovers(run) == 4
    assert names(tmp_path) == [f"{TEMP_PREFIX}77-notes.txt", f"{TEMP_PREFIX}notes.txt", "g000001.tar"]


def test_threads_that_write_one_file_at_the_same_time_do_not_meet(tmp_path: Path) -> None:
    path = tmp_path / "b.bin"
    both = threading.Barrier(2, timeout=PATIENCE)

    def chunks(letter: bytes) -> Iterator[bytes]:
        yield letter * 100_000
        both.wait()
        yield letter * 100_000

    with ThreadPoolExecutor(2) as pool:
        written = list(pool.map(lambda letter: write_atomically(path, chunks(letter)), (b"a", b"b")))
    assert written == [200_000, 200_000]
    assert path.read_bytes() in (b"a" * 200_000, b"b" * 200_000)
    assert names(tmp_path) == ["b.bin"]


def test_the_temporary_of_a_stranger_is_neither_written_to_nor_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_module, "_numbers", itertools.count(5))  # as another machine that shares the folder may count
    strangers = {f"{TEMP_PREFIX}{os.getpid()}-{number}-b.bin" for number in (5, 6)}
    for name in strangers:
        (tmp_path / name).write_bytes(b"half")
    write_atomically(tmp_path / "b.bin", b"whole")
    assert (tmp_path / "b.bin").read_bytes() == b"whole"
    assert set(names(tmp_path)) == {"b.bin", *strangers}
    assert all((tmp_path / name).read_bytes() == b"half" for name in strangers)


def test_a_writer_that_is_killed_leaves_what_is_removed_later(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from spotdiff10k.run import *\n"
        "def chunks():\n    yield b'half'\n    os.kill(os.getpid(), signal.SIGKILL)\n"
        "write_atomically(Run(Path(sys.argv[1])).group_measures('g000001'), chunks())"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False, env=environment)
    assert len(names(tmp_path)) == 1
    assert remove_leftovers(Run(tmp_path)) == 1
    assert names(tmp_path) == []


def test_group_tars_are_spread_over_at_most_256_folders() -> None:
    run = Run(Path("run"))
    folders = {run.group_tar(f"g{number:06d}").parent for number in range(5000)}
    assert len(folders) == 256
    assert run.group_tar("g000001", 2).name == "g000001.r2.tar"
    assert run.group_tar("g000001", 2).parent == run.group_tar("g000001").parent


HOLD = (
    "import sys; from pathlib import Path; from spotdiff10k.run import *\n"
    "with driver_lock(Run(Path(sys.argv[1]))): print('held', flush=True); sys.stdin.read()\n"
)


def test_one_driver_at_a_time_and_the_lock_dies_with_it(tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", HOLD, str(run.root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(RunError, match="Another spotdiff10k is working in"), driver_lock(run):
            pass
        other.kill()
    with driver_lock(run):
        pass


def test_a_stage_inside_build_takes_the_lock_that_build_holds(tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    with driver_lock(run):
        with driver_lock(Run(tmp_path / "." / "run")):
            pass
        command = [sys.executable, "-c", HOLD, str(run.root)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        other = subprocess.run(command, capture_output=True, text=True, check=False, input="", env=environment)
        assert "Another spotdiff10k is working in" in other.stderr


def test_a_lock_is_given_back_after_an_error(tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    with pytest.raises(ValueError, match="stage"), driver_lock(run):
        raise ValueError("stage")
    with driver_lock(run):
        pass

"""Planned runs of the plug-in engine `sketch`, for the tests of executor, generate and the kill storm."""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from plain_checks import CHECKS

from spotdiff10k import plan, recipe
from spotdiff10k.run import Run

PATIENCE = 300.0
"""Seconds that a test waits for what has to come, however slow the machine is."""
FOLDERS = Path(__file__).parent, Path(__file__).parent / "plugin"

DRIVER = """
import sys
from pathlib import Path
from spotdiff10k.errors import SpotdiffError
from spotdiff10k.generate import generate
from spotdiff10k.run import Run

try:
    generate(Run(Path(sys.argv[1])), int(sys.argv[2]))
except SpotdiffError as error:
    print(error, file=sys.stderr)
    sys.exit(error.exit_code)
"""
"""`generate` in a process of its own, so that it can be killed."""

RECIPE = """
name: sketches
engine: {{name: {engine}, size: 64}}
subjects: {{count: {groups}, reserve: {reserve}, families: [quadruped]}}
poses: {{levels: 2, count: 2}}
backgrounds: {{levels: 2, count: 2, kinds: [meadow]}}
outputs: {{layers: [plate, depth]}}
splits: {{train: 1.0, validation: 0.0, test: 0.0}}
shards: {{groups_per_shard: 4}}
"""


def install_plugin() -> None:
    """Make `sketch` known here and in the processes started from here."""
    sys.path[:0] = [str(folder) for folder in FOLDERS if str(folder) not in sys.path]


def start_driver(run: Run, workers: int = 2) -> "subprocess.Popen[str]":
    """Generate the run in a process of its own."""
    return _start("-c", DRIVER, str(run.root), str(workers))


def start_build(path: Path, run: Run, workers: int = 2) -> "subprocess.Popen[str]":
    """Build the recipe, from plan to report, in a process of its own."""
    return _start("-m", "spotdiff10k", "build", str(path), "--run", str(run.root), "--workers", str(workers), "--quiet")


def _start(*arguments: str) -> "subprocess.Popen[str]":
    install_plugin()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen([sys.executable, *arguments], env=environment, stderr=subprocess.PIPE, text=True)


def wait_for(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Return once the condition holds; fail when that takes too long."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"it did not happen within {seconds:g} seconds"
        time.sleep(0.01)


def recipe_file(path: Path, groups: int, *, reserve: int = 0, engine: str = "sketch") -> Path:
    """Write the recipe."""
    path.write_text(RECIPE.format(groups=groups, reserve=reserve, engine=engine) + CHECKS)
    return path


def planned(folder: Path, groups: int = 8, *, reserve: int = 0, engine: str = "sketch") -> Run:
    """A run with its plan written."""
    install_plugin()
    run = Run(folder)
    settings = recipe.parse(RECIPE.format(groups=groups, reserve=reserve, engine=engine) + CHECKS, "test.yaml", folder)
    plan.write(plan.make(settings), settings, run)
    return run


def committed(run: Run) -> list[Path]:
    """The committed tars."""
    return sorted(run.groups.rglob("g*.tar"))


def digests(run: Run) -> dict[str, str]:
    """The sha256 of every committed tar, by name."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in committed(run)}


def litter(run: Run) -> list[Path]:
    """Files under groups/ that are no committed tars."""
    return sorted({path for path in run.groups.rglob("*") if path.is_file()} - set(committed(run)))

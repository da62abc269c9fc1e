"""What a check's `warm_up` compiles is what it uses: workers inherit that, and compile nothing of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

NAMES = (
    "structure",
    "mask",
    "plate",
    "pixel_lock",
    "quality",
    "background",
    "outline",
    "pose",
    "identity",
    "duplicates",
    "balance",
)
ROOT = Path(__file__).parents[2]
PROGRAM = """
import json, sys
import scene_groups as scenes
from numba.core.registry import CPUDispatcher
from spotdiff10k import registry

def compiled():
    modules = [module for name, module in sys.modules.items() if name.startswith("spotdiff10k")]
    kernels = {value for module in modules for value in vars(module).values() if isinstance(value, CPUDispatcher)}
    return {f"{kernel.__module__}.{kernel.__name__}": len(kernel.signatures) for kernel in kernels}

found = {}
view = scenes.view(4)
for name in sys.argv[1:]:
    check = registry.find("checks", name)
    check.warm_up()
    before = compiled()
    check().measure(view)
    found[name] = sorted(kernel for kernel, count in compiled().items() if count > before.get(kernel, 0))
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def compiled_late() -> dict[str, list[str]]:
    """By check: kernels that were compiled anew for a rendered group, in a process of its own, where no other test did it."""
    path = os.pathsep.join([str(ROOT), *(str(ROOT / folder) for folder in ("tests", "tests/checks"))])
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *NAMES],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_measuring_compiles_nothing_that_warm_up_did_not(name: str, compiled_late: dict[str, list[str]]) -> None:
    assert compiled_late[name] == []

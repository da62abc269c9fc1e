"""Compiles the kernels that many tests use, before the workers of a parallel run start: numba keeps them on disk for all of them.

Otherwise every worker comes upon the same kernels at the same time and compiles them again, which takes longer than the tests.
Run as a program, it compiles one of its parts.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]


def pictures() -> None:
    """The rendered engine: plates first, which the other part does without."""
    from spotdiff10k.engines.rendered import warm_up
    from spotdiff10k.engines.rendered.scenes.plate import make_plate
    from spotdiff10k.types import BackgroundLevel, EngineSettings

    for kind in warm_up.SCENES:
        level = BackgroundLevel(f"warm-{kind}", kind, 0, kind, warm_up.ELEVATION_DEGREES, warm_up.FOV_DEGREES)
        make_plate(level, warm_up.SIZE)
    warm_up.warm_up(EngineSettings(size=warm_up.SIZE, outputs=()))


def measures() -> None:
    """What writes pictures, then all that checks measure with."""
    import numpy as np

    from spotdiff10k import registry
    from spotdiff10k.engines.controlnet.control.warm_up import warm_up_maps
    from spotdiff10k.engines.rendered import encode
    from spotdiff10k.engines.rendered.canny import canny

    colours = np.zeros((64, 64, 3), np.uint8)
    for pixels in (colours, canny(colours), colours[..., 0].astype(np.uint16)):
        encode.png(pixels)
    for name in registry.names("checks"):
        getattr(registry.find("checks", name), "warm_up", lambda: None)()
    warm_up_maps()


PARTS: dict[str, Callable[[], None]] = {part.__name__: part for part in (pictures, measures)}
"""About as long as each other; they share few kernels."""


def compile_all() -> None:
    """Compile the parts side by side. What goes wrong here is told by the tests that use it."""
    commands = [[sys.executable, __file__, name] for name in PARTS]
    running = [subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.DEVNULL) for command in commands]
    for process in running:
        process.wait()


if __name__ == "__main__":
    sys.path.insert(0, str(REPOSITORY))
    PARTS[sys.argv[1]]()

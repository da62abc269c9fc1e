"""Pictures a second of the engine composite, encoded and ready for a tar.

    python benchmarks/composite_throughput.py
    python benchmarks/composite_throughput.py --size 512 --groups 12 --workers 2

Subjects are mugs drawn on the spot, imported as photographs are, at photographs' usual size. What is timed is what `generate`
runs: plates, cut-outs, shadows, light, picture, mask, plate and shadow layers as PNG, and records. Compiling and importing are
not. `cold` makes every plate once, `warm` finds them made: in a long run each plate is made once a worker and shared by
all of its groups, so runs go from the one to the other. CPU seconds hardly depend on what else the machine does.
"""

import argparse
import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402
from PIL import Image  # noqa: E402

from spotdiff10k import plan, recipe, registry  # noqa: E402
from spotdiff10k.photos.importing import Options, take_photos  # noqa: E402
from spotdiff10k.photos.listing import Terms, list_photos  # noqa: E402
from spotdiff10k.types import EngineSettings, PlannedGroup  # noqa: E402

HEIGHT, WIDTH = 1000, 800
VIEWS = 4
RECIPE = """
name: throughput
engine: {{name: composite, size: {size}}}
subjects: {{count: {groups}, source: {{photos: {photos}}}}}
poses: {{levels: 4, count: 4}}
backgrounds: {{levels: {levels}, count: 4}}
splits: {{train: 1.0, validation: 0.0, test: 0.0}}
"""
Timed = tuple[int, float, float]
"""Pictures, seconds by the clock, CPU seconds."""


def draw(path: Path, number: int, view: int) -> None:
    """A mug with waves of its own and a handle, as an RGBA photograph."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float64)
    side = -1 if view % 2 else 1
    body = np.maximum(np.abs(x - WIDTH / 2) - WIDTH * 0.28, np.abs(y - HEIGHT * 0.5) - HEIGHT * 0.36)
    handle = np.abs(np.hypot(x - WIDTH / 2 - side * WIDTH * 0.3, y - HEIGHT * (0.42 + 0.05 * view)) - WIDTH * 0.12) - WIDTH * 0.03
    alpha = np.clip(0.5 - np.minimum(body, handle) / 2, 0, 1)
    own, noise = np.random.default_rng((number, view)), np.random.default_rng((number, view, 1))
    base, stripe = own.integers(30, 225, (2, 3))
    waves = sum(np.sin(x * own.normal(0, 0.03) + y * own.normal(0, 0.03) + 6 * own.random()) for _ in range(3))
    colours = np.where(waves[..., None] > 0, base, stripe) + noise.normal(0, 3, (HEIGHT, WIDTH, 1))
    pixels = np.dstack([np.clip(colours, 0, 255), alpha * 255])
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.rint(pixels).astype(np.uint8)).save(path, compress_level=1)


def subjects(folder: Path, groups: int) -> Path:
    """Imported mugs."""
    for number in range(groups):
        for view in range(VIEWS):
            draw(folder / "photos" / f"mug {number}" / f"{view}.png", number, view)
    found = take_photos(list_photos(folder / "photos", Terms("CC0-1.0", "benchmark")), folder / "subjects", Options())
    if found.failed:
        raise SystemExit(f"The mug {found.failed[0].file} could not be taken: {found.failed[0].why}")
    return folder / "subjects"


def timed(settings: EngineSettings, groups: list[PlannedGroup]) -> tuple[Timed, Timed]:
    """Make the groups twice with one engine: with no plate made, and with all of them made."""
    engine = registry.find("engines", "composite")(settings)
    engine.warm_up()
    results = []
    for _ in range(2):
        wall, cpu = time.perf_counter(), time.process_time()
        pictures = sum(len(group.samples) for group in engine.generate(groups))
        results.append((pictures, time.perf_counter() - wall, time.process_time() - cpu))
    return results[0], results[1]


def tell(name: str, parts: list[Timed], workers: int) -> None:
    """One line: the clock's rate, and what the CPU seconds alone would allow on so many free cores."""
    pictures, wall, cpu = sum(part[0] for part in parts), max(part[1] for part in parts), sum(part[2] for part in parts)
    by_cpu = pictures * workers / cpu
    measured = f"{name:5} {pictures:4} pictures, {wall:6.2f} s: {pictures / wall:6.1f} a second, {workers} workers"
    print(f"{measured}; {1000 * cpu / pictures:5.1f} ms CPU each, {by_cpu:5.1f} a second on {workers} free cores")


def main() -> None:
    """Draw, import, plan, time, tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--groups", type=int, default=8)
    parser.add_argument("--levels", type=int, default=8, help="background levels in the catalogue")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        photos = subjects(Path(name), given.groups)
        text = RECIPE.format(size=given.size, groups=given.groups, levels=given.levels, photos=photos)
        loaded = recipe.parse(text, "throughput.yaml", Path(name))
        groups = list(plan.make(loaded))
        settings = loaded.engine_settings()
        registry.find("engines", "composite")(settings).warm_up()
        parts = [groups[worker :: given.workers] for worker in range(given.workers)]
        with ProcessPoolExecutor(given.workers, mp_context=get_context("fork")) as pool:
            results = list(pool.map(timed, [settings] * given.workers, parts))
    tell("cold", [first for first, _ in results], given.workers)
    tell("warm", [second for _, second in results], given.workers)


if __name__ == "__main__":
    main()

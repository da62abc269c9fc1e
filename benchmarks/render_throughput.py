"""Pictures a second of the rendered engine, everything included: subjects, plates, shading, all layers, PNG and JSON, files.

    python benchmarks/render_throughput.py --processes 2 --groups 12
    python benchmarks/render_throughput.py --processes 2 --groups 12 --other FOLDER   # interleaved with another renderer

With --other, FOLDER holds another renderer's bench.py, which is called as `bench.py PROCESSES GROUPS OUT SEED` and prints
"... => N img/s"; both take turns, so that a busy machine slows both, and the ratio is of the medians.

The floor of this engine is one process at 512 x 512, picture, mask, plate, shadow, depth and normals: 60 ms of CPU a picture
beside what building subjects and plates costs; the aim of the whole is 20 pictures a second on two cores.
"""

import argparse
import multiprocessing
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

from spotdiff10k.engines.rendered import Rendered  # noqa: E402
from spotdiff10k.seeds import seed_for  # noqa: E402
from spotdiff10k.traits import catalogue  # noqa: E402
from spotdiff10k.types import BackgroundLevel, EngineSettings, PlannedCell, PlannedGroup, PoseLevel, SubjectLevel  # noqa: E402

OUTPUTS = ("plate", "shadow", "depth", "normal")
SIDE = 4
"""Poses and backgrounds a group."""
RECIPE_LEVELS = 128
RECIPE_GROUPS = 625
"""Of the 10,000-picture recipe. The benchmark uses as many background levels a group, but at least one group's, so that
plates cost at least the share they cost there."""
ARTICULATIONS = ("stand", "walk", "look", "reach", "sit", "lean", "wave", "stretch")
TURNS = (8.0, 35.0, -35.0, 68.0)
ELEVATIONS = (8.0, 13.0, 18.0, 24.0)
FOVS = (28.0, 34.0, 40.0)
WARM_UP_SIZE = 64


def background(number: int) -> BackgroundLevel:
    """One of the benchmark's background levels; all kinds in turn."""
    kinds = list(catalogue("backgrounds"))
    kind = kinds[number % len(kinds)]
    elevation, fov = ELEVATIONS[number % len(ELEVATIONS)], FOVS[number % len(FOVS)]
    return BackgroundLevel(f"{kind}-{number:03d}", kind, number, kind, elevation, fov)


def planned(number: int, seed: int, levels: int) -> PlannedGroup:
    """A group of 4 poses x 4 backgrounds; families and levels in turn, as in a balanced plan."""
    families = list(catalogue("subjects"))
    family = families[number % len(families)]
    poses = tuple(
        PoseLevel(f"pose-{i}", ARTICULATIONS[(number + 3 * i) % len(ARTICULATIONS)], TURNS[i], "posing") for i in range(SIDE)
    )
    backgrounds = tuple(background((number * SIDE + i) % levels) for i in range(SIDE))
    cells = tuple(
        PlannedCell(f"g{number:06d}-p{pose:02d}-b{place:02d}", pose, place, number, 0, family, "")
        for pose in range(SIDE)
        for place in range(SIDE)
    )
    subject = SubjectLevel(f"s{number:06d}", family, seed_for(seed, "benchmark", number), family, family)
    return PlannedGroup(f"g{number:06d}", number, "train", False, subject, poses, backgrounds, cells)


def make(engine: Rendered, group: PlannedGroup, folder: Path) -> tuple[int, int]:
    """Make and write one group; returns pictures and bytes."""
    finished = next(iter(engine.generate([group])))
    size = 0
    for sample in finished.samples:
        for suffix, data in sample.members.items():
            (folder / f"{sample.key}.{suffix}").write_bytes(data)
            size += len(data)
    return len(finished.samples), size


def _work(numbers: range, seed: int, levels: int, size: int, folder: str) -> tuple[int, int, int, float]:
    engine = Rendered(EngineSettings(size=size, outputs=OUTPUTS))
    made = [make(engine, planned(number, seed, levels), Path(folder)) for number in numbers]
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return sum(n for n, _ in made), sum(b for _, b in made), usage.ru_maxrss // 1024, usage.ru_utime + usage.ru_stime


def warm_up() -> None:
    """Load every family and kind once in this process, small, so that its forks begin ready, as the other renderer's do."""
    engine = Rendered(EngineSettings(size=WARM_UP_SIZE, outputs=OUTPUTS))
    engine.warm_up()
    kinds, families = len(catalogue("backgrounds")), len(catalogue("subjects"))
    for _ in engine.generate(planned(number, 0, kinds) for number in range(max(families, -(-kinds // SIDE)))):
        pass


def run(processes: int, groups: int, size: int, seed: int) -> float:
    """Pictures a second of `processes` forked processes, each with its share of the groups; prints a line."""
    levels = max(SIDE, round(RECIPE_LEVELS * groups / RECIPE_GROUPS))
    shares = [range(i, groups, processes) for i in range(processes)]
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(processes, multiprocessing.get_context("fork")) as pool:
        start = time.perf_counter()
        found = [task.result() for task in [pool.submit(_work, share, seed, levels, size, folder) for share in shares]]
        wall = time.perf_counter() - start
    pictures, written = sum(f[0] for f in found), sum(f[1] for f in found)
    cpu = sum(f[3] for f in found) / pictures * 1000
    print(
        f"spotdiff10k: {processes} processes, {pictures} pictures in {wall:.2f} s = {pictures / wall:.2f} a second, "
        f"{cpu:.1f} ms of CPU and {written / pictures / 1e6:.2f} MB a picture, {max(f[2] for f in found)} MB a process",
        flush=True,
    )
    return pictures / wall


def run_other(other: Path, processes: int, groups: int, seed: int) -> float:
    """Pictures a second of the other renderer."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "bench.py", str(processes), str(groups), folder, str(seed)]
        output = subprocess.run(command, cwd=other, capture_output=True, text=True, check=True).stdout
    print(f"other:       {output.splitlines()[0]}", flush=True)
    match = re.search(r"=> ([0-9.]+) img/s", output)
    if match is None:
        raise SystemExit(f"bench.py in {other} printed no '=> N img/s'.")
    return float(match[1])


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--groups", type=int, default=12)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--other", type=Path, help="folder of another renderer with a bench.py")
    arguments = parser.parse_args()
    warm_up()
    ours, theirs = [], []
    for turn in range(arguments.rounds):
        seed = arguments.seed + turn
        ours.append(run(arguments.processes, arguments.groups, arguments.size, seed))
        if arguments.other:
            theirs.append(run_other(arguments.other, arguments.processes, arguments.groups, seed))
    print(f"median: {statistics.median(ours):.2f} pictures a second")
    if theirs:
        print(f"other:  {statistics.median(theirs):.2f}; ratio {statistics.median(ours) / statistics.median(theirs):.2f}")


if __name__ == "__main__":
    main()

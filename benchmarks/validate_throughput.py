"""How fast pictures are validated and verified, stage by stage, beside Pillow decoding the same members on the same cores.

    python benchmarks/validate_throughput.py                # makes 12 groups of 512² pictures first
    python benchmarks/validate_throughput.py --run RUN      # a built run; it is copied, not touched

The bar is 150 samples a second on two cores at 512², for all checks that need no model. The stages are CPU time in one process,
the least of a few rounds; the pixels of all members are made in a stage of their own, so that no check is charged for
what they share. `set` is what is measured and decided on the set as a whole, a sample's share of it. Rates are given by the
clock, which other work on the machine slows, and by the CPU time of one process, which it does less.

A group with cells that were made again is measured once as it was first and once as it is now, as `validate` has it; samples
count as often as they were made. Rates leave out starting processes and loading compiled code; `from start` is the whole
call, so that a small run shows what starting weighs: take `--groups 48` and more for what lasts.
"""

import argparse
import hashlib
import io
import os
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402
import yaml  # noqa: E402
from PIL import Image  # noqa: E402

from spotdiff10k import measures  # noqa: E402
from spotdiff10k.build import build  # noqa: E402
from spotdiff10k.committed import GroupView, StoredTar, member_bytes, read_tar, view_group  # noqa: E402
from spotdiff10k.cores import usable_cores  # noqa: E402
from spotdiff10k.limits import chosen_checks, make_check  # noqa: E402
from spotdiff10k.measures import Check, CheckMeasures, Measures  # noqa: E402
from spotdiff10k.run import Run  # noqa: E402
from spotdiff10k.samples import RECORD  # noqa: E402
from spotdiff10k.stage import Stage, open_stage  # noqa: E402
from spotdiff10k.types import PlannedGroup  # noqa: E402
from spotdiff10k.validate import OnProgress, validate  # noqa: E402
from spotdiff10k.verify import verify  # noqa: E402

CHECKS = ("structure", "mask", "background", "plate", "pixel_lock", "pose", "quality", "caption", "duplicates")
"""All that need no model, as they are where a recipe only names them; `structure` is the first."""
LEFT_OUT = ("measures", "*.parquet", "release.json", "report", "shards", "preview", ".*")
"""What the copy is made without, so that everything is measured anew."""
BAR = 150.0
"""Samples a second on two cores at 512²."""
MEBIBYTE = 2**20
Result = TypeVar("Result")


def copy_run(source: Path, target: Path, checks: Sequence[str]) -> Run:
    """A run with the same groups, of which nothing is measured yet, and a recipe that names the checks."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(*LEFT_OUT))
    shutil.copy(source / "plan.parquet", target)
    run = Run(target)
    resolved = yaml.safe_load(run.recipe.read_text(encoding="utf-8"))
    resolved["checks"] = {name: resolved["checks"].get(name) or {} for name in checks}
    run.recipe.write_text(yaml.safe_dump(resolved, sort_keys=False), encoding="utf-8")
    return run


def pictures_in(path: Path) -> Iterator[tuple[str, bytes]]:
    """Key and data of each picture in a tar, plates in each pose."""
    for key, members in member_bytes(*read_tar(path)).items():
        yield from ((key, data) for suffix, data in members.items() if suffix != RECORD)


def decode_by_pillow(path: Path) -> int:
    """Decode a tar's pictures; how many samples they are of."""
    keys = set()
    for key, data in pictures_in(path):
        with Image.open(io.BytesIO(data)) as picture:
            np.asarray(picture)
        keys.add(key)
    return len(keys)


def pillow(paths: Sequence[Path], workers: int, on_progress: OnProgress) -> None:
    """Let Pillow decode everything."""
    with ProcessPoolExecutor(workers) as pool:
        for done, _ in enumerate(map(decode_by_pillow, paths) if workers == 1 else pool.map(decode_by_pillow, paths), start=1):
            on_progress(done, len(paths))


def print_floor(paths: Sequence[Path], samples: int) -> None:
    """What has to be done whatever the code, in bytes, and the time of the part that no code of ours can better."""
    stored = sum(path.stat().st_size for path in paths)
    inflated = colours = 0
    for path in paths:
        for data in {data for _, data in pictures_in(path)}:
            with Image.open(io.BytesIO(data)) as picture:
                size = picture.width * picture.height * {"L": 1, "RGB": 3}.get(picture.mode, 2)
            inflated += size
            colours = max(colours, size)
    block = bytes(MEBIBYTE)
    start = time.process_time()
    hashlib.sha256(block).digest()
    a_mebibyte = 1e3 * (time.process_time() - start)
    hashed = (stored / samples + colours) / MEBIBYTE
    print(f"floor: {stored / samples / MEBIBYTE:.2f} MiB read, {inflated / samples / MEBIBYTE:.2f} MiB inflated and unfiltered,")
    print(f"       {hashed:.2f} MiB hashed (members and the picture's pixels), by itself {hashed * a_mebibyte:.2f} ms a sample")


class Stages:
    """CPU time by stage: the least of all rounds for each group, so that a busy machine is not blamed on anyone."""

    def __init__(self) -> None:
        self._seconds: dict[str, dict[str, float]] = defaultdict(dict)

    def time(self, stage: str, group: str, do: Callable[[], Result]) -> Result:
        """Do something and note how long it took."""
        start = time.process_time()
        result = do()
        taken = time.process_time() - start
        self._seconds[stage][group] = min(taken, self._seconds[stage].get(group, taken))
        return result

    def milliseconds(self, samples: int) -> dict[str, float]:
        """By stage, of a sample."""
        return {stage: 1e3 * sum(groups.values()) / samples for stage, groups in self._seconds.items()}


def measure_group(stage: Stage, run: Run, group: PlannedGroup, checks: Mapping[str, Check], stages: Stages) -> None:
    """What `validate` does with one group, in stages."""
    stored = stages.time("read, digests", group.id, lambda: read_tar(run.group_tar(group.id)))
    engine = stage.recipe.engine.name
    view = stages.time("view", group.id, lambda: view_group(group, stage.settings, engine, [stored]))
    structure, *others = checks.items()
    found = stages.time(structure[0], group.id, lambda: structure[1].measure(view))
    sound = replace(view, samples=tuple(s for s in view.samples if not any(found.samples[s.key].values())))
    stages.time("pixels, luma", group.id, lambda: make_pixels(sound))
    taken = {structure[0]: found}
    for name, check in others:
        taken[name] = stages.time(name, group.id, partial(check.measure, sound))
    stages.time("measures file", group.id, lambda: write_measures(run, group, stored[0], checks, taken))


def write_measures(
    run: Run, group: PlannedGroup, stored: StoredTar, checks: Mapping[str, Check], taken: Mapping[str, Measures]
) -> None:
    """Keep a group's measures; they lack later rounds, and are taken again by `validate`."""
    kept = {name: CheckMeasures(check.version, taken[name], measures.setup_of(check)) for name, check in checks.items()}
    digest = measures.planned_digest(group)
    measures.write(run.group_measures(group.id), measures.GroupMeasures(group.id, digest, (measures.Round(stored, kept),)))


def make_pixels(view: GroupView) -> None:
    """Make the pixels of every member that `structure` has inflated."""
    for sample in view.samples:
        for suffix in sample.members:
            if suffix != RECORD:
                sample.pixels(suffix)
        _ = sample.luma, sample.inside


class Speed:
    """Told of progress, it measures from the first news to when it is asked: without what starting takes."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._start = self._share = 0.0

    def __call__(self, done: int, of: int) -> None:
        """Note the first news."""
        if done and not self._start:
            self._start, self._share = self._clock(), done / of

    def rate(self) -> float:
        """How many times a second all of it could be done."""
        return (1 - self._share) / (self._clock() - self._start)


def print_rates(root: Path, run: Run, samples: int, chosen: argparse.Namespace) -> None:
    """Samples a second of Pillow alone, of validate and of verify, in turns, so that a busy machine slows all of them."""
    paths = sorted(run.root.glob("groups/*/*.tar"))

    def validate_anew(workers: int, on_progress: OnProgress) -> None:
        shutil.rmtree(run.measures, ignore_errors=True)
        validate(run, workers=workers, on_progress=on_progress)

    jobs: dict[str, Callable[[int, OnProgress], object]] = {
        "Pillow alone": lambda workers, on_progress: pillow(paths, workers, on_progress),
        "validate": validate_anew,
        "verify": lambda workers, on_progress: verify(root, workers=workers, on_progress=on_progress),
    }
    if not (root / "release.json").is_file():
        del jobs["verify"]
    for workers, clock, words in ((chosen.workers, time.perf_counter, "by the clock"), (1, time.process_time, "of CPU time")):
        best: dict[str, float] = defaultdict(float)
        from_start: dict[str, float] = defaultdict(float)
        for _ in range(chosen.rounds):
            for name, do in jobs.items():
                began, speed = clock(), Speed(clock)
                do(workers, speed)
                best[name] = max(best[name], samples * speed.rate())
                from_start[name] = max(from_start[name], samples / (clock() - began))
        print(f"{samples} samples, {workers} processes, a second {words}, start-up left out (the bar is {BAR:.0f} for two):")
        for name, rate in best.items():
            beside = f"{rate / best['Pillow alone']:.2f} of Pillow alone; from start {from_start[name]:.0f}"
            print(f"  {name:16}{rate:7.0f} samples, {beside}")


def print_stages(run: Run, samples: int, rounds: int) -> None:
    """The CPU time of each stage in this process."""
    stage = open_stage(run)
    chosen = chosen_checks(stage.recipe.checks)
    for kind in chosen.values():
        getattr(kind, "warm_up", lambda: None)()
    checks = {name: make_check(name, stage.recipe.checks) for name in chosen}
    stages = Stages()
    made = [group for group in stage.groups() if run.group_tar(group.id).is_file()]
    for _ in range(rounds):
        for group in made:
            measure_group(stage, run, group, checks, stages)
    shutil.rmtree(run.measures, ignore_errors=True)
    validate(run, workers=1)
    for _ in range(rounds):
        (run.measures / "set.json").unlink(missing_ok=True)
        stages.time("set", "", partial(validate, run, redecide=True))
    by_stage = stages.milliseconds(samples)
    for name, value in by_stage.items():
        print(f"  {name:16}{value:7.2f} ms a sample")
    total = sum(by_stage.values())
    print(f"  {'sum':16}{total:7.2f} ms a sample, so {1e3 / total:.0f} samples a second and core")


def main() -> None:
    """Make or copy a run, and print rates and stages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, help="a built run")
    parser.add_argument("--groups", type=int, default=12)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--workers", type=int, default=usable_cores())
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--checks", nargs="*", default=list(CHECKS))
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = chosen.run or Path(folder, "made")
        if not chosen.run:
            build(
                "quickstart",
                Run(root),
                [f"subjects.count={chosen.groups}", f"engine.size={chosen.size}", "certificate.enabled=false"],
            )
        run = copy_run(root, Path(folder, "copy"), chosen.checks)
        paths = sorted(run.root.glob("groups/*/*.tar"))
        samples = sum(len(read_tar(path)[0].keys) for path in paths)
        print_floor(paths, samples)
        print_stages(run, samples, chosen.rounds)
        print_rates(root, run, samples, chosen)


if __name__ == "__main__":
    main()

"""What checks add to the encoder they use: pictures a second of the bare encoder, and of all that a check does around it.

    python benchmarks/neural_throughput.py RUN
    python benchmarks/neural_throughput.py RUN --encoder mobilenet_v2 --side 160 --rounds 5

`bare`      the encoder on arrays that are ready, in batches of one group
`decoded`   a group that other checks decoded before: cut the subjects out, encode, mean inside the mask; what a check adds
`in turn`   read the tar, decode picture and mask, cut the subject out, encode, mean inside the mask: a group after the other
`known`     the same pictures again, as a second check asks for them: only looked up
`check`     what the check `identity` takes with the encoder beyond what it takes without, in a group that is decoded
`validate`  what the measuring of `validate` takes in one process with the encoder beyond what it takes without, from tars to
            measures and kept features on disk: two groups in hand, nothing known before
`resumed`   the same where the features were kept, and the measures were not

RUN is a run folder with generated groups. All take turns, so that a busy machine slows them alike; what is printed are medians
of the rounds, and ratios of those. CPU times hardly depend on what else runs. One thread in the network, as beside other
workers; `--threads` for more.
"""

import argparse
import io
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402
import torch  # noqa: E402

from spotdiff10k import plan, recipe  # noqa: E402
from spotdiff10k.checks.identity import Identity  # noqa: E402
from spotdiff10k.committed import GroupView, StoredMember, StoredTar, read_tar, tar_paths, view_group  # noqa: E402
from spotdiff10k.encoders import Encoder, load_encoder  # noqa: E402
from spotdiff10k.executors import Task  # noqa: E402
from spotdiff10k.features import FeatureCache  # noqa: E402
from spotdiff10k.features.cache import shared  # noqa: E402
from spotdiff10k.identity.neural import SIDE, grey_cut_out  # noqa: E402
from spotdiff10k.measuring import MeasureWork  # noqa: E402
from spotdiff10k.run import Run  # noqa: E402
from spotdiff10k.samples import MASK, PICTURE_FORMATS, split_member  # noqa: E402
from spotdiff10k.spread import spread  # noqa: E402
from spotdiff10k.tar import read_members  # noqa: E402
from spotdiff10k.types import EngineSettings, PlannedGroup  # noqa: E402

Crops = tuple[np.ndarray, np.ndarray]
Reader = Callable[[Path], tuple[StoredTar, bytes]]
WITH, WITHOUT = "with", "without"
"""The check `identity` with the encoder, and without it."""
MEASURED, KNOWN, PLAIN = "measured", "known features", "measured without"
"""The measuring of `validate` with the encoder, with what was kept of it, and without it."""


def read_pictures(path: Path) -> tuple[StoredTar, bytes]:
    """A tar of which only pictures and masks are looked at; nothing is hashed, which is for the check `structure` to do."""
    data = path.read_bytes()
    file = io.BytesIO(data)
    file.name = path.name
    wanted = {*PICTURE_FORMATS, MASK}
    members = [StoredMember(*member, "") for member in read_members(file) if split_member(member[0])[1] in wanted]
    return StoredTar(path.name, len(data), "", tuple(members)), data


def groups(folder: Path, most: int, read: Reader) -> list[Callable[[], GroupView]]:
    """How to read each of the first groups of a run; nothing is kept between two readings."""
    run = Run(folder)
    loaded = recipe.load(str(run.recipe))
    settings = loaded.engine_settings()
    found: list[Callable[[], GroupView]] = []
    for planned in plan.make(loaded).groups(reserve=False):
        paths = tar_paths(run, planned.id)
        if paths and len(found) < most:
            found.append(partial(_view, planned, settings, loaded.engine.name, paths, read))
    if not found:
        raise SystemExit(f"{folder} has no groups; expected a run folder with groups that were generated.")
    return found


def _view(planned: PlannedGroup, settings: EngineSettings, engine: str, paths: list[Path], read: Reader) -> GroupView:
    return view_group(planned, settings, engine, [read(path) for path in paths])


def crops(view: GroupView, side: int) -> Crops:
    """The subjects of a group on grey (N, side, side, 3), and their covers (N, side, side)."""
    pictures, covers = zip(*(grey_cut_out(sample.picture, sample.mask, side=side) for sample in view.samples), strict=True)
    return np.stack(pictures), np.stack(covers)


def look(encoder: Encoder, cache: FeatureCache, made: Crops) -> None:
    """What a check makes of cut-outs: the mean of every stage inside the mask."""
    pictures, covers = made
    for maps in cache.encode(encoder, pictures).maps:
        shape = maps.shape[2:]
        weights = torch.nn.functional.interpolate(torch.from_numpy(covers)[:, None].float(), size=shape, mode="area")
        ((maps * weights).sum((2, 3)) / weights.sum((2, 3)).clamp_min(1e-6)).numpy()


def measuring(folder: Path, copy: Path, most: int, encoder: str) -> dict[str, Callable[[], None]]:
    """The measuring of `validate` over a copy of the first groups, with an encoder and without."""
    loaded = recipe.load(str(Run(folder).recipe))
    chosen: list[PlannedGroup] = []
    for planned in plan.make(loaded).groups(reserve=False):
        paths = tar_paths(Run(folder), planned.id)
        if paths and len(chosen) < most:
            chosen.append(planned)
            for path in paths:
                Run(copy).group_tar(planned.id).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, Run(copy).group_tar(planned.id).parent / path.name)

    def run(options: dict[str, str], kept: bool) -> None:
        checks = {"structure": {}, "identity": options}
        shared.cache_clear()
        shutil.rmtree(Run(copy).measures, ignore_errors=True)
        if not kept:
            shutil.rmtree(copy / "features", ignore_errors=True)
        work = MeasureWork(Run(copy), loaded.seed, loaded.engine.name, loaded.engine_settings(), checks)
        if sum(found.samples for _, found in spread(work, (Task(one.id, one) for one in chosen), 1)) == 0:
            raise SystemExit("nothing was measured")

    wanted = {"encoder": encoder}
    return {MEASURED: partial(run, wanted, False), KNOWN: partial(run, wanted, True), PLAIN: partial(run, {}, True)}


def ways(
    encoder: Encoder, reads: list[Callable[[], GroupView]], side: int, whole: list[GroupView], name: str
) -> dict[str, Callable[[], None]]:
    """Each way of looking at all the groups once."""
    views = [read() for read in reads]
    ready = [crops(view, side) for view in views]

    def checked(check: Identity) -> None:
        shared.cache_clear()
        for view in whole:
            check.measure(view)

    known = FeatureCache(budget=8 * 2**30)

    def bare() -> None:
        for pictures, _ in ready:
            encoder.encode(pictures)

    def over(source: Iterator[Crops], cache: FeatureCache) -> None:
        with torch.inference_mode():
            for made in source:
                look(encoder, cache, made)

    over(iter(ready), known)
    return {
        "bare": bare,
        "decoded": lambda: over((crops(view, side) for view in views), FeatureCache()),
        "in turn": lambda: over((crops(read(), side) for read in reads), FeatureCache()),
        "known": lambda: over((crops(read(), side) for read in reads), known),
        WITH: partial(checked, Identity(name)),
        WITHOUT: partial(checked, Identity()),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--encoder", default="augnet")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--side", type=int, default=SIDE, help=f"of the cut-outs, in pixels; the check's is {SIDE}")
    parser.add_argument("--groups", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    os.environ["SPOTDIFF10K_DEVICE"] = arguments.device
    encoder = load_encoder(arguments.encoder, input_size=arguments.side)
    reads = groups(arguments.run, arguments.groups, read_pictures)
    whole = [read() for read in groups(arguments.run, arguments.groups, read_tar)]
    pictures = sum(len(view.samples) for view in whole)
    copy = tempfile.TemporaryDirectory()
    timed = {
        **ways(encoder, reads, arguments.side, whole, arguments.encoder),
        **measuring(arguments.run, Path(copy.name), arguments.groups, arguments.encoder),
    }
    for run in timed.values():
        run()
    wall: dict[str, list[float]] = {name: [] for name in timed}
    cpu: dict[str, list[float]] = {name: [] for name in timed}
    for _ in range(arguments.rounds):
        for name, run in timed.items():
            began, began_cpu = time.perf_counter(), time.process_time()
            run()
            wall[name].append(time.perf_counter() - began)
            cpu[name].append(time.process_time() - began_cpu)
    for taken in (wall, cpu):
        with_it, without = taken.pop(WITH), taken.pop(WITHOUT)
        taken["check"] = [one - other for one, other in zip(with_it, without, strict=True)]
        measured, known, plain = taken.pop(MEASURED), taken.pop(KNOWN), taken.pop(PLAIN)
        taken["validate"] = [one - other for one, other in zip(measured, plain, strict=True)]
        taken["resumed"] = [one - other for one, other in zip(known, plain, strict=True)]
    print(f"{arguments.encoder} at {arguments.side} pixels on {arguments.device}, {pictures} pictures, {arguments.rounds} rounds")
    for name in wall:
        seconds, busy = statistics.median(wall[name]), statistics.median(cpu[name])
        share = statistics.median(found / bare for bare, found in zip(wall["bare"], wall[name], strict=True))
        cpu_share = statistics.median(found / bare for bare, found in zip(cpu["bare"], cpu[name], strict=True))
        pace = f"{pictures / seconds:7.1f} pictures a second" if seconds > 0 else "  no time that could be seen"
        print(
            f"{name:8s} {pace}, {max(0.0, share):5.2f} of the bare encoder's time; "
            f"{1000 * busy / pictures:6.1f} ms of CPU a picture, {cpu_share:.2f} of its"
        )


if __name__ == "__main__":
    main()

"""What checks add to the encoder they use: pictures a second of the bare encoder, and of all that a check does around it.

    python benchmarks/neural_throughput.py RUN
    python benchmarks/neural_throughput.py RUN --encoder mobilenet_v2 --side 160 --rounds 5

`bare`      the encoder on arrays that are ready, in batches of one group
`decoded`   a group that other checks decoded before: cut the subjects out, encode, mean inside the mask; what a check adds
`in turn`   read the tar, decode picture and mask, cut the subject out, encode, mean inside the mask: a group after the other
`ahead`     the same, but the next group is read and cut out in a thread while the network looks at this one
`known`     the same pictures again, as a second check asks for them: only looked up
`check`     what the check `identity` takes with the encoder beyond what it takes without, in a group that is decoded: what
            `validate` takes longer for it, since it reads and decodes for all checks once

RUN is a run folder with generated groups. All take turns, so that a busy machine slows them alike; what is printed are medians
of the rounds, and ratios of those. CPU times hardly depend on what else runs. One thread in the network, as beside other
workers; `--threads` for more.
"""

import argparse
import io
import os
import statistics
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
from spotdiff10k.features import FeatureCache  # noqa: E402
from spotdiff10k.features.ahead import ahead  # noqa: E402
from spotdiff10k.identity.neural import SIDE, grey_cut_out  # noqa: E402
from spotdiff10k.run import Run  # noqa: E402
from spotdiff10k.samples import MASK, PICTURE_FORMATS, split_member  # noqa: E402
from spotdiff10k.tar import read_members  # noqa: E402
from spotdiff10k.types import EngineSettings, PlannedGroup  # noqa: E402

Crops = tuple[np.ndarray, np.ndarray]
Reader = Callable[[Path], tuple[StoredTar, bytes]]
WITH, WITHOUT = "with", "without"
"""The check `identity` with the encoder, and without it."""


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


def ways(
    encoder: Encoder, reads: list[Callable[[], GroupView]], side: int, whole: list[GroupView], name: str
) -> dict[str, Callable[[], None]]:
    """Each way of looking at all the groups once."""
    views = [read() for read in reads]
    ready = [crops(view, side) for view in views]

    def checked(check: Identity) -> None:
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
        "ahead": lambda: over(ahead(reads, lambda read: crops(read(), side)), FeatureCache()),
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
    timed = ways(encoder, reads, arguments.side, whole, arguments.encoder)
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
    print(f"{arguments.encoder} at {arguments.side} pixels on {arguments.device}, {pictures} pictures, {arguments.rounds} rounds")
    for name in wall:
        seconds, busy = statistics.median(wall[name]), statistics.median(cpu[name])
        share = statistics.median(found / bare for bare, found in zip(wall["bare"], wall[name], strict=True))
        cpu_share = statistics.median(found / bare for bare, found in zip(cpu["bare"], cpu[name], strict=True))
        print(
            f"{name:8s} {pictures / seconds:7.1f} pictures a second, {share:5.2f} of the bare encoder's time; "
            f"{1000 * busy / pictures:6.1f} ms of CPU a picture, {cpu_share:.2f} of its"
        )


if __name__ == "__main__":
    main()

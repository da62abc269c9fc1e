"""How long, and how much memory, a plan of a million samples takes: make, write, read.

    python benchmarks/plan_million.py --subjects 62500

62,500 subjects in 4 poses × 4 backgrounds are 1,000,000 samples. Each step's time, on the clock and of the processor, and
the process's peak memory so far, are printed; a quarter of the subjects shows what grows with the plan and what does not.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from spotdiff10k import plan, recipe
from spotdiff10k.run import Run

KIB_A_MIB = 1024


def timed(what: str, work: Callable[[], object]) -> object:
    """Run and print seconds, on the clock and of the processor, and peak resident memory."""
    started, worked = time.perf_counter(), time.process_time()
    result = work()
    seconds, processor = time.perf_counter() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_A_MIB
    print(f"{what:<16} {seconds:7.1f} s   processor {processor:6.1f} s   peak {peak:5.0f} MiB", flush=True)
    return result


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subjects", type=int, default=62_500)
    subjects = parser.parse_args().subjects
    loaded = recipe.load("spotdiff10k", [f"subjects.count={subjects}"])
    print(f"{loaded.samples:,} samples of {subjects:,} subjects")
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Path(folder))
        made = timed("make", lambda: plan.make(loaded))
        assert isinstance(made, plan.Plan)
        timed("write", lambda: plan.write(made, loaded, run))
        print(f"{'plan.parquet':<16} {run.plan_parquet.stat().st_size / 1e6:7.1f} MB")
        timed("read every group", lambda: sum(len(group.cells) for group in plan.read(run)))
        timed("read one group", lambda: plan.read(run).group(subjects // 2))
    print({name: count for name, count in made.facts.rejected.items() if count}, "draws refused as too alike")


if __name__ == "__main__":
    main()

"""The generate stage with the embedded engine: the same bytes whatever the number of workers, and whoever made them."""

from pathlib import Path

from sketch_runs import digests, planned

from spotdiff10k import plan
from spotdiff10k.engines.rendered import Rendered
from spotdiff10k.generate import generate
from spotdiff10k.run import Run
from spotdiff10k.stage import open_stage
from spotdiff10k.tar import group_bytes

GROUPS = 5


def test_one_two_and_five_workers_and_none_at_all_make_the_same_bytes(tmp_path: Path) -> None:
    runs: dict[int, Run] = {}
    for workers in (1, 2, 5):
        runs[workers] = planned(tmp_path / str(workers), GROUPS, engine="rendered")
        assert generate(runs[workers], workers).made_groups == GROUPS
    assert digests(runs[1]) == digests(runs[2]) == digests(runs[5])

    here = Rendered(open_stage(runs[1]).settings)
    backwards = reversed(list(plan.read(runs[1]).groups(reserve=False)))
    for group in here.generate(backwards):
        assert runs[1].group_tar(group.id).read_bytes() == b"".join(group_bytes(group))

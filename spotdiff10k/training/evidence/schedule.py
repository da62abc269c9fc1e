"""All jobs of a certificate, in as many processes as there are cores; what an earlier call finished is not done again.

Every job runs on one thread and knows nothing of the others, so that the number of processes changes no figure.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing

from spotdiff10k.errors import RunError
from spotdiff10k.executors import Task
from spotdiff10k.progress import Tally
from spotdiff10k.training.evidence.jobs import Job
from spotdiff10k.training.evidence.storing import Result
from spotdiff10k.training.evidence.worker import EvidenceWork, kept_result

HERE = 0
"""Instead of a number of processes: do everything in this one."""
OnProgress = Callable[[Tally], None]


def run(
    jobs: Mapping[str, Job], work: EvidenceWork, processes: int | None = None, on_progress: OnProgress | None = None
) -> dict[str, Result]:
    """The result of every job, by its name; None processes means all usable cores. Equal jobs are done once.

    Raises RunError when a job cannot be done; what is done is kept.
    """
    digests = {name: job.digest(work.world) for name, job in jobs.items()}
    wanted: dict[str, tuple[str, Job]] = {}
    for name, job in jobs.items():
        wanted.setdefault(digests[name], (name, job))
    found = {digest: result for digest in wanted if (result := kept_result(work.folder, digest))}
    missing = [(name, digest, job) for digest, (name, job) in wanted.items() if digest not in found]
    tell = on_progress or (lambda _: None)
    tell(Tally(len(found), len(wanted), 0))
    for made, (name, digest) in enumerate(_done(missing, work, processes), 1):
        result = kept_result(work.folder, digest)
        if result is None:
            raise RunError(f"{name} was trained, but its result in {work.folder} cannot be read. Is the disk full?")
        found[digest] = result
        tell(Tally(len(found), len(wanted), made, name))
    return {name: found[digest] for name, digest in digests.items()}


def _done(missing: Iterable[tuple[str, str, Job]], work: EvidenceWork, processes: int | None) -> Iterator[tuple[str, str]]:
    """(name, digest) of each job as it is done."""
    missing = list(missing)
    if processes == HERE:
        work.warm_up()
        do = work.open()
        for name, _, job in missing:
            yield name, do(job)
        return
    from spotdiff10k.executors.local import LocalExecutor

    tasks = [Task(name, job) for name, _, job in missing]
    digest_of = {name: digest for name, digest, _ in missing}
    with closing(LocalExecutor(processes).map(work, tasks)) as outcomes:
        for outcome in outcomes:
            if outcome.failure is not None:
                raise RunError(f"{outcome.id} could not be trained: {outcome.failure.error}")
            yield outcome.id, digest_of[outcome.id]

"""build: from a recipe to a sealed, verified release and its report, in one command that can be stopped and repeated."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from spotdiff10k import generate, plan, recipe, report
from spotdiff10k.certify import CertifySummary, CertifyWatchers, certify
from spotdiff10k.events import EventLog
from spotdiff10k.generate import QuarantinedError
from spotdiff10k.limits import read_rules
from spotdiff10k.making import OnProgress as OnMaking
from spotdiff10k.models.needs import refuse_missing, refuse_missing_weights
from spotdiff10k.recipe import Recipe
from spotdiff10k.repair import Watchers, mend
from spotdiff10k.run import Run, driver_lock
from spotdiff10k.shards import ShardSummary, make_release
from spotdiff10k.stage import Stage, open_stage
from spotdiff10k.training.needs import refuse_without_needs
from spotdiff10k.validate import OnProgress, ValidateSummary
from spotdiff10k.verify import VerifyReport, verify


@dataclass(frozen=True, slots=True)
class BuildWatchers:
    """Whom to tell how far a build is; all may be left out."""

    said: Callable[[str], None] = field(default=lambda _: None)  # told, in a sentence, what is done next
    making: OnMaking | None = None
    judging: OnProgress | None = None
    verifying: OnProgress | None = None
    certifying: CertifyWatchers | None = None


@dataclass(slots=True)
class BuildSummary:
    """What a build made, stage by stage."""

    run: Path
    recipe: Recipe
    pictures_made: int = 0  # just now; the others were there
    validated: ValidateSummary = field(default_factory=ValidateSummary)
    sharded: ShardSummary = field(default_factory=ShardSummary)
    verified: VerifyReport | None = None
    certified: CertifySummary | None = None  # where the recipe asks for it; its verdict may be any
    report: Path | None = None  # its index.html
    seconds: dict[str, float] = field(default_factory=dict)  # by stage
    quarantined: QuarantinedError | None = None  # raise it last: what could be built is built


def build(
    path_or_name: str | Path,
    run: Run,
    overrides: Sequence[str] = (),
    workers: int = 0,
    watchers: BuildWatchers | None = None,
) -> BuildSummary:
    """Plan, generate, validate with repair, shard, verify, report; the same call again continues where it was stopped.

    Groups that cannot be made do not stop a build: they are in `quarantined`. Raises RecipeError before any work when
    the recipe cannot be built, DataError when nothing was accepted or the release does not verify.
    """
    chosen = recipe.load(path_or_name, overrides)
    _refuse_unbuildable(chosen)
    with driver_lock(run):
        return _Build(chosen, run, workers, watchers or BuildWatchers()).all()


def _refuse_unbuildable(chosen: Recipe) -> None:
    """Say now what would otherwise be found out after hours."""
    read_rules(chosen.checks)
    refuse_missing(chosen.checks)
    refuse_missing_weights(chosen)
    if chosen.certificate.enabled:
        refuse_without_needs(chosen.certificate.encoder)


class _Build:
    """One build, stage by stage."""

    def __init__(self, chosen: Recipe, run: Run, workers: int, watchers: BuildWatchers) -> None:
        self._recipe = chosen
        self._run = run
        self._workers = workers
        self._watchers = watchers
        self._summary = BuildSummary(run.root, chosen)

    def all(self) -> BuildSummary:
        """Every stage in turn."""
        summary = self._summary
        with self._timed("plan", "Planning."):
            plan.write(plan.make(self._recipe), self._recipe, self._run)
        stage = open_stage(self._run)
        with self._timed("generate", self._what_to_make(stage)):
            self._generate()
        if not self._summary.pictures_made:
            self._watchers.said("Every picture was there already.")
        with self._timed("validate", "Measuring and deciding."):
            watchers = Watchers(self._watchers.judging, self._watchers.making, self._watchers.said)
            summary.validated = mend(stage, self._workers, watchers)
        with self._timed("shard", "Joining shards and sealing the release."):
            summary.sharded = make_release(stage, self._workers)
        with self._timed("verify", "Verifying every byte of it."):
            summary.verified = verify(self._run.root, workers=self._workers, on_progress=self._watchers.verifying)
        if self._recipe.certificate.enabled and summary.verified.ok:
            self._certify()
        with self._timed("report", "Writing the report."):
            summary.report = report.write(self._run, self._workers)
        summary.verified.require()
        return summary

    @contextmanager
    def _timed(self, stage: str, sentence: str) -> Iterator[None]:
        self._watchers.said(sentence)
        began = time.monotonic()
        yield
        seconds = self._summary.seconds[stage] = time.monotonic() - began
        with EventLog(self._run.events) as events:
            events.write(f"build: {stage} ended", seconds=round(seconds, 3))

    def _generate(self) -> None:
        try:
            made = generate.generate(self._run, self._workers, on_progress=self._watchers.making)
        except QuarantinedError as error:
            made = error.summary
            if not made.made_groups + made.kept_groups:
                raise  # there is nothing to go on with, and this says why
            self._summary.quarantined = error
        self._summary.pictures_made = made.made_pictures

    def _certify(self) -> None:
        with self._timed("certify", "Making the certificate."):
            watchers = self._watchers.certifying
            self._summary.certified = certify(self._run.root, self._run.certificate, None, self._workers, watchers)

    def _what_to_make(self, stage: Stage) -> str:
        pictures = int(plan.read(stage.run).facts.counts["samples"])
        if stage.run.groups.is_dir():
            return f"Making what is missing of {pictures:,} pictures."
        return f"Making {pictures:,} pictures."

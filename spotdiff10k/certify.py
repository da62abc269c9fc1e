"""certify: train the reference model and its controls on a set, and write what they show: certificate.json and its page."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from spotdiff10k.certificate_homes import PLAN, refuse_inside
from spotdiff10k.certify_command import command_of
from spotdiff10k.errors import DataError
from spotdiff10k.run import Run
from spotdiff10k.training.foreign import ForeignOptions, ForeignSet, open_foreign
from spotdiff10k.training.needs import refuse_without_needs

if TYPE_CHECKING:
    from spotdiff10k.progress import Tally
    from spotdiff10k.training.evidence.certificate import Certified
    from spotdiff10k.training.evidence.options import CertifyOptions
    from spotdiff10k.training.evidence.refused import RefusedSet
    from spotdiff10k.training.results import Certificate
    from spotdiff10k.training.views import GroupedSet

RELEASE, RECIPE = "release.json", "recipe.yaml"
TRAINED_ON = 2 / 3
"""Share of the subjects that people ask for."""


@dataclass(frozen=True, slots=True)
class SetOptions:
    """Which set, how it is read, and how much of it is used."""

    encoder: str = ""  # "": the one that needs no network
    seeds: int = 0  # 0: as many as the rule or the recipe says
    subjects: int = 0  # at most so many, two thirds of them to train on; 0 leaves it to the rule
    foreign: ForeignOptions = field(default_factory=ForeignOptions)
    logs: bool = False  # keep every step of what is trained


@dataclass(frozen=True, slots=True)
class CertifyWatchers:
    """Whom to tell how far a certificate is; all may be left out."""

    said: Callable[[str], None] = field(default=lambda _: None)  # told, in a sentence, what is done next
    opening: "Callable[[Tally], None] | None" = None  # pictures of a foreign set
    looking: "Callable[[Tally], None] | None" = None  # pictures by the frozen encoder
    training: "Callable[[Tally], None] | None" = None


@dataclass(frozen=True, slots=True)
class CertifySummary:
    """A certificate that was made."""

    folder: Path
    page: Path
    certificate: "Certificate"
    seconds: dict[str, float]  # by what was done
    left_out: tuple[tuple[str, str], ...] = ()  # pictures of a foreign set that cannot be used, and why

    def require(self) -> None:
        """Raise DataError unless the set is certified."""
        verdict = self.certificate.verdict
        if verdict.level != "certified":
            raise DataError(f"{self.certificate.dataset.name} is not certified. {verdict.sentence} See {self.page}")


@dataclass(frozen=True, slots=True)
class CertifyPlan:
    """What would be trained."""

    name: str
    pictures: int
    training_subjects: int
    held_out_subjects: int
    trainings: int
    controls: tuple[str, ...]  # titles of those that can be made
    not_made: tuple[str, ...]  # titles of those that cannot


def certify(
    path: Path,
    folder: Path,
    options: SetOptions | None = None,
    workers: int = 0,
    watchers: CertifyWatchers | None = None,
) -> CertifySummary:
    """Make the certificate of a run, a release or a foreign set in `folder`; what was finished before is not done again.

    The verdict may be any: ask `require()`. Raises MissingExtraError without torch, ModelError without the encoder's weights,
    DataError when the set cannot be read or shows nothing.
    """
    chosen, told = options or SetOptions(), watchers or CertifyWatchers()
    how = how_of(path, chosen)
    refuse_inside(path, folder)
    refuse_without_needs(how.encoder)
    grouped = open_set(path, chosen, how, workers, told)
    return certify_opened(path, grouped, folder, how, workers, told, command_of([(path, chosen)]))


def certify_opened(
    path: Path,
    grouped: "GroupedSet",
    folder: Path,
    how: "CertifyOptions",
    workers: int,
    told: CertifyWatchers,
    command: str = "",
) -> CertifySummary:
    """The same of a set that is open, and in the way that is said; `command` is the one that does it, for the page.

    Raises what `certify` raises.
    """
    from spotdiff10k.training.evidence.certificate import Watchers
    from spotdiff10k.training.evidence.certificate import certify as make

    watching = Watchers(told.said, told.looking, told.training)
    foreign = grouped if isinstance(grouped, ForeignSet) else None
    disclosures = foreign.disclosures() if foreign else ()
    pages: list[Path] = []
    made = make(
        grouped,
        folder,
        how,
        workers or None,
        watching,
        None if how.pictures else _refused(path),
        lambda shown: pages.append(_drawn(shown, folder, command or command_of([(path, SetOptions())]))),
        disclosures,
    )
    return CertifySummary(folder, pages[0], made.certificate, made.seconds, foreign.failed if foreign else ())


def _refused(path: Path) -> "RefusedSet | None":
    """What a run's checks refused; None of anything but a run that still has its groups."""
    run = Run(path)
    if not (run.verdicts.is_file() and run.plan_json.is_file() and run.groups.is_dir()):
        return None
    from spotdiff10k.training.evidence.refused import RefusedSet

    return RefusedSet(run)


def how_of(path: Path, options: SetOptions) -> "CertifyOptions":
    """How the certificate is made: by the rule of the run's recipe where there is one, changed as somebody asked."""
    from spotdiff10k.training.evidence.options import CertifyOptions

    how = CertifyOptions()
    if (path / PLAN).is_file() and (path / RECIPE).is_file():
        from spotdiff10k.recipe import read_resolved

        how = read_resolved(path / RECIPE).certificate.options()
    if options.seeds:
        how = replace(how, seeds=tuple(range(1, options.seeds + 1)))
    if options.encoder:
        how = replace(how, encoder=options.encoder)
    if options.logs:
        how = replace(how, logs=True)
    if options.subjects:
        training = round(options.subjects * TRAINED_ON)
        how = replace(how, training_subjects=training, held_out_subjects=options.subjects - training)
    return how


def open_set(path: Path, options: SetOptions, how: "CertifyOptions", workers: int, watchers: CertifyWatchers) -> "GroupedSet":
    """A sealed release, or a foreign set. Raises DataError when it is neither, or nothing that can be used."""
    if (path / RELEASE).is_file() or (path / PLAN).is_file():
        from spotdiff10k.data.release import load_release
        from spotdiff10k.training.release_set import ReleaseSet

        return ReleaseSet(load_release(path))
    foreign = replace(options.foreign, training_subjects=how.training_subjects, held_out_subjects=how.held_out_subjects)
    watchers.said(f"Opening every picture of {path}.")
    return open_foreign(path, foreign, workers, _as_tally(watchers.opening))


def plan(path: Path, options: SetOptions | None = None, workers: int = 0, watchers: CertifyWatchers | None = None) -> CertifyPlan:
    """What `certify` would train, without training it. Raises DataError when the set cannot be read."""
    chosen = options or SetOptions()
    how = how_of(path, chosen)
    return plan_opened(path, open_set(path, chosen, how, workers, watchers or CertifyWatchers()), how)


def plan_opened(path: Path, grouped: "GroupedSet", how: "CertifyOptions") -> CertifyPlan:
    """The same of a set that is open, and in the way that is said."""
    import numpy as np

    from spotdiff10k.training.evidence import planning
    from spotdiff10k.training.evidence.filters import JoinedSet, put_back, those_of
    from spotdiff10k.training.evidence.part_set import TRAIN, limited
    from spotdiff10k.training.evidence.training_set import TrainingSet
    from spotdiff10k.training.views import labels_of

    part = limited(grouped, how.training_subjects, how.held_out_subjects, how.pictures)
    refused = None if how.pictures else _refused(path)
    refused = None if refused is None else those_of(part, grouped, refused)
    rows = np.flatnonzero([view.split == TRAIN for view in part.views])
    labels = labels_of(part.views if refused is None else JoinedSet(part, refused).views)
    checks = [] if refused is None else put_back(part.views, refused)
    plates = rows if part.plate(0) is not None else None
    planned = planning.plan(TrainingSet(rows, labels[rows]), labels, how, part.mask(0) is not None, plates, checks)
    training = len({view.subject for view in part.views if view.split == TRAIN})
    return CertifyPlan(
        name=grouped.name,
        pictures=len(part.views),
        training_subjects=training,
        held_out_subjects=len({view.subject for view in part.views}) - training,
        trainings=len({job.digest("") for _, job in planning.trainings(planned)}),
        controls=tuple(one.kind.title for one in planned.tried if one.arm is not None),
        not_made=tuple(one.kind.title for one in planned.tried if one.arm is None),
    )


def _drawn(made: "Certified", folder: Path, command: str) -> Path:
    from spotdiff10k.training.report import Exhibit, write_page

    certificate = made.certificate
    rows = made.held_out.tolist()
    after = "the subject code, with masks" if certificate.dataset.masks else "the subject code"
    exhibit = Exhibit(made.views, made.before, made.after, lambda index: made.grouped.picture(rows[index]), after_title=after)
    return write_page(folder, certificate, exhibit, command)


def _as_tally(show: "Callable[[Tally], None] | None") -> Callable[[int, int], None] | None:
    if show is None:
        return None
    from spotdiff10k.progress import Tally

    return lambda done, total: show(Tally(done, total, done))

"""spotdiff10k certify SET: train the reference model and its controls on a set, and show what it teaches."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from spotdiff10k.commands.bars import Bars
from spotdiff10k.commands.output import JsonFlag, Output, QuietFlag, WorkersOption, folder

if TYPE_CHECKING:
    from spotdiff10k.certify import CertifyPlan, CertifySummary, CertifyWatchers, SetOptions

LISTED = 10
"""Pictures that are left out, by name."""
SetArgument = Annotated[
    Path,
    typer.Argument(metavar="SET", help="A run, a release, or pictures in groups: a folder of folders, a table, tars, Parquet."),
]
AgainstOption = Annotated[
    Path | None, typer.Option("--against", metavar="SET", help="Certify another set in the same way, and show both.")
]
ColumnsOption = Annotated[
    str,
    typer.Option(
        "--columns", metavar="A=X,B=Y", help="What a set that is no release calls things: subject=item_id,picture=path,pose=view"
    ),
]
PairsOption = Annotated[
    str,
    typer.Option("--pairs", metavar="width=W,pad=P", help="Every picture holds two views side by side, as in Subjects200K."),
]
AgainstColumns = Annotated[
    str, typer.Option("--against-columns", metavar="A=X", help="--columns of the other set, where it differs.")
]
AgainstPairs = Annotated[str, typer.Option("--against-pairs", metavar="W", help="--pairs of the other set, where it differs.")]
MaskSuffix = Annotated[str, typer.Option("--mask-suffix", help="How the names of masks end in a folder of folders.")]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", "-o", metavar="DIR", parser=folder, help="Where to write; else RUN/certificate or NAME-certificate."),
]
EncoderOption = Annotated[
    str, typer.Option("--encoder", help="The frozen encoder that looks at pictures; augnet needs no network.")
]
SeedsOption = Annotated[
    int, typer.Option("--seeds", min=0, max=99, help="How often each arm is trained; 0: as the recipe or the rule says, 3.")
]
SubjectsOption = Annotated[
    int,
    typer.Option("--subjects", min=0, metavar="N", help="Use N subjects at most, two thirds to train on; always the same ones."),
]

LogsFlag = Annotated[
    bool,
    typer.Option(
        "--logs", help="Keep every step of what is trained: JSON lines, and TensorBoard's events where it is installed."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command(name="certify")(certify)


def certify(
    path: SetArgument,
    against: AgainstOption = None,
    columns: ColumnsOption = "",
    pairs: PairsOption = "",
    against_columns: AgainstColumns = "",
    against_pairs: AgainstPairs = "",
    mask_suffix: MaskSuffix = ".mask.png",
    encoder: EncoderOption = "",
    seeds: SeedsOption = 0,
    subjects: SubjectsOption = 0,
    output: OutOption = None,
    logs: LogsFlag = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be trained; train nothing.")] = False,
    workers: WorkersOption = 0,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> None:
    """Prove, or refuse, that a set teaches what it is for: subject features free of pose and background.

    A small, fixed model is trained on the training subjects and asked about the others, beside controls that must fail. What was
    finished is not done again: the same command continues. Exit code 3 when the set is refused, when a
    control did not fail, or when the set cannot be read.
    """
    out = Output(json, quiet)
    sets = [(path, _options(columns, pairs, mask_suffix, encoder, seeds, subjects, logs))]
    if against is not None:
        other = _options(against_columns or columns, against_pairs or pairs, mask_suffix, encoder, seeds, subjects, logs)
        sets.append((against, other))
    if dry_run:
        _tell_plans(out, sets, workers)
        return
    found = _certified(out, sets, output, workers) if against is None else _compared(out, sets, output, workers)
    for one in found:
        one.require()


def _options(columns: str, pairs: str, mask_suffix: str, encoder: str, seeds: int, subjects: int, logs: bool) -> "SetOptions":
    from spotdiff10k.certify import SetOptions
    from spotdiff10k.training.foreign import ForeignOptions
    from spotdiff10k.training.foreign.columns import parse_columns
    from spotdiff10k.training.foreign.folders import Marks
    from spotdiff10k.training.foreign.pair_pictures import parse_pairs

    layout = parse_pairs(pairs) if pairs else None
    return SetOptions(encoder, seeds, subjects, ForeignOptions(parse_columns(columns), layout, Marks(mask=mask_suffix)), logs)


def _watchers(bars: Bars) -> "CertifyWatchers":
    from spotdiff10k.certify import CertifyWatchers

    return CertifyWatchers(bars.say, bars.opening, bars.looking, bars.training)


def _certified(out: Output, sets: "list[tuple[Path, SetOptions]]", output: Path | None, workers: int) -> "list[CertifySummary]":
    from spotdiff10k import certify as stage
    from spotdiff10k.certificate_homes import home_of

    ((where, options),) = sets
    with ExitStack() as stack:
        found = stage.certify(where, home_of(where, output), options, workers, _watchers(Bars(out, stack)))
    tell(out, found)
    out.result(_values(found))
    return [found]


def _compared(out: Output, sets: "list[tuple[Path, SetOptions]]", output: Path | None, workers: int) -> "list[CertifySummary]":
    from spotdiff10k.against import certify_against
    from spotdiff10k.training.report import comparing

    with ExitStack() as stack:
        both = certify_against(sets, output, workers, _watchers(Bars(out, stack)))
    for one in both.sets:
        tell(out, one)
    left, right = (one.certificate for one in both.sets)
    out.table("Side by side", comparing.columns(left, right), comparing.table_rows(left, right))
    for sentence in (*both.told, *comparing.cautions(left, right)):
        out.note(sentence)
    out.say(f"Both: {both.page}")
    values = {"sets": [_values(one) for one in both.sets], "against": comparing.as_values(left, right)}
    out.result({**values, "made_alike": list(both.told), "page": str(both.page)})
    return list(both.sets)


def _tell_plans(out: Output, sets: "list[tuple[Path, SetOptions]]", workers: int) -> None:
    from spotdiff10k import certify as stage
    from spotdiff10k.against import plans_against

    plans: list[CertifyPlan] = []
    alike: tuple[str, ...] = ()
    with ExitStack() as stack:
        watchers = _watchers(Bars(out, stack))
        if len(sets) > 1:
            plans, alike = plans_against(sets, workers, watchers)
        else:
            plans = [stage.plan(where, options, workers, watchers) for where, options in sets]
    for sentence in alike:
        out.say(sentence)
    for one in plans:
        out.say(
            f"{one.name}: {one.pictures:,} pictures, {one.training_subjects:,} subjects to train on and "
            f"{one.held_out_subjects:,} held out; {one.trainings} trainings."
        )
        out.say(f"Controls: {', '.join(one.controls).lower()}." if one.controls else "No control can be made of it.")
        if one.not_made:
            out.say(f"Not made, since the set does not allow it: {', '.join(one.not_made).lower()}.")
    out.result({"sets": [_plain(one) for one in plans]})


def _plain(planned: "CertifyPlan") -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(planned)


def tell(out: Output, found: "CertifySummary") -> None:
    """What was found, as tables, and the verdict last."""
    from spotdiff10k.training import summary

    certificate = found.certificate
    for what, why in found.left_out[:LISTED]:
        out.note("".join(letter if letter.isprintable() else "?" for letter in f"Left out {what}: {why}"))
    if len(found.left_out) > LISTED:
        out.note(f"Left out {len(found.left_out) - LISTED:,} more.")
    name = certificate.dataset.name
    out.table(f"{name}: the rule", summary.FIGURE_COLUMNS, summary.figure_rows(certificate))
    if certificate.controls:
        out.table(f"{name}: controls that must fail", summary.CONTROL_COLUMNS, summary.control_rows(certificate))
    for reason in certificate.verdict.reasons:
        out.say(f"- {reason}")
    out.say(certificate.verdict.sentence)
    out.say(f"Look: {found.page}")


def _values(one: "CertifySummary") -> dict[str, Any]:
    from spotdiff10k.training import summary

    return {
        **summary.as_values(one.certificate),
        "name": one.certificate.dataset.name,
        "certificate": str(one.folder / "certificate.json"),
        "page": str(one.page),
        "seconds": one.seconds,
        "left_out": [{"what": what, "why": why} for what, why in one.left_out],
    }

"""spotdiff10k verify PATH: prove that a release is what was sealed, planned and accepted."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from spotdiff10k.commands.output import JsonFlag, Output, QuietFlag, WorkersOption
from spotdiff10k.errors import DataError, RunError

if TYPE_CHECKING:
    from spotdiff10k.verify import VerifyReport

LISTED = 20
PROVED = {
    "bytes": "made again, they are the same to the byte",
    "pixels": "made again, their pixels are the same (at most {difference} steps apart), their bytes are not",
}


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command(name="verify")(verify)


def verify(
    path: Annotated[Path, typer.Argument(help="A run folder with a sealed release, or a copy of a release.")],
    rerender: Annotated[
        int, typer.Option("--rerender", min=0, metavar="N", help="Also make N groups again from the plan, and compare.")
    ] = 0,
    workers: WorkersOption = 0,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> None:
    """Read every byte of a release, decode every member, and compare with the seal, the index, the plan and the verdicts.

    Exit code 3 when anything is wrong; each problem names its file and member.
    """
    from spotdiff10k import progress
    from spotdiff10k.progress import Tally
    from spotdiff10k.verify import verify as stage

    if not path.is_dir():
        what = "is a file" if path.exists() else "does not exist"
        raise RunError(f"{path} {what}; expected the folder of a release: a run folder, or a copy of its release.")
    out = Output(json, quiet)
    with progress.shown("Verifying", "samples", out.silent) as show:
        report = stage(path, rerender, workers, lambda done, total: show(Tally(done, total, done)))
    out.result(as_values(report))
    if report.other_versions:
        out.note(f"It was made with {', '.join(report.other_versions)}: pixels made here may differ.")
    if not report.ok:
        raise DataError(_failed(out, report))
    tell(out, report)


def _failed(out: Output, report: "VerifyReport") -> str:
    """List the problems, and say it in a sentence."""
    problems = report.problems
    first = str(problems.listed[0])
    if problems.count == 1:
        return f"{report.path} did not pass: {first}"
    for problem in problems.listed[:LISTED]:
        out.note(str(problem))
    rest = problems.count - min(LISTED, len(problems.listed))
    more = f" {rest:,} more are not shown." if rest else ""
    return f"{report.path} did not pass: {problems.count:,} problems; the first: {first}{more}"


def tell(out: Output, report: "VerifyReport") -> None:
    """Say what was proved."""
    out.say(
        f"{report.name} is as it was sealed: {report.files:,} files, {report.groups:,} groups, {report.samples:,} samples and "
        f"{report.members:,} members, all read, decoded and compared."
    )
    if report.rerendered:
        proved = PROVED[report.proved].format(difference=report.largest_difference)
        out.say(f"{', '.join(report.rerendered)}: {proved}.")
    out.say(f"Release digest: {report.digest}")


def as_values(report: "VerifyReport") -> dict[str, Any]:
    """The report for --json."""
    from dataclasses import asdict

    problems = [asdict(problem) for problem in report.problems.listed]
    values = {**asdict(report), "path": str(report.path), "problems": problems, "problem_count": report.problems.count}
    return {"ok": report.ok, **values}

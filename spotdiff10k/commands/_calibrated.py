"""Showing what a calibration would measure, and what it found."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from spotdiff10k.commands.output import Output

if TYPE_CHECKING:
    from spotdiff10k.calibration import Calibration
    from spotdiff10k.calibration.pairs import PairsRequest
    from spotdiff10k.calibration.preparing import Prepared
    from spotdiff10k.calibration.values import DefectCalibration, GradeCalibration

BLIND = 0.6
"""Area under the curve up to which a measure is said to be blind to a defect."""


def tell_plan(out: Output, prepared: "Prepared") -> dict[str, Any]:
    """Say what will be measured, and give it as values."""
    counts = prepared.request.counts
    out.say(
        f"{counts.thresholds} subjects to choose thresholds on, {counts.held_out} others to report on, "
        f"{prepared.plantings:,} planted defects; checks: {', '.join(prepared.checks)}."
    )
    for name, why in prepared.skipped.items():
        out.note(f"Not calibrated: {name}. {why}")
    return {
        "groups": len(prepared.groups),
        "plantings": prepared.plantings,
        "sizes": list(prepared.request.sizes),
        "checks": list(prepared.checks),
        "skipped": dict(prepared.skipped),
    }


def tell_pairs(out: Output, request: "PairsRequest") -> dict[str, Any]:
    """Say what of a folder of photographs will be measured, and give it as values. Raises DataError and RecipeError."""
    from spotdiff10k.calibration.pairs import DEFECTS
    from spotdiff10k.calibration.photographs import MOST_VIEWS, halves, read_folder
    from spotdiff10k.limits import make_check

    for name in request.checks:
        make_check(name, request.checks)
    objects = read_folder(request.folder)
    parts = halves(objects, request.seed)
    views = sum(min(MOST_VIEWS, len(one.views)) for one in objects)
    plantings = len(objects) * sum(len(one.grades) for one in DEFECTS.values())
    out.say(
        f"{len(parts['train'])} objects to choose thresholds on, {len(parts['test'])} others to report on, {views:,} views; "
        f"{plantings:,} planted defects; checks: {', '.join(request.checks)}."
    )
    told = {"objects": len(objects), "views": views, "plantings": plantings}
    return {**told, "sizes": [request.size], "checks": list(request.checks)}


def tell(out: Output, found: "Calibration") -> None:
    """The table of defects, and what is refused wrongly."""
    rows = [_graded(name, defect, grade) for name, defect in found.defects.items() for grade in defect.grades]
    out.table("Planted defects, on held-out subjects", ("defect", "grade", "", "planted", "caught (95 %)", "seen best by"), rows)
    refusals = [
        (name, str(check.refused.samples), str(check.refused.groups), len(found.thresholds(name)))
        for name, check in found.checks.items()
    ]
    out.table("Good ones refused", ("check", "samples", "groups", "thresholds chosen"), refusals)
    unchecked = [
        (f"{name}.{measure}", groups, why)
        for name, check in found.checks.items()
        for measure, values in check.measures.items()
        for why, groups in values.unchecked.items()
    ]
    if unchecked:
        out.table("Not measured, and so neither passed nor refused", ("measure", "groups", "why"), unchecked)
    out.say(f"All checks together refuse {found.refused.samples} of good samples and {found.refused.groups} of good groups.")


def _graded(name: str, defect: "DefectCalibration", grade: "GradeCalibration") -> Sequence[object]:
    from spotdiff10k.calibration.page import why_nothing_planted

    kind = "severe" if grade.severe else ""
    caught = why_nothing_planted([grade]) or str(grade.caught)
    return (name, f"{grade.severity:g}", kind, grade.planted, caught, _best(grade.measures) if grade.planted else "")


def _best(measures: Mapping[str, Any]) -> str:
    """The measure that sees a grade best, with its area under the curve."""
    if not measures:
        return "nothing measured"
    name, curve = max(measures.items(), key=lambda item: (item[1].auc, item[0]))
    return f"{name} {curve.auc:.3f}" if curve.auc > BLIND else "nothing"


def summary(found: "Calibration") -> dict[str, Any]:
    """The rates for --json."""
    return {
        "false_refusals": {"samples": found.refused.samples.share, "groups": found.refused.groups.share},
        "thresholds": {name: found.thresholds(name) for name in found.checks},
        "caught": {
            name: {f"{grade.severity:g}": grade.caught.share if grade.caught.of else None for grade in defect.grades}
            for name, defect in found.defects.items()
        },
    }

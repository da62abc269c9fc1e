"""A calibration as one page of HTML with its drawings in it: what each check sees of each defect, and the curves."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from spotdiff10k.calibration.defects import FAMILIES
from spotdiff10k.calibration.drawings import roc_drawing, severity_drawing
from spotdiff10k.calibration.rates import Rate
from spotdiff10k.calibration.values import Calibration, DefectCalibration, GradeCalibration
from spotdiff10k.run import write_atomically

STYLE = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
FULL = 100


def write(path: Path, found: Calibration) -> None:
    """Write the page."""
    write_atomically(path, html(found).encode())


def html(found: Calibration) -> str:
    """The page; every text in it is escaped."""
    parts = [
        _head(found),
        "<h2>What is caught at the severe grades</h2>",
        '<p class="lead">Share of planted defects that every check catches by itself, on subjects that had no part in choosing '
        "thresholds. Of several severe grades the one that is caught least. Hover for the interval.</p>",
        _matrix(found),
        "<h2>What good ones are refused</h2>",
        _refusals(found),
        _unchecked(found),
        "<h2>From mild to severe</h2>",
        '<p class="lead">Left: share caught by all checks together, with its 95 % interval, by grade; a filled dot is a severe '
        "grade. Right: the curves of the measure that sees the defect best, one for each grade, the darker the more severe.</p>",
        _curves(found),
    ]
    title = f"<title>Calibration {escape(found.name)}</title>"
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width">{title}<style>{STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body><main>{"".join(parts)}</main></body></html>\n'


def _head(found: Calibration) -> str:
    made_on = found.made_on
    what = f"engine {made_on.engine}, version {made_on.engine_version}" if made_on.engine else "photographs"
    facts = [
        ("Made on", what),
        ("Sizes", ", ".join(f"{size} px" for size in dict.fromkeys(made_on.sizes))),
        ("Thresholds chosen on", f"{len(made_on.threshold_subjects)} subjects, {made_on.threshold_samples:,} samples"),
        ("Reported on", f"{len(made_on.held_out_subjects)} others, {made_on.held_out_samples:,} samples"),
        ("Planted and measured", f"{sum(grade.planted for one in found.defects.values() for grade in one.grades):,}"),
        ("Aim", f"at most {found.target:.1%} of good samples refused"),
        ("Good samples refused", str(found.refused.samples)),
        ("Good groups refused", str(found.refused.groups)),
    ]
    listed = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in facts)
    skipped = "".join(f'<p class="note">Not calibrated: {escape(name)}. {escape(why)}</p>' for name, why in found.skipped.items())
    return f"<h1>Calibration <em>{escape(found.name)}</em></h1><dl>{listed}</dl>{skipped}"


def _families(found: Calibration) -> dict[str, list[tuple[str, DefectCalibration]]]:
    """The defects by family, in the order of the table where it knows the family."""
    order = [*FAMILIES, *{one.family: "" for one in found.defects.values() if one.family not in FAMILIES}]
    listed = {family: [(name, one) for name, one in found.defects.items() if one.family == family] for family in order}
    return {family: members for family, members in listed.items() if members}


def _worst(defect: DefectCalibration) -> GradeCalibration | None:
    """The severe grade that is caught least, of those that were planted at all."""
    severe = [grade for grade in defect.grades if grade.severe and grade.planted]
    return min(severe, key=lambda grade: grade.caught.share, default=None)


def why_nothing_planted(grades: Sequence[GradeCalibration]) -> str:
    """Why there is nothing to tell of these grades; empty where there is."""
    if any(grade.planted for grade in grades):
        return ""
    hidden = any(grade.invisible for grade in grades)
    return "nothing visible planted" if hidden else "not measured: too few groups, or no check that looks for it"


def _matrix(found: Calibration) -> str:
    columns = list(found.checks)
    head = "".join(f'<th class="tilted"><span>{escape(name.replace("_", " "))}</span></th>' for name in columns)
    rows: list[str] = []
    for family, members in _families(found).items():
        rows.append(f'<tr class="family"><th colspan="{len(columns) + 3}">{escape(family)}</th></tr>')
        for name, defect in members:
            worst = _worst(defect)
            rows.append(_row(name, defect, worst, columns))
    return (
        f'<div class="scroll"><table class="matrix"><thead><tr><th></th><th class="grade">grade</th><th class="tilted"><span>all '
        f"checks</span></th>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _row(name: str, defect: DefectCalibration, worst: GradeCalibration | None, columns: Sequence[str]) -> str:
    if worst is None:
        nothing = escape(why_nothing_planted([grade for grade in defect.grades if grade.severe]))
        return f'<tr><th>{escape(name)}</th><td colspan="{len(columns) + 2}" class="note">{nothing}</td></tr>'
    cells = "".join([_cell(worst.caught, "all"), *(_cell(worst.checks.get(check)) for check in columns)])
    grade = f'<td class="grade">{worst.severity:g}</td>'
    return f'<tr title="{escape(defect.what)}"><th>{escape(name)}</th>{grade}{cells}</tr>'


def _cell(rate: Rate | None, kind: str = "") -> str:
    if rate is None or not rate.of:
        return '<td class="none"></td>'
    share = rate.count / rate.of
    shown = f"{int(FULL * share)}" if share else "·"
    title = f"{rate.count} of {rate.of}: {rate}"
    return f'<td class="heat {kind}" style="--share:{share:.3f}" title="{escape(title)}">{shown}</td>'


def _refusals(found: Calibration) -> str:
    rows = [
        f"<tr><th>{escape(name)}</th><td>{escape(str(one.refused.samples))}</td><td>{escape(str(one.refused.groups))}</td>"
        f"<td>{_thresholds(found.thresholds(name))}</td></tr>"
        for name, one in found.checks.items()
    ]
    head = "<tr><th></th><th>samples</th><th>groups</th><th>thresholds chosen</th></tr>"
    return f'<div class="scroll"><table class="plain"><thead>{head}</thead><tbody>{"".join(rows)}</tbody></table></div>'


def _unchecked(found: Calibration) -> str:
    """What could not be measured, so that nobody takes it for passed."""
    rows = [
        f"<tr><th>{escape(name)}.{escape(measure)}</th><td>{groups} groups</td><td>{escape(why)}</td></tr>"
        for name, check in found.checks.items()
        for measure, values in check.measures.items()
        for why, groups in values.unchecked.items()
    ]
    table = f'<div class="scroll"><table class="plain"><tbody>{"".join(rows)}</tbody></table></div>'
    return f"<h2>What was not measured</h2>{table}" if rows else ""


def _thresholds(chosen: Mapping[str, float]) -> str:
    shown = [f"<code>{escape(name)}: {value:g}</code>" for name, value in chosen.items()]
    return " ".join(shown) or '<span class="note">the check\'s own</span>'


def _curves(found: Calibration) -> str:
    cards = [
        f'<section class="card"><h3>{escape(name)}</h3><p class="note">{escape(defect.what)}</p>'
        f"{severity_drawing(defect)}{roc_drawing(defect.grades, best)}"
        f'<p class="note">{escape(_best_words(defect.grades, best))}</p></section>'
        for members in _families(found).values()
        for name, defect in members
        for best in [_best(defect.grades)]
    ]
    return f'<div class="cards">{"".join(cards)}</div>'


def _best(grades: Sequence[GradeCalibration]) -> str:
    """The measure that sees a defect best over its grades."""
    areas: dict[str, float] = {}
    for grade in grades:
        for name, curve in grade.measures.items():
            areas[name] = areas.get(name, 0.0) + (curve.auc if curve.roc else 0.0)
    return max(areas, key=lambda name: areas[name], default="")


def _best_words(grades: Sequence[GradeCalibration], best: str) -> str:
    areas = [f"{grade.measures[best].auc:.3f}" for grade in grades if best in grade.measures]
    seen = f"{best}: area {', '.join(areas)}" if areas else "no measure sees it"
    invisible = sum(grade.invisible for grade in grades)
    return f"{seen}; {invisible} plantings changed nothing visible" if invisible else seen

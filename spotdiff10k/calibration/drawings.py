"""Small drawings as SVG: shares caught by grade, and curves."""

from collections.abc import Sequence
from html import escape

from spotdiff10k.calibration.values import DefectCalibration, GradeCalibration

WIDTH, HEIGHT = 200.0, 150.0
LEFT, RIGHT, TOP, BOTTOM = 30.0, 8.0, 10.0, 24.0
SIDE = 150.0
FAINTEST = 0.25
"""Opacity of the mildest grade's curve."""


def severity_drawing(defect: DefectCalibration) -> str:
    """Share caught by grade, with intervals; grades are spaced evenly."""
    grades = [grade for grade in defect.grades if grade.caught.of]
    if not grades:
        return ""
    step = (WIDTH - LEFT - RIGHT) / max(1, len(grades) - 1)
    places = [LEFT + (step * place if len(grades) > 1 else (WIDTH - LEFT - RIGHT) / 2) for place in range(len(grades))]
    line = " ".join(f"{x:.1f},{_height(grade.caught.share):.1f}" for x, grade in zip(places, grades, strict=True))
    marks = "".join(_mark(x, grade) for x, grade in zip(places, grades, strict=True))
    return (
        f'<svg viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="share caught by grade">{_shares()}'
        f'<polyline class="line" points="{line}"/>{marks}</svg>'
    )


def _height(share: float) -> float:
    return TOP + (1 - share) * (HEIGHT - TOP - BOTTOM)


def _shares() -> str:
    """Lines at none, half and all, with their numbers."""
    return "".join(
        f'<line class="rule" x1="{LEFT:g}" x2="{WIDTH - RIGHT:g}" y1="{_height(share):.1f}" y2="{_height(share):.1f}"/>'
        f'<text class="tick" x="{LEFT - 5:g}" y="{_height(share) + 3:.1f}" text-anchor="end">{share:.0%}</text>'
        for share in (0.0, 0.5, 1.0)
    )


def _mark(x: float, grade: GradeCalibration) -> str:
    low, high, here = _height(grade.caught.low), _height(grade.caught.high), _height(grade.caught.share)
    kind = "severe" if grade.severe else "mild"
    return (
        f'<line class="span" x1="{x:.1f}" x2="{x:.1f}" y1="{low:.1f}" y2="{high:.1f}"/>'
        f'<circle class="{kind}" cx="{x:.1f}" cy="{here:.1f}" r="3.2"><title>{grade.caught}</title></circle>'
        f'<text class="tick" x="{x:.1f}" y="{HEIGHT - 8:g}" text-anchor="middle">{grade.severity:g}</text>'
    )


def roc_drawing(grades: Sequence[GradeCalibration], measure: str) -> str:
    """The curves of one measure: share of good values refused to the right, share of planted ones caught upward."""
    drawn = [grade for grade in grades if measure in grade.measures and grade.measures[measure].roc]
    if not drawn:
        return ""
    lines = "".join(
        f'<polyline class="roc" style="opacity:{FAINTEST + (1 - FAINTEST) * (place + 1) / len(drawn):.2f}" '
        f'points="{_points(grade.measures[measure].roc)}"><title>{grade.severity:g}</title></polyline>'
        for place, grade in enumerate(drawn)
    )
    frame = f'<rect class="frame" x="{LEFT:g}" y="{TOP:g}" width="{_span():g}" height="{_span():g}"/>'
    words = f'<text class="tick" x="{LEFT + _span() / 2:.1f}" y="{SIDE - 8:g}" text-anchor="middle">good refused</text>'
    return f'<svg viewBox="0 0 {SIDE:g} {SIDE:g}" role="img" aria-label="curves of {escape(measure)}">{frame}{lines}{words}</svg>'


def _span() -> float:
    return SIDE - TOP - BOTTOM


def _points(curve: Sequence[tuple[float, float]]) -> str:
    """As steps: between two thresholds nothing changes."""
    steps: list[str] = []
    before = 0.0
    for x, y in curve:
        place = LEFT + x * _span()
        steps += [f"{place:.1f},{TOP + (1 - before) * _span():.1f}", f"{place:.1f},{TOP + (1 - y) * _span():.1f}"]
        before = y
    return " ".join(steps)

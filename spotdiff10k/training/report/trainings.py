"""How the trainings of the model went: each loss by the step, a line a seed, models with and without masks in two colours."""

import math
from collections.abc import Sequence

from spotdiff10k.training.report import lines
from spotdiff10k.training.report.markup import Markup, tag
from spotdiff10k.training.report.scales import Scale
from spotdiff10k.training.report.sections import section
from spotdiff10k.training.report.tables import arm_title
from spotdiff10k.training.report.words import number
from spotdiff10k.training.results import Certificate, Curve

HEIGHT = 150.0
COLOURS = ("peer", "other", "control")
"""Classes of the arms' lines, in their order; more arms are not drawn."""
STAGES = {"experts": "Stage 1, the experts", "subject": "Stage 2, the subject branch"}
WHOLE = "loss"
LOSSES = {WHOLE: "the whole loss", "subject": "telling subjects apart", "pose": "telling poses apart",
          "background": "telling backgrounds apart", "orthogonality": "orthogonality"}  # fmt: skip
FAR, MARGIN, TINY = 0.5, 0.1, 1e-9
"""Share of the largest value that all others are beyond; room above and below, as a share of what lies between."""
NOTE = (
    "Losses of the reference model by step, one line a seed, each point the mean of a stretch of steps. Controls and ablations "
    "are trained in the same way; the command line's --logs keeps every step of each."
)


def training(found: Certificate) -> Markup | None:
    """A chart for each loss of each stage; None where no curve was kept."""
    arms = list(dict.fromkeys(curve.arm for curve in found.curves))[: len(COLOURS)]
    if not arms:
        return None
    kinds = dict(zip(arms, COLOURS, strict=False))
    curves = [curve for curve in found.curves if curve.arm in kinds]
    names = sorted({name for curve in curves for name in curve.values}, key=_order)
    legend = [tag("span", {"class_": f"of-{kind}"}, arm_title(found, arm)) for arm, kind in kinds.items()]
    cards = [_card(name, [(curve, kinds[curve.arm]) for curve in curves if curve.values.get(name)]) for name in names]
    charts = tag("div", {"class_": "charts"}, [card for card in cards if card is not None])
    return section("training", "How the trainings went", NOTE, tag("p", {"class_": "legend"}, legend), charts)


def _order(name: str) -> tuple[str, bool, str]:
    """Stage by stage, the whole loss first."""
    stage, _, loss = name.partition("/")
    return stage, loss != WHOLE, loss


def _card(name: str, curves: Sequence[tuple[Curve, str]]) -> Markup | None:
    drawn = [(points, kind) for curve, kind in curves if (points := _known(curve, name))]
    if not drawn:
        return None
    stage, _, loss = name.partition("/")
    steps = [step for points, _ in drawn for step, _ in points]
    values = [value for points, _ in drawn for _, value in points]
    x = Scale(min(steps), max(steps), lines.LEFT, lines.WIDTH - lines.RIGHT)
    y = lines.upright(*_bounds(values), HEIGHT)
    paths = [
        tag("polyline", {"class_": f"loss-line of-{kind}", "points": lines.joined_points([(x(s), y(v)) for s, v in points])})
        for points, kind in drawn
    ]
    ends = [
        lines.below(lines.LEFT, f"step {min(steps)}", HEIGHT, "start"),
        lines.below(lines.WIDTH - lines.RIGHT, f"{max(steps)}", HEIGHT, "end"),
    ]
    words = LOSSES.get(loss, loss.replace("_", " "))
    last = number(sum(points[-1][1] for points, _ in drawn) / len(drawn))
    return tag(
        "section",
        {"class_": "chart"},
        tag("p", {"class_": "note"}, STAGES.get(stage, stage)),
        tag("h3", None, words[:1].upper() + words[1:]),
        lines.frame(f"{words} by step; ends at {last}", [*lines.levels(y), *paths, *ends], HEIGHT),
        tag("p", {"class_": "hint"}, f"ends at {last}, the mean of the lines"),
    )


def _bounds(values: Sequence[float]) -> tuple[float, float]:
    """From 0, but for a loss that stays far from it: its changes could not be seen."""
    low, high = min(values), max(values)
    far = low > FAR * high
    return (low - MARGIN * (high - low) if far else min(0.0, low)), high + MARGIN * (high - low) + TINY


def _known(curve: Curve, name: str) -> list[tuple[int, float]]:
    """Steps and values; a loss that a stage does not have is left out."""
    pairs = zip(curve.steps, curve.values[name], strict=False)
    return [(step, value) for step, value in pairs if value is not None and math.isfinite(value)]

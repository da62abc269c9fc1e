"""The sections of the page that are figures: the rule, the evidence, what leaks, the controls, the ablations."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from spotdiff10k.training.evidence.kinds import FINDING, READING
from spotdiff10k.training.evidence.rule import JUDGED_GAINS
from spotdiff10k.training.report import drawing
from spotdiff10k.training.report.markup import Content, Markup, tag
from spotdiff10k.training.report.scales import Scale, around
from spotdiff10k.training.report.tables import arm_title, arms_of, figures_of, leaks, meaning_of, others
from spotdiff10k.training.report.words import interval, number, signed
from spotdiff10k.training.results import Arm, Certificate, Comparison, Control, Criterion, Meaning

BETTER = {"higher": "more is better", "lower": "less is better", "neither": ""}
GROUPS: tuple[tuple[str, frozenset[str] | None], ...] = (
    ("Finding the subject", frozenset(kind.name for kind in FINDING)),
    ("Reading what a code should know", frozenset(kind.name for kind in READING)),
    ("How well the codes are parted", None),
)
"""Figures under their headings; None takes all that are left."""
STATES = {True: ("fails, as it must", "good"), False: ("did not fail", "bad"), None: ("not made", "calm")}


def section(anchor: str, title: str, note: str, *content: Content) -> Markup:
    """A titled part of the page."""
    heading = tag("h2", {"id": f"{anchor}-title"}, title)
    lead = tag("p", {"class_": "note"}, note) if note else None
    return tag("section", {"class_": "block", "id": anchor, "aria-labelledby": f"{anchor}-title"}, heading, lead, *content)


def rule(found: Certificate) -> Markup | None:
    """Every bar of the written rule, with what was found."""
    if not found.criteria:
        return None
    rows = [_criterion(found, one) for one in found.criteria]
    note = "Each bar was written before anything was measured on this set. The mark is what was found, the line the bar."
    return section("rule", "The rule", note, tag("div", {"class_": "rows rule-rows"}, rows), _gains(found))


def _criterion(found: Certificate, one: Criterion) -> Markup:
    kind = "good" if one.passed else "bad"
    mark = tag("span", {"class_": f"tick-mark {kind}", "title": "met" if one.passed else "not met"}, "✓" if one.passed else "✗")
    asked = tag("div", {"class_": "row-asked"}, f"{one.kind} {_of(one, one.bound)}")
    return tag(
        "div",
        {"class_": "row"},
        mark,
        _criterion_name(found, one),
        _criterion_bar(found, one, kind),
        _criterion_number(one),
        asked,
    )


def _criterion_name(found: Certificate, one: Criterion) -> Markup:
    what = one.name.replace("_", " ") if one.figure is None else meaning_of(found, one.figure).title
    arm = tag("span", {"class_": "chip"}, arm_title(found, one.arm)) if one.arm is not None else None
    return tag("div", {"class_": "row-name"}, tag("strong", None, what, " ", arm), tag("p", {"class_": "note"}, one.reason))


def _criterion_bar(found: Certificate, one: Criterion, kind: str) -> Markup:
    """On its axis; a leak is a share of what lies between chance and certainty, so that chance is at 0."""
    if one.figure is None:
        return tag("div", {"class_": "row-bar"})
    meaning = meaning_of(found, one.figure)
    leak = meaning.better == "lower"
    scale = drawing.axis_of(replace(meaning, bounds=(0.0, 1.0)) if leak else meaning, [one.found])
    return tag(
        "div", {"class_": "row-bar"}, drawing.dot_track(one.found, scale, kind, 0.0 if leak else meaning.chance, one.bound)
    )


def _criterion_number(one: Criterion) -> Markup:
    spread = tag("span", None, interval(one.found)) if one.figure is not None else None
    return tag("div", {"class_": "row-number"}, tag("b", None, _of(one, one.found.value)), spread)


def _of(one: Criterion, value: float) -> str:
    """A count of the set as a count, anything else as a share."""
    return number(value) if one.figure is not None else f"{value:,.0f}"


def _gains(found: Certificate) -> Content:
    if not found.gains:
        return None
    return [tag("h3", {"class_": "under"}, "Gains over what was not trained"), differences(found, found.gains, judged=True)]


def evidence(found: Certificate) -> Markup:
    """Every figure that is no leak, of the model and of what it is compared with."""
    arms = arms_of(found, "model", "baseline")
    shown = [meaning for meaning in others(found) if figures_of(arms, meaning.name)]
    parts = []
    for title, names in GROUPS:
        cards = [_card(meaning, arms, drawing.dot_track) for meaning in shown if (names is None) or meaning.name in names]
        shown = [meaning for meaning in shown if names is not None and meaning.name not in names]
        if cards:
            parts += [tag("h3", {"class_": "under"}, title), tag("div", {"class_": "charts"}, cards)]
    note = "On subjects never seen in training. Lines are 95 % intervals of a bootstrap over subjects; dashed is chance."
    return section("evidence", "The evidence", note, parts)


def leakage(found: Certificate) -> Markup | None:
    """What can be read out of a code that should not be in it, of the model, of the raw encoder and of the controls."""
    arms = arms_of(found, "model", "baseline", "control")
    cards = [_card(meaning, arms, drawing.bar_track) for meaning in leaks(found) if figures_of(arms, meaning.name)]
    if not cards:
        return None
    note = "How often a probe names what the code should not know. Dashed is chance: nothing leaks there."
    return section("leakage", "What leaks", note, tag("div", {"class_": "charts"}, cards))


def _card(meaning: Meaning, arms: Sequence[Arm], draw: "drawing.Draw") -> Markup:
    shown = [arm for arm in arms if meaning.name in arm.figures]
    scale = drawing.axis_of(meaning, figures_of(list(shown), meaning.name))
    rows = [
        tag(
            "li",
            {"class_": f"figure-row of-{arm.role}"},
            tag("span", {"class_": "bar-name", "title": arm.title}, arm.title),
            draw(arm.figures[meaning.name], scale, arm.role, meaning.chance),
            tag(
                "span",
                {"class_": "bar-number", "title": interval(arm.figures[meaning.name])},
                number(arm.figures[meaning.name].value),
            ),
        )
        for arm in shown
    ]
    better = BETTER[meaning.better]
    chance = f"chance {number(meaning.chance)}" if meaning.chance is not None else ""
    hint = tag("p", {"class_": "hint"}, " · ".join(filter(None, (better, chance))))
    return tag(
        "section",
        {"class_": "chart"},
        tag("h3", None, meaning.title),
        tag("p", {"class_": "note"}, meaning.sentence),
        tag("ul", {"class_": "figure-rows"}, rows),
        hint,
    )


def controls(found: Certificate) -> Markup | None:
    """What was done to the training set so that the model must fail, and whether it did."""
    if not found.controls:
        return None
    note = (
        "Each control trains the same model on a set that is spoilt on purpose, on as many pictures as its peer. "
        "It has to do worse, by a margin clear of the interval; a control that does not fail makes the certificate void."
    )
    return section(
        "controls",
        "Controls that must fail",
        note,
        tag("div", {"class_": "controls"}, [_control(found, one) for one in found.controls]),
    )


def _control(found: Certificate, one: Control) -> Markup:
    words, kind = STATES[one.failed]
    badge = tag("span", {"class_": f"badge-state {kind}"}, words)
    head = tag("header", None, tag("h3", None, one.title), badge)
    note = tag("p", {"class_": "note"}, one.note) if one.note else None
    rows = [_against(found, one, comparison) for comparison in one.evidence]
    return tag("article", {"class_": f"control {kind}"}, head, tag("p", {"class_": "done"}, one.sentence), rows, note)


def _against(found: Certificate, control: Control, one: Comparison) -> Markup | None:
    """Peer and control on one axis, and the difference in words."""
    arms = {arm.name: arm for arm in found.arms}
    spoilt, peer = arms.get(control.arm or ""), arms.get(control.peer or "")
    if spoilt is None or peer is None or one.figure not in spoilt.figures or one.figure not in peer.figures:
        return None
    meaning = meaning_of(found, one.figure)
    figures = (peer.figures[one.figure], spoilt.figures[one.figure])
    scale = drawing.axis_of(meaning, figures)
    line = drawing.track([(figures[0], "peer"), (figures[1], "control")], scale, meaning.chance)
    names = tag(
        "p",
        {"class_": "against-names"},
        tag("span", {"class_": "of-peer"}, f"proper labels {number(figures[0].value)}"),
        tag("span", {"class_": "of-control"}, f"control {number(figures[1].value)}"),
    )
    told = f"Control less proper labels: {signed(one.difference.value)} ({interval(one.difference)}); {_asked(one)}."
    state = tag("span", {"class_": f"tick-mark {'good' if one.passed else 'bad'}"}, "✓" if one.passed else "✗")
    title = tag("h4", None, state if control.failed is not None else None, meaning.title)
    return tag("div", {"class_": "against"}, title, line, names, tag("p", {"class_": "note"}, told))


def _asked(one: Comparison) -> str:
    """What a difference has to do, in words."""
    by = f" by more than {number(one.margin)}" if one.margin else ""
    return f"it has to {'rise' if one.direction == 'rises' else 'fall'}{by}, with the whole interval"


def _least(one: Comparison) -> float:
    return one.margin if one.direction == "rises" else -one.margin


def ablations(found: Certificate) -> Markup | None:
    """What the model does without one of its parts: shown, without a verdict."""
    if not found.ablations:
        return None
    note = "The reference model without one of its parts, less the whole model. Shown without a verdict."
    return section("ablations", "Ablations", note, differences(found, found.ablations, judged=False))


def differences(found: Certificate, comparisons: Iterable[Comparison], judged: bool) -> Markup:
    """Comparisons as a table: a row for two arms, a column for a figure."""
    kept = list(comparisons)
    names = list(dict.fromkeys(one.figure for one in kept))
    pairs = list(dict.fromkeys((one.arm, one.against) for one in kept))
    cells = {(one.arm, one.against, one.figure): one for one in kept}
    bound = max([0.1, *(abs(edge) for one in kept for edge in around((one.difference.low, one.difference.high), (0.0, 0.0)))])
    scale = Scale(-bound, bound, 0.0, drawing.WIDTH)
    head = [tag("th", {"scope": "col"}, meaning_of(found, name).title) for name in names]
    rows = [
        tag(
            "tr",
            None,
            tag("th", {"scope": "row"}, _pair_words(found, arm, against, judged)),
            [_difference(cells.get((arm, against, name)), scale, judged) for name in names],
        )
        for arm, against in pairs
    ]
    table = tag(
        "table", {"class_": "differences"}, tag("thead", None, tag("tr", None, tag("td"), head)), tag("tbody", None, rows)
    )
    return tag("div", {"class_": "scroll"}, table)


def _pair_words(found: Certificate, arm: str, against: str, judged: bool) -> Content:
    """Both arms where a gain is judged; an ablation is always against the model."""
    if not judged:
        return arm_title(found, arm)
    return [arm_title(found, arm), tag("span", {"class_": "note"}, f" over {arm_title(found, against)}")]


def _difference(one: Comparison | None, scale: Scale, judged: bool) -> Markup:
    if one is None:
        return tag("td", {"class_": "note"}, "–")
    fails = "bad" if one.figure in JUDGED_GAINS else "calm"
    kind = ("good" if one.passed else fails) if judged else "calm"
    told = tag(
        "p", None, tag("b", None, signed(one.difference.value)), tag("span", {"class_": "note"}, f" {interval(one.difference)}")
    )
    return tag("td", None, told, drawing.difference_track(one.difference, scale, kind, _least(one) if judged else 0.0))

"""The controls, each with what was done, what was found beside proper labels, and whether it fails as it must."""

from spotdiff10k.training.report import drawing
from spotdiff10k.training.report.markup import Markup, tag
from spotdiff10k.training.report.sections import section
from spotdiff10k.training.report.tables import meaning_of
from spotdiff10k.training.report.words import interval, number, signed
from spotdiff10k.training.results import Certificate, Comparison, Control

STATES = {True: ("fails, as it must", "good"), False: ("did not fail", "bad"), None: ("not made", "calm")}
HALF = ("not judged", "calm")
"""It was trained, but not every figure that has to show it can be measured."""


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
    words, kind = HALF if one.failed is None and one.arm else STATES[one.failed]
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

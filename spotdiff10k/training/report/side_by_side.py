"""The table of two certificates: the sets, the bars of the rule, the controls, row by row."""

from spotdiff10k.training.report.comparing import better_of, names_of
from spotdiff10k.training.report.markup import Content, Markup, tag
from spotdiff10k.training.report.sections import section
from spotdiff10k.training.report.tables import arm_title, asked_of, meaning_of
from spotdiff10k.training.report.words import NO_NUMBER, bar_words, interval, number, signed
from spotdiff10k.training.results import Certificate, Control, Criterion, Dataset

NOTE = "What was certified, the bars of the rule with what either set reaches, and whether the controls fail on it."
STATES = {True: ("good", "fails, as it must"), False: ("bad", "did not fail"), None: ("calm", "not made")}
YES = {True: "yes", False: "no"}


def side_by_side(left: Certificate, right: Certificate) -> Markup:
    """Both in one table."""
    names = names_of(left, right)
    head = [tag("th", {"scope": "col"}, text) for text in ("", *names, "bar", "better")]
    groups = (
        ("The sets", _sets(left.dataset, right.dataset)),
        ("The rule", _bars(left, right)),
        ("Controls", _controls(left, right)),
    )
    bodies = [
        tag("tbody", None, tag("tr", {"class_": "group"}, tag("th", {"colspan": 5, "scope": "colgroup"}, title)), rows)
        for title, rows in groups
        if rows
    ]
    table = tag("table", {"class_": "side-by-side"}, tag("thead", None, tag("tr", None, head)), bodies)
    return section("table", "Side by side", NOTE, tag("div", {"class_": "scroll"}, table))


def _row(what: Content, left: Content, right: Content, bar: str = "", better: str = "") -> Markup:
    cells = [tag("td", None, left), tag("td", None, right), tag("td", {"class_": "note"}, bar), tag("td", None, better)]
    return tag("tr", None, tag("th", {"scope": "row"}, what), cells)


def _sets(left: Dataset, right: Dataset) -> list[Markup]:
    counts = {
        "Subjects trained on": (left.training_subjects, right.training_subjects),
        "Their pictures": (left.training_pictures, right.training_pictures),
        "Subjects held out": (left.held_out_subjects, right.held_out_subjects),
        "Pictures held out": (left.held_out_pictures, right.held_out_pictures),
        "Poses": (left.poses, right.poses),
        "Backgrounds": (left.backgrounds, right.backgrounds),
    }
    layers = {"Masks": (left.masks, right.masks), "Plates": (left.plates, right.plates)}
    rows = [
        _row(what, f"{one:,}" if one else "not told", f"{other:,}" if other else "not told")
        for what, (one, other) in counts.items()
    ]
    return rows + [_row(what, YES[one], YES[other]) for what, (one, other) in layers.items()]


def _bars(left: Certificate, right: Certificate) -> list[Markup]:
    """A bar that is a multiple of the raw encoder's is another one on either set."""
    mine, other = ({one.name: one for one in found.criteria if one.figure is not None} for found in (left, right))
    rows = []
    for name in dict.fromkeys([*mine, *other]):
        pair = mine.get(name), other.get(name)
        known = [one for one in pair if one is not None]
        bars = list(dict.fromkeys(f"{one.kind} {bar_words(one.bound)}" for one in known))
        better = ""
        if len(known) == 2:
            better = better_of(known[0].found, known[1].found, "higher" if known[0].kind == "at least" else "lower")
        word = dict(zip(("left", "right", ""), (*names_of(left, right), ""), strict=True))[better]
        what = _name(left, right, known[0])
        rows.append(_row(what, _found(pair[0]), _found(pair[1]), " and ".join(bars), word))
    return rows


def _name(left: Certificate, right: Certificate, one: Criterion) -> Content:
    having = left if any(one.name == known.name for known in left.criteria) else right
    chip = tag("span", {"class_": "note"}, arm_title(having, one.arm or ""))
    asked = asked_of(having, one)
    return [meaning_of(having, one.figure or "").title, chip, tag("span", {"class_": "note"}, asked) if asked else None]


def _found(one: Criterion | None) -> Content:
    if one is None:
        return tag("span", {"class_": "note"}, f"{NO_NUMBER} not measured")
    mark = tag("span", {"class_": f"tick-mark {'good' if one.passed else 'bad'}"}, "✓" if one.passed else "✗")
    return [mark, tag("b", None, number(one.found.value)), tag("span", {"class_": "note"}, f" {interval(one.found)}")]


def _controls(left: Certificate, right: Certificate) -> list[Markup]:
    mine, other = ({one.name: one for one in found.controls} for found in (left, right))
    titles = {one.name: one.title for one in (*right.controls, *left.controls)}
    return [
        _row(titles[name], _state(left, mine.get(name)), _state(right, other.get(name)))
        for name in dict.fromkeys([*mine, *other])
    ]


def _state(found: Certificate, one: Control | None) -> Content:
    if one is None:
        return NO_NUMBER
    kind, words = ("calm", "not judged") if one.failed is None and one.arm else STATES[one.failed]
    title = one.note if one.failed is not True else None
    moved = [
        f"{meaning_of(found, each.figure).title} {signed(each.difference.value)} ({interval(each.difference)})"
        for each in one.evidence
    ]
    badge = tag("span", {"class_": f"badge-state {kind}", "title": title}, words)
    return [badge, [tag("span", {"class_": "note moved"}, text) for text in moved]]

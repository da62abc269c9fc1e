"""Differences of two arms as a table: a row for two arms, a column for a figure."""

from collections.abc import Iterable, Mapping

from spotdiff10k.training.evidence.rule import JUDGED_GAINS
from spotdiff10k.training.report import drawing
from spotdiff10k.training.report.markup import Content, Markup, tag
from spotdiff10k.training.report.scales import Scale, around
from spotdiff10k.training.report.tables import arm_title, meaning_of
from spotdiff10k.training.report.words import interval, signed
from spotdiff10k.training.results import Certificate, Comparison


def differences(
    found: Certificate, comparisons: Iterable[Comparison], judged: bool, told: Mapping[str, str] | None = None
) -> Markup:
    """Comparisons as a table: a row for two arms, a column for a figure. `told` has a note on some arms."""
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
            tag("th", {"scope": "row"}, _pair_words(found, arm, against, judged), _under((told or {}).get(arm))),
            [_difference(cells.get((arm, against, name)), scale, judged) for name in names],
        )
        for arm, against in pairs
    ]
    top = tag("thead", None, tag("tr", None, tag("td"), head))
    table = tag("table", {"class_": f"differences across-{len(names)}"}, top, tag("tbody", None, rows))
    return tag("div", {"class_": "scroll"}, table)


def _pair_words(found: Certificate, arm: str, against: str, judged: bool) -> Content:
    """Both arms where a gain is judged; an ablation is always against the model."""
    if not judged:
        return arm_title(found, arm)
    return [arm_title(found, arm), tag("span", {"class_": "note"}, f" over {arm_title(found, against)}")]


def _under(words: str | None) -> Markup | None:
    return tag("span", {"class_": "note"}, words) if words else None


def _difference(one: Comparison | None, scale: Scale, judged: bool) -> Markup:
    if one is None:
        return tag("td", {"class_": "note"}, "–")
    fails = "bad" if one.figure in JUDGED_GAINS else "calm"
    kind = ("good" if one.passed else fails) if judged else "calm"
    told = tag(
        "p", None, tag("b", None, signed(one.difference.value)), tag("span", {"class_": "note"}, f" {interval(one.difference)}")
    )
    return tag("td", None, told, drawing.difference_track(one.difference, scale, kind, _least(one) if judged else 0.0))


def _least(one: Comparison) -> float:
    return one.margin if one.direction == "rises" else -one.margin

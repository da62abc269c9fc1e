"""The top of the page: what the rule says, in one sentence, and the figures that carry it."""

from spotdiff10k.training.report.markup import Markup, joined, tag
from spotdiff10k.training.report.tables import arms_of, headline_figures, meaning_of
from spotdiff10k.training.report.words import interval, number, plural
from spotdiff10k.training.results import Arm, Certificate, Verdict

WORDS = {"certified": "Certified", "refused": "Refused", "void": "Void"}
HINTS = {
    "certified": "Every bar of the rule is met, and every control fails.",
    "refused": "A bar of the rule is not met, a gain is not clear of zero, or a control could not be judged.",
    "void": "A control that must fail did not, so the figures prove nothing.",
}
REASONS_SHOWN = 4


def head(found: Certificate) -> Markup:
    """Name, verdict, reasons, key figures and what was certified."""
    verdict = found.verdict
    hint = " ".join([HINTS[verdict.level], *found.departures])
    level, lead = parted(verdict)
    badge = tag("span", {"class_": f"verdict {verdict.level}", "title": hint}, level)
    return tag(
        "header",
        {"class_": "head"},
        tag("p", {"class_": "brand"}, "spotdiff10k", tag("span", None, " certificate")),
        tag("h1", None, found.dataset.name),
        tag("div", {"class_": "sentence"}, badge, tag("p", {"class_": "lead"}, lead)),
        _reasons(found),
        tag("dl", {"class_": "totals"}, [_total(*item) for item in [*_key_figures(found), *_facts(found)]]),
        tag("p", {"class_": "digest"}, tag("span", None, "Digest of the set"), tag("code", None, found.dataset.digest)),
    )


def parted(verdict: Verdict) -> tuple[str, str]:
    """What is decided, and why: the sentence without what the badge says already."""
    before, colon, after = verdict.sentence.partition(": ")
    if not (colon and before.startswith(WORDS[verdict.level])):
        return WORDS[verdict.level], verdict.sentence
    return before, after[:1].upper() + after[1:]


def _reasons(found: Certificate) -> Markup | None:
    """Why it is not certified; many reasons are folded in."""
    reasons = [tag("li", None, reason) for reason in found.verdict.reasons]
    if not reasons:
        return None
    shown = tag("ul", {"class_": "reasons"}, reasons[:REASONS_SHOWN])
    if len(reasons) <= REASONS_SHOWN:
        return shown
    more = tag("summary", None, f"{len(reasons) - REASONS_SHOWN} more")
    return joined(
        shown, tag("details", {"class_": "more-reasons"}, more, tag("ul", {"class_": "reasons"}, reasons[REASONS_SHOWN:]))
    )


def _total(name: str, value: str, hint: str) -> Markup:
    return tag("div", None, tag("dt", None, name), tag("dd", None, value), tag("p", None, hint))


def _key_figures(found: Certificate) -> list[tuple[str, str, str]]:
    models, baselines = arms_of(found, "model"), arms_of(found, "baseline")
    if not models:
        return []
    model = models[-1]
    shown = []
    for name in headline_figures(found):
        if name in model.figures:
            figure = model.figures[name]
            shown.append((meaning_of(found, name).title, number(figure.value), _beside(found, name, model, baselines)))
    return shown


def _beside(found: Certificate, name: str, model: Arm, baselines: list[Arm]) -> str:
    """What stands beside a key figure of the last model, which is the one with masks where there is one."""
    parts = [interval(model.figures[name])]
    first = arms_of(found, "model")[0]
    if first is not model and name in first.figures:
        parts.append(f"without masks {number(first.figures[name].value)}")
    if baselines and name in baselines[0].figures:
        parts.append(f"raw encoder {number(baselines[0].figures[name].value)}")
    chance = meaning_of(found, name).chance
    return " · ".join([*parts, f"chance {number(chance)}"] if chance is not None else parts)


def _facts(found: Certificate) -> list[tuple[str, str, str]]:
    dataset = found.dataset
    made = [control for control in found.controls if control.failed is not None]
    failed = sum(bool(control.failed) for control in made)
    held = f"{dataset.held_out_pictures:,} pictures that nothing was trained on"
    told = (
        (f"{failed} of {len(made)}", f"as they must, over {plural(len(found.seeds), 'seed')}")
        if made
        else ("none", "can be made")
    )
    return [
        ("Held-out subjects", f"{dataset.held_out_subjects:,}", held),
        ("Trained on", f"{dataset.training_subjects:,}", f"subjects with {dataset.training_pictures:,} pictures"),
        ("Controls that fail", *told),
    ]

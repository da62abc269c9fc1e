"""The rule: which bars the figures have to reach, and what the verdict is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from spotdiff10k.training.evidence.arms import MASKED, MODEL, RAW
from spotdiff10k.training.evidence.bars import AT_MOST, REASONS, RECALL_CEILING, Bars
from spotdiff10k.training.results import Arm, Comparison, Control, Criterion, Dataset, Figure, Meaning, Verdict

JUDGED_GAINS = ("paired", "recall_at_1", "background_leak")
SIZES = {"training_subjects": "Subjects to train on", "held_out_subjects": "Held-out subjects", "seeds": "Trainings of each arm"}
Kind = Literal["at least", "at most"]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the rule looks at."""

    dataset: Dataset
    arms: Mapping[str, Arm]
    meanings: Mapping[str, Meaning]
    gains: Sequence[Comparison]
    controls: Sequence[Control]
    seeds: int


def criteria(shown: Shown, bars: Bars) -> tuple[Criterion, ...]:
    """Every bar, and whether it is reached; a figure that is not known reaches none and is left to the verdict."""
    return (*_sizes(shown, bars), *_reached(shown, bars))


def verdict(shown: Shown, found: Sequence[Criterion], *, own_rule: bool = False) -> Verdict:
    """Void when a control did not fail; refused when anything else is missing; certified otherwise.

    `own_rule`: the set chose bars that ask for less than the project's, or another training, and the sentence says so.
    """
    passed = [control for control in shown.controls if control.failed is False]
    if passed:
        reasons = tuple(_of_control(shown, control) for control in passed)
        names = ", ".join(control.title.lower() for control in passed)
        return Verdict("void", f"Void: a control that has to fail did not ({names}), so that the figures prove nothing.", reasons)
    reasons = tuple(_why_not(shown, found))
    if reasons:
        more = f"; {len(reasons) - 1} more reasons" if len(reasons) > 2 else "; 1 more reason" if len(reasons) > 1 else ""
        return Verdict("refused", f"Refused: {_as_clause(reasons[0])}{more}.", reasons)
    how = "Certified by its own rule" if own_rule else "Certified"
    return Verdict("certified", f"{how}: {_summary(shown)}, and all {len(shown.controls)} controls failed.", ())


def not_asked(shown: Shown) -> dict[str, str]:
    """Bars that mean nothing on this set, each with the reason in a sentence."""
    if RAW not in shown.arms or "background_leak" not in shown.arms[RAW].figures:
        return {}
    raw = _leak(shown, RAW)
    if raw.low > 0.0:
        return {}
    told = f"{raw.value:+.3f} ({raw.low:+.3f} to {raw.high:+.3f})"
    return {
        "background_leak_of_raw": f"The raw encoder's background leak, {told}, is not clear of chance: no share of it is asked."
    }


def above_chance(found: Figure, chance: float) -> Figure:
    """The share of what lies between chance and certainty."""
    span = 1.0 - chance
    value, low, high = ((part - chance) / span for part in (found.value, found.low, found.high))
    return Figure(value, low, high, tuple((seed - chance) / span for seed in found.seeds))


def _sizes(shown: Shown, bars: Bars) -> Iterator[Criterion]:
    counts = {
        "training_subjects": (shown.dataset.training_subjects, bars.training_subjects),
        "held_out_subjects": (shown.dataset.held_out_subjects, bars.held_out_subjects),
        "seeds": (shown.seeds, bars.seeds),
    }
    for name, (count, bound) in counts.items():
        found = Figure(float(count), float(count), float(count), ())
        yield Criterion(name, None, None, found, float(bound), "at least", count >= bound, REASONS[name])


def _reached(shown: Shown, bars: Bars) -> Iterator[Criterion]:
    told = bars.told()
    raw = shown.arms[RAW].figures
    skipped = not_asked(shown)
    for name, arm, figure in _wanted(shown):
        if name in skipped:
            continue
        found = shown.arms[arm].figures.get(figure)
        if found is None:
            continue
        kind: Kind = "at most" if name in AT_MOST else "at least"
        bound = told[name]
        if figure == "background_leak":
            found = _leak(shown, arm)
        if name == "recall_times_raw":
            bound = min(bound * raw["recall_at_1"].value, RECALL_CEILING)
        if name == "background_leak_of_raw":
            bound *= _leak(shown, RAW).value
        passed = found.value >= bound if kind == "at least" else found.value <= bound
        yield Criterion(name, arm, figure, found, bound, kind, passed, REASONS[name])


def _wanted(shown: Shown) -> Iterator[tuple[str, str, str]]:
    """(bar, arm, figure)."""
    yield from ((name, MODEL, name) for name in ("paired", "recall_at_1"))
    yield "recall_times_raw", MODEL, "recall_at_1"
    yield from ((name, MODEL, "background_leak") for name in ("background_leak", "background_leak_of_raw"))
    if MASKED in shown.arms:
        yield from ((f"masked_{name}", MASKED, name) for name in ("paired", "recall_at_1", "background_leak"))


def _leak(shown: Shown, arm: str) -> Figure:
    chance = shown.meanings["background_leak"].chance
    found = shown.arms[arm].figures["background_leak"]
    return found if chance is None else above_chance(found, chance)


def _why_not(shown: Shown, found: Sequence[Criterion]) -> Iterator[str]:
    for criterion in found:
        if not criterion.passed:
            yield _of_criterion(shown, criterion)
    reached = {criterion.name for criterion in found} | not_asked(shown).keys()
    for name, _, figure in _wanted(shown):
        if name not in reached:
            yield f"{shown.meanings[figure].title} cannot be measured on this set, so that the bar {name} is not reached."
    for gain in shown.gains:
        if gain.figure in JUDGED_GAINS and not gain.passed:
            yield _of_gain(shown, gain)
    for control in shown.controls:
        if control.failed is None:
            what = "made" if control.arm is None else "judged by all its figures"
            yield f"The control '{control.title}' could not be {what}: {control.note}"


def _of_criterion(shown: Shown, criterion: Criterion) -> str:
    than = "less than" if criterion.kind == "at least" else "more than"
    if criterion.arm is None or criterion.figure is None:
        return f"{SIZES[criterion.name]}: {criterion.found.value:g}, fewer than {criterion.bound:g}."
    title = shown.meanings[criterion.figure].title
    unit = " of the way from chance to certainty" if criterion.figure == "background_leak" else ""
    arm = shown.arms[criterion.arm].title
    return f"{title} is {criterion.found.value:.3f}{unit}, {than} {criterion.bound:.3f} ({arm})."


def _of_gain(shown: Shown, gain: Comparison) -> str:
    arm, against = shown.arms[gain.arm].title, shown.arms[gain.against].title
    found = gain.difference
    title = shown.meanings[gain.figure].title
    return f"{title}: {arm} less {against} is {found.value:+.3f} ({found.low:+.3f} to {found.high:+.3f}), not clear of zero."


def _of_control(shown: Shown, control: Control) -> str:
    missed = "; ".join(_missed(shown.meanings[one.figure].title, one) for one in control.evidence if not one.passed)
    return f"'{control.title}' did not fail: {missed}, not on every seed by more than the margin with the whole interval."


def _missed(title: str, one: Comparison) -> str:
    if (one.difference.value < 0) is (one.direction == "falls"):
        return f"{title} {'fell' if one.direction == 'falls' else 'rose'} by {abs(one.difference.value):.3f}"
    return f"{title} moved the wrong way, by {one.difference.value:+.3f}"


def _summary(shown: Shown) -> str:
    best = shown.arms[MASKED if MASKED in shown.arms else MODEL].figures
    paired, recall = best["paired"], best["recall_at_1"]
    return f"a subject's own view comes before its twin in {paired.value:.1%} of the cases and first of all in {recall.value:.1%}"


def _as_clause(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:].rstrip(".")

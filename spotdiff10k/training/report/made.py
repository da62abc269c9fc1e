"""The end of the page: what refusals are worth, all figures, what a reader must know, and how to make it again."""

from collections.abc import Mapping

from spotdiff10k.devices import CPU
from spotdiff10k.training.report.differences import differences
from spotdiff10k.training.report.markup import Content, Markup, tag
from spotdiff10k.training.report.sections import section
from spotdiff10k.training.report.words import bar_words, interval, number, plural
from spotdiff10k.training.results import Arm, Certificate

SAME = "The same set, seeds and machine give the same figures to the last digit."
SAME_TO_ROUNDING = "The same set, seeds and machine give the same figures to rounding: not all was computed on the processor."


def filters(found: Certificate) -> Markup | None:
    """What each check's refusals are worth."""
    if not found.filters and not found.filters_note:
        return None
    note = (
        "The same training with what a check refused put back, less the training without: differences over every seed with their "
        "95 % intervals. Where a refusal is worth something, the model does worse with it. Shown without a verdict."
    )
    told = {one.arm: f"{one.used:,} of {plural(one.refused, 'refused picture')} put back" for one in found.filters if one.arm}
    compared = [comparison for one in found.filters for comparison in one.differences]
    left = [one for one in found.filters if not one.differences]
    notes = [f"{one.check}: {plural(one.refused, 'picture')} refused. {one.note}".strip() for one in left]
    content: list[Content] = [tag("p", {"class_": "calm"}, text) for text in [*notes, found.filters_note] if text]
    if compared:
        content.insert(0, differences(found, compared, judged=False, told=told))
    return section("filters", "What refusals are worth", note, content)


def all_figures(found: Certificate) -> Markup:
    """Every arm and every figure as one table."""
    meanings = [meaning for meaning in found.meanings if any(meaning.name in arm.figures for arm in found.arms)]
    head = tag(
        "tr",
        None,
        *(tag("th", {"scope": "col"}, text) for text in ("", "pictures", "subjects")),
        [tag("th", {"scope": "col", "title": meaning.sentence}, tag("span", None, meaning.title)) for meaning in meanings],
    )
    rows = [_arm_row(arm, [meaning.name for meaning in meanings]) for arm in found.arms]
    table = tag("table", {"class_": "plain-table all"}, tag("thead", None, head), tag("tbody", None, rows))
    return section(
        "figures",
        "All figures",
        "With their 95 % intervals; hover for the figure of each seed.",
        tag("div", {"class_": "scroll"}, table),
    )


def _arm_row(arm: Arm, names: list[str]) -> Markup:
    cells = []
    for name in names:
        figure = arm.figures.get(name)
        if figure is None:
            cells.append(tag("td", {"class_": "note"}, "–"))
        else:
            seeds = ", ".join(number(value) for value in figure.seeds)
            spread = tag("span", None, interval(figure))
            cells.append(tag("td", {"class_": "numeric", "title": f"by seed {seeds}"}, number(figure.value), spread))
    counts = [tag("td", {"class_": "numeric"}, f"{count:,}" if arm.seeds else "") for count in (arm.pictures, arm.subjects)]
    return tag("tr", {"class_": f"of-{arm.role}"}, tag("th", {"scope": "row", "title": arm.name}, arm.title), counts, cells)


def made(found: Certificate, command: str) -> Markup:
    """Disclosures, environment, thresholds, weights and the command."""
    dataset = found.dataset
    layers = ["masks" if dataset.masks else "no masks", "plates" if dataset.plates else "no plates"]
    told = ", ".join([plural(dataset.poses, "pose"), plural(dataset.backgrounds, "background"), *layers])
    facts = {
        "Set": f"{dataset.name}, {dataset.pictures:,} pictures; {told}",
        "Digest": dataset.digest,
        "Frozen encoder": found.encoder,
        "Seeds": ", ".join(str(seed) for seed in found.seeds),
        **{str(name): str(value) for name, value in found.environment.items()},
    }
    disclosed = [tag("li", None, text) for text in found.disclosures]
    settings = next((arm.settings for arm in found.arms if arm.role == "model"), {})
    left = [
        *([tag("h3", None, "What a reader must know"), tag("ul", {"class_": "disclosures"}, disclosed)] if disclosed else []),
        tag("h3", None, "Make it again"),
        tag("pre", None, command),
        tag("p", {"class_": "note"}, SAME if _on_processors(found) else SAME_TO_ROUNDING),
        tag("h3", None, "Weights"),
        _facts({f"{one.arm}, seed {one.seed}": f"{one.file}  sha256 {one.sha256}" for one in found.weights}),
        tag("h3", None, "Thresholds of the rule"),
        _facts({name: bar_words(value) for name, value in found.thresholds.items()}),
    ]
    right = [
        tag("h3", None, "Made with"),
        _facts(facts),
        tag("h3", None, "Settings of the model"),
        _facts({name: str(value) for name, value in settings.items()}),
    ]
    return section(
        "made", "How it was made", "", tag("div", {"class_": "made"}, tag("section", None, left), tag("section", None, right))
    )


def _on_processors(found: Certificate) -> bool:
    """Whether neither the encoder nor the trainings were on another device, where last digits may change."""
    return all(value == CPU for name, value in found.environment.items() if name.startswith("device"))


def _facts(facts: Mapping[str, str]) -> Markup:
    return tag("dl", {"class_": "facts"}, [[tag("dt", None, name), tag("dd", None, value)] for name, value in facts.items()])

"""A certificate made by hand, whose every figure is known in advance, and an exhibit of flat pictures."""

import numpy as np

from spotdiff10k.training.report.exhibit import Exhibit
from spotdiff10k.training.results import (
    Arm,
    Certificate,
    Comparison,
    Control,
    Criterion,
    Curve,
    Dataset,
    Efficiency,
    Figure,
    FilterReturn,
    Meaning,
    Verdict,
    WeightFile,
)
from spotdiff10k.training.views import View

UNIT = (0.0, 1.0)
VALUES = {
    "model": ("Reference model", "model", 0.82, 0.61, 0.15),
    "raw-pooled": ("Raw encoder", "baseline", 0.04, 0.06, 0.55),
    "control-twin-swap": ("Labels swapped between twins", "control", 0.47, 0.33, 0.25),
    "efficiency-0.5": ("32 of 64 subjects", "efficiency", 0.7, 0.48, 0.2),
    "ablation-no-term": ("No orthogonality term", "ablation", 0.75, 0.5, 0.2),
}
MEANINGS = (
    Meaning("paired", "Own view before twin", "How often the own view is nearer.", "higher", 0.5, UNIT),
    Meaning("recall_at_1", "Retrieval, R@1", "How often it is found first.", "higher", 0.03, UNIT),
    Meaning("background_leak", "Background read", "How often it is read.", "lower", 0.042, UNIT),
)


def figure(value: float, width: float = 0.03) -> Figure:
    return Figure(value, value - width, value + width, (value, value, value))


def arms() -> tuple[Arm, ...]:
    return tuple(
        Arm(name, role, title, 576, 64, 3, {"width": 128}, {m.name: figure(v) for m, v in zip(MEANINGS, values, strict=True)})
        for name, (title, role, *values) in VALUES.items()
    )


def comparison(name: str, arm: str, against: str, direction: str = "falls") -> Comparison:
    known = {one.name: one for one in arms()}
    difference = figure(known[arm].figures[name].value - known[against].figures[name].value)
    return Comparison(name, arm, against, difference, (difference,) * 3, direction, 0.02, True)


def certificate(level: str = "certified", name: str = "made by hand", title: str = "") -> Certificate:
    """With `title` in the place of every text that a set's owner may write."""
    control = Control(
        "twin-swap", title or "Labels swapped", "Labels were exchanged.", "control-twin-swap", "model", 0.4,
        (comparison("paired", "control-twin-swap", "model"),), level != "void", title,
    )  # fmt: skip
    reasons = () if level == "certified" else (title or "Own view before twin is 0.60, less than 0.70.",)
    return Certificate(
        verdict=Verdict(level, title or "The set teaches what it is for.", reasons),
        dataset=Dataset(name, "ab" * 32, 864, 576, 64, 288, 32, 12, 24, 8, True, True),
        encoder=title or "augnet 1",
        seeds=(1, 2, 3),
        thresholds={"paired": 0.7},
        environment={"python": title or "3.11"},
        meanings=MEANINGS,
        arms=arms(),
        criteria=(
            Criterion("training_subjects", None, None, figure(64.0, 0.0), 64.0, "at least", True, "Fewer say little."),
            Criterion("paired", "model", "paired", figure(0.82), 0.7, "at least", True, title or "Twins share all else."),
            Criterion("background_leak", "model", "background_leak", figure(0.11), 0.22, "at most", True, "Little is left."),
        ),
        gains=(comparison("paired", "model", "raw-pooled", "rises"),),
        controls=(control, Control("plates", "Plates", "Plates alone.", None, None, 0.0, (), None, "The set has no plates.")),
        ablations=(comparison("paired", "ablation-no-term", "model"),),
        efficiency=(Efficiency(0.5, "efficiency-0.5"), Efficiency(1.0, "model")),
        filters=(FilterReturn("pose", 14, 0, None, (), title or "Nothing could be put back."),),
        filters_note="",
        curves=(Curve("model", 1, (0, 10, 20), {"experts/pose": (3.0, 1.0, None), "subject/loss": (None, None, 0.5)}),),
        weights=(WeightFile("model", 1, "model-1.safetensors", "cd" * 32),),
        disclosures=(title or "Pictures are rendered.",),
    )


def exhibit(subjects: int = 6, title: str = "") -> Exhibit:
    """Two poses on two backgrounds a subject. Before, pictures lie by background; after, by subject, but for the last one."""
    views = [
        View(f"s{s}-p{p}-b{b}{title}", f"s{s}{title}", "fox", f"pose{p}", f"place{b}", "test")
        for s in range(subjects)
        for p in range(2)
        for b in range(2)
    ]
    by_background = np.array([np.eye(8)[4 + int(view.background[-1])] + 0.01 * n * np.eye(8)[0] for n, view in enumerate(views)])
    by_subject = np.array([np.eye(8)[n // 4] + 0.1 * np.eye(8)[7] for n in range(len(views))])
    by_subject[-1] = by_subject[0]
    pictures = [np.full((16, 16, 3), 8 * n, np.uint8) for n in range(len(views))]
    return Exhibit(views, by_background.astype(np.float32), by_subject.astype(np.float32), lambda index: pictures[index])

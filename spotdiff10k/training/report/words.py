"""Numbers as people read them."""

import math

from spotdiff10k.training.results import Figure

NO_NUMBER = "–"


def number(value: float) -> str:
    """Two digits after the point, or three where two would be 0.00."""
    if not math.isfinite(value):
        return NO_NUMBER
    shown = f"{value:.2f}"
    if shown in ("0.00", "-0.00"):
        shown = f"{value:.3f}"
    return "0.00" if shown in ("0.000", "-0.000") else shown.replace("-", "−")


def bar_words(value: float) -> str:
    """A bar of the rule, as exact as it was written."""
    return f"{value:.3g}"


def signed(value: float) -> str:
    """With its sign, as differences are read."""
    shown = number(value)
    return f"+{shown}" if value > 0 and shown != number(0.0) else shown


def interval(figure: Figure) -> str:
    """The bounds of its 95 % interval."""
    return f"{number(figure.low)} to {number(figure.high)}"


def figure_words(figure: Figure) -> str:
    """Value and interval."""
    return f"{number(figure.value)} ({interval(figure)})"


def plural(count: int, one: str) -> str:
    """A count with its noun."""
    return f"{count:,} {one}" if count == 1 else f"{count:,} {one}s"


def joined_words(words: list[str]) -> str:
    """Several as a list in a sentence."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""

"""The bars of the rule as plain numbers, with the reason of each: what a recipe may change and a certificate quotes."""

from dataclasses import asdict, dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Bars:
    """A release is certified when every bar is reached, every gain is clear of zero and every control fails.

    Leaks are shares of what lies between chance and certainty, since chance depends on the number of levels.
    """

    paired: float = 0.85
    recall_at_1: float = 0.45
    recall_times_raw: float = 5.0
    background_leak: float = 0.217
    background_leak_of_raw: float = 0.5
    masked_paired: float = 0.85
    masked_recall_at_1: float = 0.60
    masked_background_leak: float = 0.081
    control_margin: float = 0.02
    training_subjects: int = 64
    held_out_subjects: int = 32
    seeds: int = 3

    def told(self) -> dict[str, float]:
        """By name."""
        return dict(asdict(self))

    def laxer(self) -> tuple[str, ...]:
        """The names of the bars that ask for less than the project's own."""
        own, mine = Bars().told(), self.told()
        return tuple(name for name in own if (mine[name] > own[name] if name in AT_MOST else mine[name] < own[name]))


AT_MOST: Final = frozenset({"background_leak", "background_leak_of_raw", "masked_background_leak"})
"""Bars from above; all others are from below."""
RECALL_CEILING = 0.9
"""So many times the raw encoder's R@1 is asked for up to here: where a raw encoder finds a fifth, five times as much is all."""
REASONS: Final[dict[str, str]] = {
    "paired": "Shuffled subject labels reach two thirds: many twins can be told apart without them. The bar lies clear above.",
    "recall_at_1": "Nearly every second search finds its subject first among all held-out pictures; a guess finds 1 in 70.",
    "recall_times_raw": "The training has to be what finds the subject, not the encoder.",
    "background_leak": "At most a quarter right over 24 backgrounds, which is 0.217 of the way from chance to certainty.",
    "background_leak_of_raw": "The training has to take out at least half of what the raw encoder tells of the background.",
    "masked_paired": "With masks the background can hardly get in, so that more is asked.",
    "masked_recall_at_1": "With masks the background can hardly get in, so that more is asked.",
    "masked_background_leak": "At most 12 % right over 24 backgrounds, which is 0.081 of the way from chance to certainty.",
    "control_margin": "A control that falls short by less could be an accident of one set; the whole interval lies beyond it.",
    "training_subjects": "With a quarter as many the model wins hardly more pairs than a code that tells nothing.",
    "held_out_subjects": "With fewer the intervals are wide and retrieval is easy, so that the bars do not mean the same.",
    "seeds": "One training may be lucky.",
}

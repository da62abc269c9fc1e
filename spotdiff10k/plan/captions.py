"""What a caption says: the subject, what it does and where it faces, and where it is."""

import re

from spotdiff10k.types import BackgroundLevel, PoseLevel

_ARTICLE = re.compile(r"\b([Aa]) (?=[aeiouAEIOU])(?!(?:one|once|uni|use|usu|uti|u-|eu))")

_SAID = {
    "at overcast": "under an overcast sky",
    "at misty morning": "on a misty morning",
    "at morning": "in the morning",
    "at afternoon": "in the afternoon",
    "at evening": "in the evening",
    "at golden hour": "in golden evening light",
}
_TIME = re.compile("|".join(rf"\b{phrase}\b" for phrase in _SAID))


def without_subject(pose: PoseLevel, background: BackgroundLevel) -> str:
    """Such as "walking, turned to the left, in a snowy forest at dusk"; a pose that nobody named is left out."""
    return f"{pose.description}, {background.description}" if pose.description else background.description


def with_subject(subject: str, context: str) -> str:
    """Such as "a ginger fox with a blue collar, walking, turned to the left, in a snowy forest at dusk"."""
    return f"{subject}, {context}"


def spoken(text: str) -> str:
    """The text as a person would say it: templates make "a orange hut at morning" of "an orange hut in the morning"."""
    return _TIME.sub(lambda found: _SAID[found[0]], _ARTICLE.sub(r"\1n ", text))

"""What a caption says: the subject, what it does and where it faces, and where it is."""

import re

from spotdiff10k.types import BackgroundLevel, PoseLevel

_ARTICLE = re.compile(r"\b([Aa]) (?=[aeiouAEIOU])(?!(?:one|once|uni|use|usu|uti|u-|eu))")


def without_subject(pose: PoseLevel, background: BackgroundLevel) -> str:
    """Such as "walking, turned to the left, in a snowy forest at dusk"."""
    return f"{pose.description}, {background.description}"


def with_subject(subject: str, context: str) -> str:
    """Such as "a ginger fox with a blue collar, walking, turned to the left, in a snowy forest at dusk"."""
    return f"{subject}, {context}"


def spoken(text: str) -> str:
    """The text with "an" before vowels, which templates cannot know: "a orange cap" becomes "an orange cap"."""
    return _ARTICLE.sub(r"\1n ", text)

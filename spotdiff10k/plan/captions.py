"""What a caption says: the subject, what it does and where it faces, and where it is."""

from spotdiff10k.types import BackgroundLevel, PoseLevel


def without_subject(pose: PoseLevel, background: BackgroundLevel) -> str:
    """Such as "walking, turned to the left, in a snowy forest at dusk"."""
    return f"{pose.description}, {background.description}"


def with_subject(subject: str, context: str) -> str:
    """Such as "a ginger fox with a blue collar, walking, turned to the left, in a snowy forest at dusk"."""
    return f"{subject}, {context}"

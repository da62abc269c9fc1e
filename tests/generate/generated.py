"""What the tests of the generate stage count on, and look up."""

from spotdiff10k.events import read_events
from spotdiff10k.run import Run

GROUPS = 6
PICTURES = 4 * GROUPS
GROUP_BYTES = 20_480
"""About what the tar of a group takes."""


def events_named(run: Run, name: str) -> list[dict[str, object]]:
    return [event for event in read_events(run.events) if event["event"] == name]

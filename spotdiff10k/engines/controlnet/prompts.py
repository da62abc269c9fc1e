"""Words for each kind of drawing."""

from spotdiff10k.engines.controlnet.options import Options
from spotdiff10k.types import BackgroundLevel, PlannedCell, PlannedGroup, PoseLevel

EMPTY = "an empty scene"
NOBODY = "person, animal, figure, object in the foreground"
FOLLOW_POSE = "Draw {subject}, {backdrop}. It stands where and as the first picture shows it."
FOLLOW_SUBJECT = (
    "Draw the same subject as in the second picture, {subject}, {backdrop}, standing where and as the first picture shows it."
)


def of_pose(options: Options, group: PlannedGroup, pose: PoseLevel, follows: bool) -> str:
    """The picture that a pose's cells take their subject from. `follows`: an editor is shown the anchor as well."""
    subject = group.subject.description
    if options.family.is_editor:
        template = FOLLOW_SUBJECT if follows else FOLLOW_POSE
        return template.format(subject=_joined(subject, pose.description), backdrop=options.backdrop)
    return _joined(f"{options.style} {subject}", pose.description, options.backdrop)


def of_whole(options: Options, group: PlannedGroup, cell: PlannedCell, follows: bool) -> str:
    """A cell that is painted as a whole: its caption, or for an editor what to do with the pictures that it is shown."""
    if not options.family.is_editor:
        return of_cell(options, cell)
    pose, background = group.poses[cell.pose_index], group.backgrounds[cell.background_index]
    template = FOLLOW_SUBJECT if follows else FOLLOW_POSE
    subject = _joined(group.subject.description, pose.description)
    return template.format(subject=subject, backdrop=background.description)


def of_cell(options: Options, cell: PlannedCell) -> str:
    """A whole picture, by its caption."""
    return f"{options.style} {cell.caption}".strip()


def of_plate(options: Options, level: BackgroundLevel) -> tuple[str, str]:
    """Prompt and negative prompt of a background level without a subject."""
    return f"{options.style} {EMPTY} {level.description}".strip(), _joined(options.negative, NOBODY)


def _joined(*parts: str) -> str:
    return ", ".join(part.strip() for part in parts if part.strip())

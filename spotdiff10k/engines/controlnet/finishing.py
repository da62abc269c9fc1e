"""From painted pictures to samples: joined, measured, encoded, with their records; work for the CPU."""

from collections.abc import Mapping

from spotdiff10k.engines.controlnet import prompts
from spotdiff10k.engines.controlnet.kit import Kit, Posed
from spotdiff10k.engines.controlnet.locking import Held, joined
from spotdiff10k.engines.controlnet.options import BOTH
from spotdiff10k.engines.controlnet.record import Source, record_of
from spotdiff10k.engines.controlnet.seams import ControlMaps
from spotdiff10k.engines.controlnet.seams_seen import UNMEASURED, Joint, grown_around, joint_of
from spotdiff10k.engines.controlnet.segmenting import segment
from spotdiff10k.engines.rendered import encode
from spotdiff10k.engines.rendered.canny import canny
from spotdiff10k.engines.rendered.record import encode_record
from spotdiff10k.types import Image, PlannedCell, PlannedGroup

NOTHING_JOINED = Joint(UNMEASURED, UNMEASURED, UNMEASURED)


def finish_joined(
    kit: Kit, group: PlannedGroup, cell: PlannedCell, posed: Posed, held: Held, painted: Image
) -> Mapping[str, bytes]:
    """A cell whose band, or whose surroundings, were painted: the members of its sample."""
    has_plate = kit.options.hold == BOTH
    plate = kit.plates[group.backgrounds[cell.background_index]] if has_plate else None
    behind = plate.picture if plate is not None else painted
    picture = joined(held, painted, behind)
    if has_plate:
        joint = joint_of(painted, behind, held)
    else:
        joint = grown_around(held.alpha, segment(picture, posed.maps.region, kit.settings))
    said = {"pose": posed.prompt, "join": prompts.of_cell(kit.options, cell)}
    source = Source(group, cell, posed.cut, joint, posed.seed, posed.maps.source, said, plate.source if plate else "")
    return _members(kit, source, picture, plate.encoded if plate else b"")


def finish_drawn(
    kit: Kit, group: PlannedGroup, cell: PlannedCell, maps: ControlMaps, picture: Image, prompt: str
) -> Mapping[str, bytes]:
    """A cell that was painted as a whole: the members of its sample."""
    cut = segment(picture, maps.region, kit.settings)
    source = Source(group, cell, cut, NOTHING_JOINED, cell.seed, maps.source, {"whole": prompt}, "")
    return _members(kit, source, picture, b"")


def _members(kit: Kit, source: Source, picture: Image, plate: bytes) -> Mapping[str, bytes]:
    """A sample's bytes."""
    form = kit.settings.picture_format
    members = {form: encode.picture(picture, form), "mask.png": encode.png(source.cut.alpha)}
    if "plate" in kit.settings.outputs:
        members[f"plate.{form}"] = plate
    if "canny" in kit.settings.outputs:
        members["canny.png"] = encode.png(canny(picture))
    pixels = encode.as_read(picture, members[form], form)
    members["json"] = encode_record(record_of(kit.painted, source, pixels))
    return members

"""People's own pictures as plates: photos and panoramas."""

from pathlib import Path

from spotdiff10k.engines.rendered.model import Camera, Plate
from spotdiff10k.engines.rendered.scenes.panorama import linear_panorama, panorama_plate
from spotdiff10k.engines.rendered.scenes.photo import photo_plate
from spotdiff10k.engines.rendered.scenes.pictures import HDR_SUFFIX, PictureFile, inside, list_photos, read_display
from spotdiff10k.engines.rendered.scenes.radiance_hdr import read_radiance
from spotdiff10k.types import BackgroundLevel

PHOTO, PANORAMA = "photo", "panorama"
WIDEST_PANORAMA = 4096
"""Columns; wider ones are averaged down."""

__all__ = ["PANORAMA", "PHOTO", "PictureFile", "list_photos", "make_photo_plate"]


def make_photo_plate(level: BackgroundLevel, camera: Camera, folder: Path | None) -> Plate:
    """The plate of a level whose `source` is a picture in the folder. Raises EngineError when it cannot be used."""
    path = inside(folder, level.source)
    if level.kind == PHOTO:
        return photo_plate(read_display(path, camera.size), camera, level.seed)
    if path.suffix.lower() == HDR_SUFFIX:
        return panorama_plate(read_radiance(path, WIDEST_PANORAMA), camera, level.seed)
    display = read_display(path, WIDEST_PANORAMA)
    step = -(-display.shape[1] // WIDEST_PANORAMA)
    return panorama_plate(linear_panorama(display[::step, ::step]), camera, level.seed)

"""Opens people's own pictures with care: inside their folder, of bounded size, turned as the camera was held."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from spotdiff10k.engines.rendered.model import U8
from spotdiff10k.engines.rendered.scenes.radiance_hdr import size_of
from spotdiff10k.errors import EngineError

FORMATS = ("JPEG", "PNG", "WEBP")
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
HDR_SUFFIX = ".hdr"
LARGEST_SIDE = 16_384
MOST_PIXELS = 160_000_000
SMALLEST_SIDE = 16
PANORAMA_RATIO = (1.95, 2.05)
"""Width over height of an equirectangular picture."""
ORIENTATION_TAG = 0x0112
"""EXIF: values from 5 on say that width and height are swapped."""


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture that can be a background: its name in the folder, "photo" or "panorama", and its size as it is shown."""

    name: str
    kind: str
    width: int
    height: int


def inside(folder: Path | None, name: str) -> Path:
    """The path of a file right inside the folder. Raises EngineError if it is missing or leads elsewhere."""
    if folder is None or not name:
        raise EngineError("A photo background names no file, or no folder of pictures was given; set backgrounds.source.images.")
    path = folder / name
    if Path(name).name != name or not path.resolve().is_relative_to(folder.resolve()):
        raise EngineError(f"The picture '{name}' lies outside {folder}; copy it into the folder.")
    if not path.is_file():
        raise EngineError(f"The picture '{name}' is missing from {folder}; put it back, or make the plan again.")
    return path


def describe_picture(path: Path) -> PictureFile:
    """Kind and size of a picture from its header; nothing is decoded. Raises EngineError."""
    if path.suffix.lower() == HDR_SUFFIX:
        width, height = size_of(path)
    else:
        try:
            with Image.open(path, formats=FORMATS) as picture:
                width, height = picture.size
                if picture.getexif().get(ORIENTATION_TAG, 1) >= 5:
                    width, height = height, width
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise EngineError(f"{path.name} is no readable JPEG, PNG or WebP picture ({error}); replace or remove it.") from error
    if max(width, height) > LARGEST_SIDE or width * height > MOST_PIXELS:
        raise EngineError(f"{path.name} is {width} x {height} pixels; at most {LARGEST_SIDE} a side are read. Make it smaller.")
    if min(width, height) < SMALLEST_SIDE:
        raise EngineError(f"{path.name} is {width} x {height} pixels; a background needs at least {SMALLEST_SIDE} a side.")
    wide = PANORAMA_RATIO[0] <= width / height <= PANORAMA_RATIO[1]
    if path.suffix.lower() == HDR_SUFFIX and not wide:
        raise EngineError(f"{path.name} is {width} x {height}; a Radiance picture must be a panorama twice as wide as high.")
    return PictureFile(path.name, "panorama" if wide else "photo", width, height)


def read_display(path: Path, smallest_wanted: int) -> U8:
    """The picture as display RGB (H, W, 3), upright, alpha over white; JPEGs may come reduced, never under the wanted side.

    Raises EngineError for anything that is not a whole picture of bounded size.
    """
    describe_picture(path)
    limit = Image.MAX_IMAGE_PIXELS
    try:
        Image.MAX_IMAGE_PIXELS = None  # describe_picture has checked the size by the header
        with Image.open(path, formats=FORMATS) as picture:
            picture.draft("RGB", (smallest_wanted * 2, smallest_wanted * 2))
            upright = ImageOps.exif_transpose(picture)
            if "A" in upright.getbands() or "transparency" in upright.info:
                clear = upright.convert("RGBA")
                upright = Image.alpha_composite(Image.new("RGBA", clear.size, (255, 255, 255, 255)), clear)
            return np.array(upright.convert("RGB"), dtype=np.uint8)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise EngineError(f"{path.name} cannot be decoded ({error}); it may be cut off. Replace or remove it.") from error
    finally:
        Image.MAX_IMAGE_PIXELS = limit


def list_photos(folder: Path) -> tuple[PictureFile, ...]:
    """The pictures right inside a folder, by name. Raises EngineError when it cannot be read, or one cannot be used."""
    try:
        paths = sorted(path for path in folder.iterdir() if path.is_file() and path.suffix.lower() in (*SUFFIXES, HDR_SUFFIX))
    except OSError as error:
        raise EngineError(f"The folder of pictures {folder} cannot be read: {error.strerror}.") from error
    if not paths:
        raise EngineError(f"{folder} holds no pictures; expected files ending in {', '.join((*SUFFIXES, HDR_SUFFIX))}.")
    return tuple(describe_picture(inside(folder, path.name)) for path in paths)

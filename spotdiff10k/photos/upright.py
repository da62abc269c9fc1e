"""What a camera wrote beside the pixels and pixels need: how it was held, and which colours its numbers mean."""

import io
from typing import Final

import numpy as np
from PIL import Image, ImageCms

ORIENTATION = 274
"""The EXIF tag; 1 is upright."""
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SPACES = {"RGB": "RGB", "RGBA": "RGB", "CMYK": "CMYK"}
"""Modes of pictures, and the colour space that a profile for them has."""
SRGB: Final = "sRGB"
HIGH_BYTE = 256
DEEP = ("I", "I;16", "I;16B", "I;16L", "I;16N")
"""Modes of grey with 16 bits, which Pillow would clip to white."""


def turned(picture: Image.Image) -> Image.Image:
    """Turned as the camera was held; as it is where nothing readable says how."""
    try:
        turn = TURNS.get(picture.getexif().get(ORIENTATION, 1))
    except Exception:  # EXIF is other people's bytes: Pillow raises nearly anything for broken ones
        turn = None
    return picture if turn is None else picture.transpose(turn)


def shallow(picture: Image.Image) -> Image.Image:
    """Grey of 16 bits as grey of 8, by its high byte; others as they are."""
    if picture.mode not in DEEP:
        return picture
    return Image.fromarray((np.clip(np.asarray(picture).astype(np.int64), 0, 0xFFFF) // HIGH_BYTE).astype(np.uint8))


def in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB, RGBA or CMYK in sRGB colours by its ICC profile; without a readable one RGB is sRGB already."""
    plain = picture.convert("RGB") if picture.mode == "CMYK" else picture
    if not profile:
        return plain
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space.strip() != SPACES.get(picture.mode) or SRGB in ImageCms.getProfileDescription(source):
            return plain
        colours = picture.convert("RGB") if picture.mode == "RGBA" else picture
        found = ImageCms.profileToProfile(
            colours,
            source,
            ImageCms.createProfile(SRGB),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError, AttributeError):
        return plain
    if found is None:
        return plain
    if picture.mode == "RGBA":
        found.putalpha(picture.getchannel("A"))
    return found

"""Near copies of a picture, as they cross from one set into another."""

import io

import numpy as np
from PIL import Image as Pictures

from spotdiff10k.calibration.edits import U8

EXACT, SQUEEZED, CROPPED, MIRRORED = 100.0, 95.0, 90.0, 50.0
JPEG_QUALITY = 75
CROP = 0.03
"""Share of the side that is cut off at every edge."""
BRIGHTER = 1.05
WHITE = 255


def nearly(picture: U8, alike: float) -> U8:
    """The picture as it is; squeezed by JPEG and a little brighter; cropped as well; or mirrored as well."""
    if alike >= EXACT:
        return picture
    stream = io.BytesIO()
    bright = np.clip(picture * BRIGHTER, 0, WHITE).astype(np.uint8)
    Pictures.fromarray(bright).save(stream, "JPEG", quality=JPEG_QUALITY)
    with Pictures.open(stream) as found:
        changed = np.asarray(found)
    if alike <= CROPPED:
        edge = max(1, round(CROP * len(picture)))
        inner = Pictures.fromarray(np.ascontiguousarray(changed[edge:-edge, edge:-edge]))
        height, width = picture.shape[:2]
        changed = np.asarray(inner.resize((width, height), Pictures.Resampling.BICUBIC))
    return np.ascontiguousarray(changed[:, ::-1]) if alike <= MIRRORED else changed

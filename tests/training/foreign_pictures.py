"""Small pictures of a kind in a folder or a tar, for tests of foreign sets."""

import io
import tarfile
from pathlib import Path

import numpy as np
from PIL import Image

from spotdiff10k.training.foreign.columns import parse_columns
from spotdiff10k.training.foreign.opening import ForeignOptions

SIDE = 64


def picture(red: int, green: int = 60, blue: int = 90, size: tuple[int, int] = (SIDE, SIDE)) -> Image.Image:
    """One colour with a bright corner, so that left is not right."""
    array = np.full((size[1], size[0], 3), (red, green, blue), np.uint8)
    array[:8, :8] = 255
    return Image.fromarray(array)


def png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def write_folder(root: Path, subjects: int = 6, views: int = 3, masks: bool = False) -> Path:
    """One folder a subject; the red of a picture is ten times its subject."""
    for subject in range(subjects):
        folder = root / f"subject {subject}"
        folder.mkdir(parents=True)
        for view in range(views):
            picture(10 * subject, 20 * view).save(folder / f"view-{view}.png")
            if masks:
                Image.new("L", (SIDE, SIDE), 200).save(folder / f"view-{view}.mask.png")
    return root


def write_tar(path: Path, members: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w") as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


def told(options: str) -> ForeignOptions:
    return ForeignOptions(parse_columns(options))

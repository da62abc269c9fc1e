"""Props over the backdrop: which samples they take, their colours, their mirror image."""

import numpy as np

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import F32, I32
from spotdiff10k.engines.rendered.raster import sample_column
from spotdiff10k.engines.rendered.scenes.looks import World
from spotdiff10k.engines.rendered.scenes.shade_props import shade_samples

SAMPLES = 5
SAMPLE_SHIFT = 2
"""Five samples a pixel, each in a column of its own (see raster.rasterise_lattice)."""
# channels of a layer of the picture
RED = 0
GREEN = 1
BLUE = 2
GROUND = 3
SUNLIT = 4
CHANNELS = 5
"""Linear radiance; how much of the pixel is ground; that times how much sun reaches it."""
GROUND_YIELDS = 0.9995
"""The ground plane is held this much farther away, so that flat things on it win."""


@kernel
def start_at_ground(depth: F32, rotation: F32, eye_height: float, focal: float) -> None:
    """Fill a lattice (H * SAMPLES, W) of nearness with the ground plane's, so that what is under it is not drawn."""
    size = depth.shape[1]
    for row in range(depth.shape[0]):
        down = ((row + 0.5) / SAMPLES - size * 0.5) / focal
        column_start = sample_column(row % SAMPLES, SAMPLES, SAMPLE_SHIFT)
        for column in range(size):
            right = (column + (column_start + 0.5) / SAMPLES - size * 0.5) / focal
            fall = rotation[2, 2] + right * rotation[0, 2] + down * rotation[1, 2]
            depth[row, column] = max(0.0, -fall / eye_height * GROUND_YIELDS)


@kernel
def _gather(row: int, ids: I32, hits: I32, places: F32, of_sample: I32) -> int:
    """List what must be shaded in a row of pixels, and say how many; a triangle that takes several samples counts once.

    of_sample: (SAMPLES, W) gets the place in the list of each sample, -1 where no prop is.
    """
    count = 0
    for column in range(ids.shape[1]):
        last = -1
        for sample in range(SAMPLES):
            face = ids[row * SAMPLES + sample, column]
            if face < 0:
                of_sample[sample, column] = -1
                continue
            if face != last:
                hits[count] = face
                places[count, 0] = column + (sample_column(sample, SAMPLES, SAMPLE_SHIFT) + 0.5) / SAMPLES
                places[count, 1] = row + (sample + 0.5) / SAMPLES
                count += 1
                last = face
            of_sample[sample, column] = count - 1
    return count


@kernel
def _lay_over(of_sample: I32, shaded: F32, layer: F32, nearness: F32) -> None:
    """Mix a row's shaded samples over the backdrop."""
    for column in range(layer.shape[0]):
        red = 0.0
        green = 0.0
        blue = 0.0
        near = 0.0
        found = 0
        for sample in range(SAMPLES):
            i = of_sample[sample, column]
            if i >= 0:
                red += shaded[i, 0]
                green += shaded[i, 1]
                blue += shaded[i, 2]
                near += 1.0 / shaded[i, 3]
                found += 1
        if found == 0:
            continue
        behind = (SAMPLES - found) / SAMPLES
        layer[column, RED] = layer[column, RED] * behind + red / SAMPLES
        layer[column, GREEN] = layer[column, GREEN] * behind + green / SAMPLES
        layer[column, BLUE] = layer[column, BLUE] * behind + blue / SAMPLES
        layer[column, GROUND] *= behind
        layer[column, SUNLIT] *= behind
        if found * 2 > SAMPLES:
            nearness[column] = near / found


@kernel
def shade_covered(
    layer: F32,
    nearness: F32,
    ids: I32,
    vertices: F32,
    faces: I32,
    surfaces: F32,
    world: World,
    lamps: F32,
    environment: F32,
    shadow_matrix: F32,
    shadow_depth: F32,
) -> None:
    """Lay the props over the backdrop; arguments as in shade_samples and backdrop.shade_backdrop."""
    size = layer.shape[0]
    hits = np.empty(size * SAMPLES, np.int32)
    places = np.empty((size * SAMPLES, 2), np.float32)
    shaded = np.empty((size * SAMPLES, 4), np.float32)
    of_sample = np.empty((SAMPLES, size), np.int32)
    for row in range(size):
        count = _gather(row, ids, hits, places, of_sample)
        if count == 0:
            continue
        shade_samples(
            vertices, faces, surfaces, world, lamps, environment, shadow_matrix, shadow_depth, hits, places, shaded, count
        )
        _lay_over(of_sample, shaded, layer[row], nearness[row])


@kernel
def shade_mirror(
    mirror: F32,
    ids: I32,
    vertices: F32,
    faces: I32,
    surfaces: F32,
    world: World,
    lamps: F32,
    environment: F32,
    shadow_matrix: F32,
    shadow_depth: F32,
) -> None:
    """Radiance and cover (H, W, 4) of the props as a level mirror shows them; the screen columns are theirs."""
    size = ids.shape[1]
    hits = np.empty(size, np.int32)
    columns = np.empty(size, np.int32)
    places = np.empty((size, 2), np.float32)
    shaded = np.empty((size, 4), np.float32)
    for row in range(ids.shape[0]):
        count = 0
        for column in range(size):
            if ids[row, column] >= 0:
                hits[count] = ids[row, column]
                columns[count] = column
                places[count, 0] = column + 0.5
                places[count, 1] = row + 0.5
                count += 1
        shade_samples(
            vertices, faces, surfaces, world, lamps, environment, shadow_matrix, shadow_depth, hits, places, shaded, count
        )
        for i in range(count):
            for channel in range(3):
                mirror[row, columns[i], channel] = shaded[i, channel]
            mirror[row, columns[i], 3] = 1.0

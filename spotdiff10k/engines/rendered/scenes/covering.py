"""Props over the backdrop: which samples they take, their colours, their mirror image."""

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import F32, I32
from spotdiff10k.engines.rendered.raster import sample_column
from spotdiff10k.engines.rendered.scenes.looks import World
from spotdiff10k.engines.rendered.scenes.shade_props import prop_radiance

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
    """Lay the props over the backdrop; a triangle that takes several samples of a pixel is shaded once."""
    size = layer.shape[0]
    for row in range(size):
        for column in range(size):
            red = 0.0
            green = 0.0
            blue = 0.0
            near = 0.0
            hits = 0
            last = -1
            last_red = 0.0
            last_green = 0.0
            last_blue = 0.0
            last_near = 0.0
            for sample in range(SAMPLES):
                face = ids[row * SAMPLES + sample, column]
                if face < 0:
                    continue
                if face != last:
                    px = column + (sample_column(sample, SAMPLES, SAMPLE_SHIFT) + 0.5) / SAMPLES
                    py = row + (sample + 0.5) / SAMPLES
                    last_red, last_green, last_blue, depth = prop_radiance(
                        vertices, faces, surfaces, world, lamps, environment, shadow_matrix, shadow_depth, face, px, py
                    )
                    last_near = 1.0 / depth
                    last = face
                red += last_red
                green += last_green
                blue += last_blue
                near += last_near
                hits += 1
            if hits == 0:
                continue
            behind = (SAMPLES - hits) / SAMPLES
            layer[row, column, RED] = layer[row, column, RED] * behind + red / SAMPLES
            layer[row, column, GREEN] = layer[row, column, GREEN] * behind + green / SAMPLES
            layer[row, column, BLUE] = layer[row, column, BLUE] * behind + blue / SAMPLES
            layer[row, column, GROUND] *= behind
            layer[row, column, SUNLIT] *= behind
            if hits * 2 > SAMPLES:
                nearness[row, column] = near / hits


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
    for row in range(ids.shape[0]):
        for column in range(ids.shape[1]):
            face = ids[row, column]
            if face < 0:
                continue
            red, green, blue, _ = prop_radiance(
                vertices, faces, surfaces, world, lamps, environment, shadow_matrix, shadow_depth, face, column + 0.5, row + 0.5
            )
            mirror[row, column, 0] = red
            mirror[row, column, 1] = green
            mirror[row, column, 2] = blue
            mirror[row, column, 3] = 1.0

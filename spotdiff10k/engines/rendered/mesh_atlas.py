"""Packs the textures and vertex colours of a model into one picture, and its materials into ours."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from spotdiff10k.engines.rendered.geometry import F64
from spotdiff10k.engines.rendered.mesh_reading import Part
from spotdiff10k.engines.rendered.model import U8, Material
from spotdiff10k.errors import EngineError

ATLAS_SIDE = 1024
GUTTER = 2
"""Pixels around a texture that repeat its edge, so that neighbours do not bleed in."""
MOST_PIXELS = 64_000_000
"""Of one texture, by its header, before it is decoded."""
MOST_REPEATS = 4
"""How often a texture that repeats within one triangle is laid side by side."""
COLOUR_BLOCK = 2
"""Texels on each side of a triangle with colours at its corners: an affine blend of them, exactly."""
GREY = 0.02
"""Largest difference between channels of a grey."""
PLAIN_ROUGHNESS = 0.6
SMOOTHEST, ROUGHEST = 0.08, 1.0


@dataclass(frozen=True, slots=True)
class Painted:
    """What a part looks like: its material and the atlas coordinates (F, 3, 2) of its corners, origin top left."""

    material: Material
    uv: F64


def paint(name: str, parts: list[Part]) -> tuple[list[Painted], U8]:
    """Materials, corner coordinates and the atlas of a model's parts. Raises EngineError for a texture that is too large."""
    pictures: dict[int, Image.Image] = {}
    for part in parts:
        picture = _texture(part.material) if part.uv is not None else None
        if picture is not None:
            _check(name, picture)
            pictures[id(picture)] = picture
    coloured = [part for part in parts if part.colours is not None]
    cells = len(pictures) + len(coloured)
    if not cells:
        return [Painted(_material(part, False), np.zeros((len(part.faces), 3, 2))) for part in parts], np.full(
            (1, 1, 3), 255, np.uint8
        )
    across = int(np.ceil(np.sqrt(cells)))
    tile = ATLAS_SIDE // across
    atlas = np.full((ATLAS_SIDE, ATLAS_SIDE, 3), 255, np.uint8)
    places = {key: (i // across * tile, i % across * tile) for i, key in enumerate(pictures)}
    repeats = {key: max(_repeats(part) for part in parts if _is(part, key)) for key in pictures}
    for key, picture in pictures.items():
        _lay(atlas, places[key], tile, _pixels(name, picture), repeats[key])
    painted, next_cell = [], len(pictures)
    for part in parts:
        if part.colours is not None:
            corner = (next_cell // across * tile, next_cell % across * tile)
            painted.append(Painted(_material(part, True), _lay_colours(atlas, corner, tile, part.colours)))
            next_cell += 1
            continue
        picture = _texture(part.material) if part.uv is not None else None
        if picture is None:
            painted.append(Painted(_material(part, False), np.zeros((len(part.faces), 3, 2))))
            continue
        painted.append(Painted(_material(part, True), _placed(part, places[id(picture)], tile, repeats[id(picture)])))
    return painted, atlas


def _is(part: Part, key: int) -> bool:
    return part.uv is not None and id(_texture(part.material)) == key


def _texture(material: Any) -> Image.Image | None:
    """The picture that colours a material."""
    for name in ("baseColorTexture", "image"):
        picture = getattr(material, name, None)
        if isinstance(picture, Image.Image):
            return picture
    return None


def _check(name: str, picture: Image.Image) -> None:
    width, height = picture.size
    if width * height > MOST_PIXELS or min(width, height) < 1:
        raise EngineError(
            f"The model {name} has a texture of {width} x {height} pixels, more than {MOST_PIXELS:,} in all; make it smaller."
        )


def _pixels(name: str, picture: Image.Image) -> Image.Image:
    try:
        return picture.convert("RGB")
    except (OSError, SyntaxError, ValueError) as error:
        raise EngineError(f"The model {name} has a texture that cannot be decoded: {error}. Export it again.") from error


def _corners(part: Part) -> F64:
    """Texture coordinates (F, 3, 2) of the corners, origin top left, each face moved so that it begins inside 0..1."""
    assert part.uv is not None  # noqa: S101 - the callers asked
    uv = part.uv[part.faces] * (1.0, -1.0) + (0.0, 1.0)
    return np.asarray(uv - np.floor(uv.min(axis=1, keepdims=True) + 1e-6))


def _repeats(part: Part) -> int:
    return int(np.clip(np.ceil(_corners(part).max() - 1e-3), 1, MOST_REPEATS))


def _lay(atlas: U8, corner: tuple[int, int], tile: int, picture: Image.Image, repeats: int) -> None:
    """Put a texture, repeated and with its gutter, into its square of the atlas."""
    inner = tile - 2 * GUTTER
    if repeats > 1:
        small = picture.resize((max(1, inner // repeats),) * 2, Image.Resampling.BOX)
        pixels = np.tile(np.asarray(small), (repeats, repeats, 1))
        picture = Image.fromarray(pixels)
    scaled = np.asarray(
        picture.resize((inner, inner), Image.Resampling.LANCZOS if picture.width > inner else Image.Resampling.BICUBIC)
    )
    top, left = corner
    atlas[top : top + tile, left : left + tile] = np.pad(scaled, ((GUTTER, GUTTER), (GUTTER, GUTTER), (0, 0)), mode="edge")


def _placed(part: Part, corner: tuple[int, int], tile: int, repeats: int) -> F64:
    inside = np.clip(_corners(part) / repeats, 0.0, 1.0)
    return np.asarray((inside * (tile - 2 * GUTTER) + (corner[1] + GUTTER, corner[0] + GUTTER)) / ATLAS_SIDE)


def _lay_colours(atlas: U8, corner: tuple[int, int], tile: int, colours: U8) -> F64:
    """Give every different triple of corner colours a block of texels; corner coordinates (F, 3, 2)."""
    across = tile // COLOUR_BLOCK
    for bits in (0, 3, 5, 7):  # coarser colours until they fit
        rough = (colours >> bits << bits).reshape(-1, 9)
        triples, place = np.unique(rough, axis=0, return_inverse=True)
        if len(triples) <= across * across:
            break
    row, column = np.divmod(np.arange(len(triples)), across)
    top, left = corner[0] + row * COLOUR_BLOCK, corner[1] + column * COLOUR_BLOCK
    a, b, c = (triples[:, 3 * i : 3 * i + 3].astype(np.int16) for i in range(3))
    atlas[top, left], atlas[top, left + 1], atlas[top + 1, left] = a, b, c
    atlas[top + 1, left + 1] = np.clip(b + c - a, 0, 255)
    centre = np.stack((left + 0.5, top + 0.5), axis=1)
    blocks = np.stack((centre, centre + (1.0, 0.0), centre + (0.0, 1.0)), axis=1)
    return np.asarray(blocks[place.reshape(-1)] / ATLAS_SIDE)


def _material(part: Part, textured: bool) -> Material:
    """Our material for trimesh's; metal and roughness textures count by their mean.

    A glTF file that says nothing of metal is taken to mean none. Transparency is not drawn.
    """
    source = part.material
    base = _base(source, textured)
    roughness, metal = _surface(source)
    emission = getattr(source, "emissiveFactor", None)
    return Material(
        base=base,
        roughness=float(np.clip(roughness, SMOOTHEST, ROUGHEST)),
        metal=float(np.clip(metal, 0.0, 1.0)),
        reflectance=0.04,
        tint=0.0,
        emission=0.0 if emission is None else float(np.clip(np.max(emission), 0.0, 4.0)),
        textured=textured,
    )


def _base(source: Any, textured: bool) -> tuple[float, float, float]:
    """The linear base colour: glTF's factor is linear, OBJ's Kd is what a picture shows."""
    factor = getattr(source, "baseColorFactor", None)
    if factor is not None:
        return _three(np.asarray(factor, np.float64)[:3], 255.0 if np.asarray(factor).dtype == np.uint8 else 1.0)
    diffuse = getattr(source, "diffuse", None)
    if diffuse is None:
        return (1.0, 1.0, 1.0) if textured or source is not None else (0.6, 0.6, 0.6)
    display = np.asarray(diffuse, np.float64)[:3] / (255.0 if np.asarray(diffuse).dtype == np.uint8 else 1.0)
    if textured and np.ptp(display) < GREY:  # a grey Kd beside a texture is an exporter's default, which Blender ignores too
        return (1.0, 1.0, 1.0)
    return _three(np.where(display <= 0.04045, display / 12.92, ((display + 0.055) / 1.055) ** 2.4), 1.0)


def _three(values: F64, whole: float) -> tuple[float, float, float]:
    red, green, blue = np.clip(values / whole, 0.0, 1.0).tolist()
    return red, green, blue


def _surface(source: Any) -> tuple[float, float]:
    """Roughness and metal."""
    if hasattr(source, "roughnessFactor"):
        roughness, metal = source.roughnessFactor, source.metallicFactor
        rough_value = PLAIN_ROUGHNESS if roughness is None else float(roughness)
        metal_value = 0.0 if metal is None else float(metal)
        texture = getattr(source, "metallicRoughnessTexture", None)
        if isinstance(texture, Image.Image) and texture.size[0] * texture.size[1] <= MOST_PIXELS:
            mean = np.asarray(texture.convert("RGB").resize((8, 8), Image.Resampling.BOX), np.float64).mean(axis=(0, 1)) / 255
            rough_value = float(mean[1]) * (1.0 if roughness is None else float(roughness))
            metal_value = float(mean[2]) * (1.0 if metal is None else float(metal))
        return rough_value, metal_value
    shine = getattr(source, "glossiness", None)
    if shine is None:
        return PLAIN_ROUGHNESS, 0.0
    return float(np.sqrt(2.0 / (max(0.0, float(shine)) + 2.0))) ** 0.5, 0.0  # Blinn's exponent as a microfacet width

"""Reads people's own models through trimesh, within bounds: nothing outside the model's folder, nothing too large."""

import io
import json
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import trimesh
from trimesh.resolvers import Resolver

from spotdiff10k.engines.rendered.geometry import F64
from spotdiff10k.engines.rendered.model import I32
from spotdiff10k.errors import EngineError

SUFFIXES = (".glb", ".gltf", ".obj")
MEBIBYTE = 1 << 20
MOST_BYTES = 128 * MEBIBYTE
"""Of a model file, and of each file it refers to."""
MOST_FACES = 400_000
MOST_NODES = 20_000
GLB_MAGIC = 0x46546C67
GLB_JSON = 0x4E4F534A
GLB_HEADER = struct.Struct("<IIIII")
"""Magic, version, length of the file, length of the first chunk, type of the first chunk."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a model with one look, in the model's own axes; W vertices, F faces."""

    vertices: F64  # (W, 3)
    faces: I32  # (F, 3)
    uv: F64 | None  # (W, 2), origin bottom left
    colours: npt.NDArray[np.uint8] | None  # (F, 3, 3) display colours of each corner
    material: Any  # trimesh's own, or None


class FolderResolver(Resolver):  # type: ignore[misc]
    """Gives a model the files beside it and in folders below, and remembers what it asked for in vain."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.refused: list[str] = []

    def get(self, name: str) -> bytes:
        """The bytes of a file; FileNotFoundError when it is missing, outside, or too large."""
        path = (self.folder / str(name).replace("\\", "/")).resolve()
        if not path.is_relative_to(self.folder):
            self.refused.append(f"refers to '{name}', which is outside its folder; put the file beside the model")
            raise FileNotFoundError(name)
        if path.is_file() and path.stat().st_size > MOST_BYTES:
            self.refused.append(f"refers to '{name}', which is larger than {MOST_BYTES // MEBIBYTE} MiB; make it smaller")
            raise FileNotFoundError(name)
        return path.read_bytes()

    def keys(self) -> Iterable[str]:
        """Nothing is offered; a model has to ask."""
        return ()

    def namespaced(self, namespace: str) -> "FolderResolver":
        """A resolver of a folder below."""
        below = (self.folder / namespace).resolve()
        return FolderResolver(below if below.is_relative_to(self.folder) else self.folder)

    def write(self, name: str, data: bytes) -> None:
        """Models are read only."""
        raise EngineError(f"A model tried to write '{name}'; models are only read.")


def read_parts(path: Path) -> list[Part]:
    """The pieces of a model with the scene graph flattened. Raises EngineError with what to do."""
    _check_file(path)
    resolver = FolderResolver(path.parent)
    try:
        data = io.BytesIO(path.read_bytes())
        scene = trimesh.load_scene(data, file_type=path.suffix[1:].lower(), resolver=resolver, process=False)
    except EngineError:
        raise
    except Exception as error:  # trimesh raises whatever its parsers stumble over
        raise EngineError(f"The model {path.name} cannot be read: {_short(error)}. Export it again as GLB.") from error
    if resolver.refused:
        raise EngineError(f"The model {path.name} {resolver.refused[0]}.")
    parts = _flattened(path.name, scene)
    if not parts:
        raise EngineError(f"The model {path.name} holds no triangles; expected a surface mesh.")
    return parts


def _short(error: Exception) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:120]}" if text else type(error).__name__


def _check_file(path: Path) -> None:
    if path.suffix.lower() not in SUFFIXES:
        raise EngineError(f"The model {path.name} should end in one of {', '.join(SUFFIXES)}.")
    if not path.is_file():
        raise EngineError(f"The model {path.name} is missing from {path.parent}.")
    if path.resolve().parent != path.parent.resolve():
        raise EngineError(f"The model {path.name} is a link that leads out of {path.parent}; copy the file into the folder.")
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise EngineError(
            f"The model {path.name} has {size // MEBIBYTE} MiB, more than {MOST_BYTES // MEBIBYTE} MiB; simplify it."
        )
    if path.suffix.lower() != ".obj":
        _check_gltf(path)


def _check_gltf(path: Path) -> None:
    """Refuse counts that would fill the memory before trimesh believes them."""
    try:
        header = _gltf_header(path)
        accessors = [accessor for accessor in header.get("accessors", ()) if isinstance(accessor, dict)]
        most = max((int(accessor.get("count", 0)) for accessor in accessors), default=0)
        nodes = len(header.get("nodes", ()))
    except (OSError, ValueError, TypeError, AttributeError, struct.error, RecursionError) as error:
        raise EngineError(f"The model {path.name} is not valid glTF: {_short(error)}. Export it again as GLB.") from error
    if most > 3 * MOST_FACES:
        raise EngineError(f"The model {path.name} has {most:,} corners in one part, more than {3 * MOST_FACES:,}; simplify it.")
    if nodes > MOST_NODES:
        raise EngineError(f"The model {path.name} has {nodes:,} nodes, more than {MOST_NODES:,}; join its parts.")


def _gltf_header(path: Path) -> dict[str, Any]:
    with path.open("rb") as stream:
        start = stream.read(GLB_HEADER.size)
        if path.suffix.lower() == ".gltf":
            text = start + stream.read()
        else:
            magic, _, _, length, kind = GLB_HEADER.unpack(start)
            if magic != GLB_MAGIC or kind != GLB_JSON:
                raise ValueError("the file does not begin as a GLB does")
            text = stream.read(length)
    header = json.loads(text)
    if not isinstance(header, dict):
        raise ValueError("its description is not an object")
    return cast("dict[str, Any]", header)


def _flattened(name: str, scene: Any) -> list[Part]:
    placed = [scene.graph[node] for node in sorted(scene.graph.nodes_geometry)]
    meshes = [(matrix, scene.geometry[key]) for matrix, key in placed if isinstance(scene.geometry[key], trimesh.Trimesh)]
    faces = sum(len(mesh.faces) for _, mesh in meshes)
    if faces > MOST_FACES:
        raise EngineError(f"The model {name} has {faces:,} triangles, more than {MOST_FACES:,}; simplify it.")
    return [_part(name, np.asarray(matrix, np.float64), mesh) for matrix, mesh in meshes if len(mesh.faces)]


def _part(name: str, matrix: F64, mesh: Any) -> Part:
    points = np.asarray(mesh.vertices, np.float64)
    faces = np.asarray(mesh.faces, np.int32)
    if not np.isfinite(points).all() or not np.isfinite(matrix).all():
        raise EngineError(f"The model {name} has vertices that are not finite numbers; export it again.")
    if faces.min() < 0 or faces.max() >= len(points):
        raise EngineError(f"The model {name} has faces that refer to vertices it does not have; export it again.")
    vertices = (points[:, None, :] * matrix[None, :3, :3]).sum(axis=2) + matrix[:3, 3]
    if np.linalg.det(matrix[:3, :3]) < 0:
        faces = faces[:, ::-1]
    visual = mesh.visual
    uv, colours, material = None, None, None
    if visual.kind == "texture":
        material = visual.material
        uv = None if visual.uv is None else np.asarray(visual.uv, np.float64)[:, :2]
        if uv is not None and (len(uv) != len(points) or not np.isfinite(uv).all()):
            uv = None
    elif visual.kind == "vertex":
        colours = np.asarray(visual.vertex_colors, np.uint8)[faces][:, :, :3]
    elif visual.kind == "face":
        own = np.asarray(visual.face_colors, np.uint8)[:, None, :3]
        colours = np.repeat(own, 3, axis=1)
    return Part(vertices, np.ascontiguousarray(faces), uv, colours, material)

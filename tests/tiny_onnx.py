"""A network in an ONNX file that finds the brightest point of what it sees, and answers as DWPose does; written byte by byte.

Nothing is learned: each of the 133 rows holds how bright every column, or row, of the picture is at most, twice a pixel.
"""

import struct
from pathlib import Path

FLOAT, INT64 = 1, 7
POINTS, WIDTH, HEIGHT = 133, 288, 384
INT, INTS = 2, 7


def save_brightest(file: Path) -> Path:
    """Write the network. It takes (1, 3, HEIGHT, WIDTH) and gives (1, 133, 2 * WIDTH) and (1, 133, 2 * HEIGHT)."""
    nodes, constants = b"", b""
    for name, axes, side in (("columns", (1, 2), WIDTH), ("rows", (1, 3), HEIGHT)):
        nodes += _node("ReduceMax", ["picture"], f"{name}-max", _attribute("axes", axes) + _attribute("keepdims", 0))
        nodes += _node("Reshape", [f"{name}-max", f"{name}-tall"], f"{name}-once")
        nodes += _node("Expand", [f"{name}-once", f"{name}-twice"], f"{name}-pairs")
        nodes += _node("Reshape", [f"{name}-pairs", f"{name}-flat"], f"{name}-row")
        nodes += _node("Expand", [f"{name}-row", f"{name}-all"], name)
        shapes = {"tall": (1, 1, side, 1), "twice": (1, 1, side, 2), "flat": (1, 1, 2 * side), "all": (1, POINTS, 2 * side)}
        constants += b"".join(_shape(f"{name}-{key}", shape) for key, shape in shapes.items())
    graph = nodes + _text(2, "brightest") + constants
    graph += _part(11, _value("picture", (1, 3, HEIGHT, WIDTH)))
    graph += _part(12, _value("columns", (1, POINTS, 2 * WIDTH))) + _part(12, _value("rows", (1, POINTS, 2 * HEIGHT)))
    file.write_bytes(_number(1, 8) + _part(7, graph) + _part(8, _number(2, 13)))
    return file


def _node(kind: str, inputs: list[str], output: str, attributes: bytes = b"") -> bytes:
    return _part(1, b"".join(_text(1, one) for one in inputs) + _text(2, output) + _text(4, kind) + attributes)


def _attribute(name: str, value: int | tuple[int, ...]) -> bytes:
    if isinstance(value, int):
        return _part(5, _text(1, name) + _number(3, value) + _number(20, INT))
    return _part(5, _text(1, name) + b"".join(_number(8, one) for one in value) + _number(20, INTS))


def _shape(name: str, shape: tuple[int, ...]) -> bytes:
    data = struct.pack(f"<{len(shape)}q", *shape)
    return _part(5, _number(1, len(shape)) + _number(2, INT64) + _text(8, name) + _part(9, data))


def _value(name: str, shape: tuple[int, ...]) -> bytes:
    sides = b"".join(_part(1, _number(1, side)) for side in shape)
    return _text(1, name) + _part(2, _part(1, _number(1, FLOAT) + _part(2, sides)))


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _text(field: int, text: str) -> bytes:
    return _part(field, text.encode())


def _part(field: int, data: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    found = b""
    while value > 127:
        found += bytes([value & 127 | 128])
        value >>= 7
    return found + bytes([value])

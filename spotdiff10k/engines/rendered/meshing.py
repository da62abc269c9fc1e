"""A signed distance made into a mesh: dual surface nets with one vertex for every sheet in a cell.

Only blocks that the surface can touch are sampled, each with the few primitives that can matter there;
vertices are then pulled onto the surface and take their normals from the distance's gradient.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np

from spotdiff10k.engines.rendered.flesh import BLEND, blended, blended_slope, bounds, distance_to
from spotdiff10k.engines.rendered.geometry import F64, Mesh
from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import F32, I32

FINE, COARSE = 4, 16
"""Samples along the edge of a fine block and of a coarse one."""
SLOPE = 1.35
"""How much faster than one metre a metre the ellipsoid's bound may change."""
PADDING_CELLS = 2
NEWTON_STEPS = 3

# A cell's corner c is at (c & 1, c >> 1 & 1, c >> 2); edge e joins EDGES[e].
EDGES = np.array(
    [(0, 1), (2, 3), (4, 5), (6, 7), (0, 2), (1, 3), (4, 6), (5, 7), (0, 4), (1, 5), (2, 6), (3, 7)],
    np.int32,
)
CELL_FACES = ((0, 1, 3, 2), (4, 5, 7, 6), (0, 1, 5, 4), (2, 3, 7, 6), (0, 2, 6, 4), (1, 3, 7, 5))


@cache
def sheet_table() -> tuple[I32, I32]:
    """The sheets of every inside/outside pattern of a cell's corners.

    Returns the sheet of each crossed edge (256, 12), -1 if uncrossed, and the number of sheets (256,). On a face crossed
    four times the inside corners stay apart, the same from both sides.
    """
    number = {tuple(sorted(edge)): i for i, edge in enumerate(EDGES.tolist())}
    sheets = np.full((256, 12), -1, np.int32)
    counts = np.zeros(256, np.int32)
    for pattern in range(256):
        inside = [bool(pattern >> corner & 1) for corner in range(8)]
        group = {i: i for i, (a, b) in enumerate(EDGES.tolist()) if inside[a] != inside[b]}
        for face in CELL_FACES:
            sides = [number[tuple(sorted((face[i], face[(i + 1) % 4])))] for i in range(4)]
            crossed = [side for side in sides if side in group]
            if len(crossed) == 2:
                _merge(group, crossed[0], crossed[1])
            elif len(crossed) == 4:
                for i in range(4):
                    if inside[face[i]]:
                        _merge(group, sides[i], sides[i - 1])
        roots = sorted(set(group.values()))
        for edge, root in group.items():
            sheets[pattern, edge] = roots.index(root)
        counts[pattern] = len(roots)
    return sheets, counts


def _merge(group: dict[int, int], a: int, b: int) -> None:
    keep, drop = group[a], group[b]
    for edge, root in group.items():
        if root == drop:
            group[edge] = keep


@kernel
def _choose(rows: F64, among: I32, count: int, center: F64, reach: float, blend: float, out: I32) -> tuple[int, float]:
    """Primitives that can matter within `reach` of a point: their number, and the distance at the point."""
    here = blended(rows, among, count, center[0], center[1], center[2])
    kept = 0
    for i in range(count):
        d = distance_to(rows[among[i]], center[0], center[1], center[2])
        limit = here + reach + reach + blend if rows[among[i], 17] == 0.0 else reach + reach + blend
        if d < limit:
            out[kept] = among[i]
            kept += 1
    return kept, here


@kernel
def _sample(rows: F64, low: F64, cell: float, shape: I32, blend: float) -> tuple[F32, I32, I32, I32]:
    """Distances on the grid, and the primitives chosen for every fine block as one flat list with starts and counts."""
    nx, ny, nz = shape[0], shape[1], shape[2]
    grid = np.empty((nx, ny, nz), np.float32)
    bx, by, bz = nx // 4, ny // 4, nz // 4
    starts = np.zeros((bx, by, bz), np.int32)
    counts = np.zeros((bx, by, bz), np.int32)
    flat = np.empty(4096, np.int32)
    used = 0
    everything = np.arange(len(rows)).astype(np.int32)
    coarse, fine = np.empty(len(rows), np.int32), np.empty(len(rows), np.int32)
    center = np.empty(3)
    coarse_reach, fine_reach = 0.866 * 16 * cell * 1.35, 0.866 * 5 * cell * 1.35
    for ci in range((bx + 3) // 4):
        for cj in range((by + 3) // 4):
            for ck in range((bz + 3) // 4):
                center[0] = low[0] + (16 * ci + 7.5) * cell
                center[1] = low[1] + (16 * cj + 7.5) * cell
                center[2] = low[2] + (16 * ck + 7.5) * cell
                n_coarse, at_coarse = _choose(rows, everything, len(rows), center, coarse_reach, blend, coarse)
                for i in range(4 * ci, min(4 * ci + 4, bx)):
                    for j in range(4 * cj, min(4 * cj + 4, by)):
                        for k in range(4 * ck, min(4 * ck + 4, bz)):
                            center[0] = low[0] + (4 * i + 1.5) * cell
                            center[1] = low[1] + (4 * j + 1.5) * cell
                            center[2] = low[2] + (4 * k + 1.5) * cell
                            value = at_coarse
                            n_fine = 0
                            if abs(at_coarse) <= coarse_reach:
                                n_fine, value = _choose(rows, coarse, n_coarse, center, fine_reach, blend, fine)
                            if abs(at_coarse) > coarse_reach or abs(value) > fine_reach:
                                grid[4 * i : 4 * i + 4, 4 * j : 4 * j + 4, 4 * k : 4 * k + 4] = value
                                continue
                            if used + n_fine > len(flat):
                                flat = np.concatenate((flat, np.empty(len(flat) + n_fine, np.int32)))
                            flat[used : used + n_fine] = fine[:n_fine]
                            starts[i, j, k], counts[i, j, k] = used, n_fine
                            used += n_fine
                            for a in range(4 * i, 4 * i + 4):
                                for b in range(4 * j, 4 * j + 4):
                                    for c in range(4 * k, 4 * k + 4):
                                        grid[a, b, c] = blended(
                                            rows, fine, n_fine, low[0] + a * cell, low[1] + b * cell, low[2] + c * cell
                                        )
    return grid, flat, starts, counts


@kernel
def _pattern(grid: F32, i: int, j: int, k: int) -> int:
    pattern = 0
    for corner in range(8):
        if grid[i + (corner & 1), j + ((corner >> 1) & 1), k + (corner >> 2)] < 0.0:
            pattern |= 1 << corner
    return pattern


@kernel
def _place(grid: F32, counts: I32, sheets: I32, sheet_counts: I32, edges: I32) -> tuple[F64, I32]:
    """Vertices (V, 3) in cells, one for every sheet of every crossed cell, and the first vertex of each cell (-1: none)."""
    nx, ny, nz = grid.shape
    first = np.full((nx, ny, nz), -1, np.int32)
    found = np.empty((1024, 3))
    made = 0
    sums = np.empty((4, 4))
    for i in range(nx - 1):
        for j in range(ny - 1):
            for k in range(nz - 1):
                if counts[i // 4, j // 4, k // 4] == 0:  # far from the surface
                    continue
                pattern = _pattern(grid, i, j, k)
                if pattern == 0 or pattern == 255:
                    continue
                sums[:] = 0.0
                for e in range(12):
                    sheet = sheets[pattern, e]
                    if sheet < 0:
                        continue
                    a, b = edges[e, 0], edges[e, 1]
                    ga = grid[i + (a & 1), j + ((a >> 1) & 1), k + (a >> 2)]
                    gb = grid[i + (b & 1), j + ((b >> 1) & 1), k + (b >> 2)]
                    t = ga / (ga - gb)
                    sums[sheet, 0] += (a & 1) + t * ((b & 1) - (a & 1))
                    sums[sheet, 1] += ((a >> 1) & 1) + t * (((b >> 1) & 1) - ((a >> 1) & 1))
                    sums[sheet, 2] += (a >> 2) + t * ((b >> 2) - (a >> 2))
                    sums[sheet, 3] += 1.0
                first[i, j, k] = made
                if made + 4 > len(found):
                    found = np.concatenate((found, np.empty_like(found)))
                for sheet in range(sheet_counts[pattern]):
                    found[made, 0] = i + sums[sheet, 0] / sums[sheet, 3]
                    found[made, 1] = j + sums[sheet, 1] / sums[sheet, 3]
                    found[made, 2] = k + sums[sheet, 2] / sums[sheet, 3]
                    made += 1
    return found[:made].copy(), first


@kernel
def _connect(grid: F32, first: I32, counts: I32, sheets: I32, vertices: F64) -> I32:
    """Two triangles for every crossed grid edge, across the shorter diagonal, wound outward."""
    nx, ny, nz = grid.shape
    faces = np.empty((2 * len(vertices) + 64, 3), np.int32)
    made = 0
    quad = np.empty(4, np.int32)
    # For an edge along `axis`, the four cells about it, in turning order, and which of their edges it is.
    for i in range(1, nx - 1):
        for j in range(1, ny - 1):
            for k in range(1, nz - 1):
                if counts[i // 4, j // 4, k // 4] == 0:
                    continue
                inside = grid[i, j, k] < 0.0
                for axis in range(3):
                    di, dj, dk = int(axis == 0), int(axis == 1), int(axis == 2)
                    if (grid[i + di, j + dj, k + dk] < 0.0) == inside:
                        continue
                    for corner in range(4):
                        u, v = int(corner == 0 or corner == 3), int(corner < 2)
                        ci, cj, ck = i, j, k
                        if axis == 0:
                            cj, ck, edge = j - u, k - v, u + 2 * v
                        elif axis == 1:
                            ci, ck, edge = i - v, k - u, 4 + v + 2 * u
                        else:
                            ci, cj, edge = i - u, j - v, 8 + u + 2 * v
                        quad[corner] = first[ci, cj, ck] + sheets[_pattern(grid, ci, cj, ck), edge]
                    if made + 2 > len(faces):
                        faces = np.concatenate((faces, np.empty_like(faces)))
                    a, b, c, d = quad[0], quad[1], quad[2], quad[3]
                    if not inside:
                        b, d = d, b
                    ac = ((vertices[a] - vertices[c]) ** 2).sum()
                    bd = ((vertices[b] - vertices[d]) ** 2).sum()
                    if ac <= bd:
                        faces[made, 0], faces[made, 1], faces[made, 2] = a, b, c
                        faces[made + 1, 0], faces[made + 1, 1], faces[made + 1, 2] = a, c, d
                    else:
                        faces[made, 0], faces[made, 1], faces[made, 2] = a, b, d
                        faces[made + 1, 0], faces[made + 1, 1], faces[made + 1, 2] = b, c, d
                    made += 2
    return faces[:made].copy()


@kernel
def _settle(rows: F64, low: F64, cell: float, flat: I32, starts: I32, counts: I32, vertices: F64, steps: int) -> tuple[F64, F64]:
    """Pull vertices (in cells) onto the surface; returns positions in metres and unit normals."""
    positions = np.empty_like(vertices)
    normals = np.empty_like(vertices)
    slope, own, point = np.empty(3), np.empty(3), np.empty(3)
    for v in range(len(vertices)):
        i, j, k = int(vertices[v, 0]) // 4, int(vertices[v, 1]) // 4, int(vertices[v, 2]) // 4
        chosen, count = flat[starts[i, j, k] :], counts[i, j, k]
        for axis in range(3):
            point[axis] = low[axis] + vertices[v, axis] * cell
        length = 1.0
        for step in range(steps + 1):
            value = blended_slope(rows, chosen, count, point[0], point[1], point[2], slope, own)
            length = np.sqrt(slope[0] * slope[0] + slope[1] * slope[1] + slope[2] * slope[2])
            if length < 1e-6 or abs(value) < 1e-5 or step == steps:
                break
            move = max(-0.4 * cell, min(0.4 * cell, value / length))
            for axis in range(3):
                point[axis] -= slope[axis] * (move / length)
        for axis in range(3):
            positions[v, axis] = point[axis]
            normals[v, axis] = slope[axis] / length if length > 1e-6 else (1.0 if axis == 2 else 0.0)
    return positions, normals


def mesh_flesh(rows: F64, cell_size: float) -> tuple[Mesh, F32]:
    """The surface of the primitives `rows` (P, PRIMITIVE_COLUMNS) as a closed mesh, and its unit normals (V, 3)."""
    low, high = bounds(rows)
    low = low - PADDING_CELLS * cell_size
    cells = np.ceil((high - low) / cell_size).astype(np.int64) + 1 + PADDING_CELLS
    shape = (FINE * np.ceil(cells / FINE)).astype(np.int32)
    blend = float(rows[:, BLEND].max())
    grid, flat, starts, counts = _sample(rows, low, cell_size, shape, blend)
    sheets, sheet_counts = sheet_table()
    vertices, first = _place(grid, counts, sheets, sheet_counts, EDGES)
    faces = _connect(grid, first, counts, sheets, vertices)
    positions, normals = _settle(rows, low, cell_size, flat, starts, counts, vertices, NEWTON_STEPS)
    return Mesh(positions, faces), normals.astype(np.float32)


@kernel
def _depths(rows: F64, points: F64) -> F64:
    everything = np.arange(len(rows)).astype(np.int32)
    out = np.empty(len(points))
    for v in range(len(points)):
        out[v] = blended(rows, everything, len(rows), points[v, 0], points[v, 1], points[v, 2])
    return out


def uncovered(mesh: Mesh, normals: F32, covers: Sequence[F64], depth: float) -> tuple[Mesh, F32]:
    """The mesh without the faces that lie `depth` metres or more under one of the covering layers' rows."""
    hidden = np.zeros(len(mesh.faces), np.bool_)
    for rows in covers:
        hidden |= (_depths(rows, mesh.vertices) < -depth)[mesh.faces].all(axis=1)
    kept, renumbered = np.unique(mesh.faces[~hidden], return_inverse=True)
    return Mesh(mesh.vertices[kept], renumbered.reshape(-1, 3).astype(np.int32)), np.ascontiguousarray(normals[kept])

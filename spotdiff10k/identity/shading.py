"""Matching light with shading: as `light` does, with the way that the surface faces as three further inputs.

Light from another side brightens what faces it. On a matt surface any distant light is nearly a low-order function of the
normal (Ramamoorthi and Hanrahan 2001; Basri and Jacobs 2003); its first order, linear in the normal, is taken here for the change
of log colours. Higher orders explain away the paint of a part whose normals no other part has.
"""

import numpy as np

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.identity.crops import F32
from spotdiff10k.identity.light import CAUCHY, F64, FEWEST, LIGHT_WEIGHT, RIDGE, ROUNDS, TINY, Bools, in_light_of, solve

INPUTS = 7
"""Three channels, one for the shift, three of the normal."""
SHIFT = 3


@kernel
def _inputs(target: F32, target_sure: Bools, mate: F32, mate_sure: Bools, normals: F64) -> tuple[F64, F64]:
    """(N, INPUTS) of the mate and (N, 3) of the target, of the cells that both surely show and whose normal is known."""
    height, width = target_sure.shape
    most = int((target_sure & mate_sure).sum())
    inputs, wanted = np.empty((most, INPUTS)), np.empty((most, 3))
    count = 0
    for y in range(height):
        for x in range(width):
            turned = normals[y, x, 0] != 0.0 or normals[y, x, 1] != 0.0 or normals[y, x, 2] != 0.0
            if turned and target_sure[y, x] and mate_sure[y, x]:
                inputs[count, SHIFT] = 1.0
                for axis in range(3):
                    inputs[count, axis], wanted[count, axis] = mate[axis, y, x], target[axis, y, x]
                    inputs[count, SHIFT + 1 + axis] = normals[y, x, axis]
                count += 1
    return inputs[:count], wanted[:count]


@kernel
def _weighted_fit(inputs: F64, wanted: F64, weights: F64) -> F64:
    """(INPUTS, 3): near the identity, and no shading, where the data say nothing."""
    matrix, right = np.zeros((INPUTS, INPUTS)), np.zeros((INPUTS, 3))
    for pixel in range(len(inputs)):
        for row in range(INPUTS):
            weighted = weights[pixel] * inputs[pixel, row]
            for column in range(row, INPUTS):
                matrix[row, column] += weighted * inputs[pixel, column]
            for column in range(3):
                right[row, column] += weighted * wanted[pixel, column]
    for row in range(INPUTS):
        for column in range(row):
            matrix[row, column] = matrix[column, row]
        matrix[row, row] += TINY if row == SHIFT else RIDGE
        if row < SHIFT:
            right[row, row] += RIDGE
    solve(matrix, right)
    return right


@kernel
def _fitted(inputs: F64, wanted: F64) -> F64:
    """The robust fit, by as many rounds as `light` takes."""
    count = len(inputs)
    weights, residuals = np.ones(count), np.empty(count)
    fit = _weighted_fit(inputs, wanted, weights)
    for _ in range(ROUNDS - 1):
        for pixel in range(count):
            total = 0.0
            for column in range(3):
                guess = 0.0
                for row in range(INPUTS):
                    guess += inputs[pixel, row] * fit[row, column]
                total += abs(wanted[pixel, column] - guess) * (LIGHT_WEIGHT if column == 0 else 1.0)
            residuals[pixel] = total
        scale = CAUCHY * (np.median(residuals) + TINY)
        for pixel in range(count):
            weights[pixel] = 1 / (1 + (residuals[pixel] / scale) ** 2)
        fit = _weighted_fit(inputs, wanted, weights)
    return fit


@kernel
def _applied(channels: F32, normals: F64, fit: F64, out: F32) -> None:
    _, height, width = channels.shape
    for y in range(height):
        for x in range(width):
            for column in range(3):
                value = fit[SHIFT, column]
                for axis in range(3):
                    value += channels[axis, y, x] * fit[axis, column] + normals[y, x, axis] * fit[SHIFT + 1 + axis, column]
                out[column, y, x] = value


def in_shaded_light_of(target: F32, target_sure: Bools, mate: F32, mate_sure: Bools, normals: F64) -> F32:
    """The mate's (3, S, S) opponent colours as they would be in the target's light, which falls on (S, S, 3) normals.

    By `in_light_of` where too few normals are known.
    """
    inputs, wanted = _inputs(target, target_sure, mate, mate_sure, normals)
    if len(inputs) < FEWEST:
        return in_light_of(target, target_sure, mate, mate_sure)
    out = np.empty_like(mate)
    _applied(mate, normals, _fitted(inputs, wanted), out)
    return out

"""Matching light: the affine change of log colours that makes one picture of a pose look as if it stood in another's light.

Fitted where both cut-outs show the subject at the same place, by weighted least squares that lets go of what does not fit
(iteratively, with Cauchy's weights), so that a part that was painted over does not pull.
"""

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.identity.crops import F32

FEWEST = 40
"""Pixels that both have to show."""
ROUNDS = 5
RIDGE = 2.0
"""Pixels' worth of belief that the light is the same."""
CAUCHY = 1.5
"""Residuals, in medians, at which a pixel counts half."""
LIGHT_WEIGHT = 0.3
"""Of differences in brightness against differences in colour."""
TINY = 1e-3

F64 = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@kernel
def solve(matrix: F64, right: F64) -> None:
    """Solve a small symmetric positive definite system in place by elimination; the solution is left in `right`."""
    size, columns = right.shape
    for pivot in range(size):
        for row in range(size):
            if row != pivot:
                factor = matrix[row, pivot] / matrix[pivot, pivot]
                for column in range(pivot, size):
                    matrix[row, column] -= factor * matrix[pivot, column]
                for column in range(columns):
                    right[row, column] -= factor * right[pivot, column]
    for row in range(size):
        for column in range(columns):
            right[row, column] /= matrix[row, row]


@kernel
def _weighted_fit(inputs: F64, wanted: F64, weights: F64, ridge: float, tiny: float) -> F64:
    """(4, 3): three rows of a matrix and a shift, near the identity where the data say nothing."""
    matrix, right = np.zeros((4, 4)), np.zeros((4, 3))
    for pixel in range(len(inputs)):
        for row in range(4):
            weighted = weights[pixel] * inputs[pixel, row]
            for column in range(4):
                matrix[row, column] += weighted * inputs[pixel, column]
            for column in range(3):
                right[row, column] += weighted * wanted[pixel, column]
    for row in range(3):
        matrix[row, row] += ridge
        right[row, row] += ridge
    matrix[3, 3] += tiny
    solve(matrix, right)
    return right


@kernel
def _residual(inputs: F64, wanted: F64, fit: F64, light_weight: float) -> float:
    total = 0.0
    for column in range(3):
        guess = fit[3, column]
        for row in range(3):
            guess += inputs[row] * fit[row, column]
        total += abs(wanted[column] - guess) * (light_weight if column == 0 else 1.0)
    return total


@kernel
def _fitted(mate: F32, mate_sure: Bools, target: F32, target_sure: Bools, fewest: int, rounds: int) -> F64:
    """The fit that turns the mate's light into the target's; without enough to see, no change."""
    shared = mate_sure & target_sure
    count = int(shared.sum())
    fit = np.zeros((4, 3))
    for row in range(3):
        fit[row, row] = 1.0
    if count < fewest:
        return fit
    inputs, wanted, weights = np.ones((count, 4)), np.empty((count, 3)), np.ones(count)
    pixel = 0
    for y in range(shared.shape[0]):
        for x in range(shared.shape[1]):
            if shared[y, x]:
                for channel in range(3):
                    inputs[pixel, channel], wanted[pixel, channel] = mate[channel, y, x], target[channel, y, x]
                pixel += 1
    residuals = np.empty(count)
    for _ in range(rounds):
        fit = _weighted_fit(inputs, wanted, weights, RIDGE, TINY)
        for pixel in range(count):
            residuals[pixel] = _residual(inputs[pixel], wanted[pixel], fit, LIGHT_WEIGHT)
        scale = CAUCHY * (np.median(residuals) + TINY)
        for pixel in range(count):
            weights[pixel] = 1 / (1 + (residuals[pixel] / scale) ** 2)
    return fit


@kernel
def _applied(channels: F32, fit: F64, out: F32) -> None:
    _, height, width = channels.shape
    for y in range(height):
        for x in range(width):
            for column in range(3):
                value = fit[3, column]
                for row in range(3):
                    value += channels[row, y, x] * fit[row, column]
                out[column, y, x] = value


def in_light_of(target: F32, target_sure: Bools, mate: F32, mate_sure: Bools) -> F32:
    """The mate's (3, S, S) opponent colours as they would be in the target's light; unchanged where too little is shared."""
    out = np.empty_like(mate)
    _applied(mate, _fitted(mate, mate_sure, target, target_sure, FEWEST, ROUNDS), out)
    return out

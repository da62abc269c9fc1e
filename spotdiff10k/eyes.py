"""The camera that a record tells: from pixels and depth to places in the world."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Eye:
    """A recorded camera: x_camera = rotation @ (x_world - position); its picture's side is `size` pixels."""

    position: F64  # (3,) metres
    rotation: F64  # (3, 3) rows: right, down, forward
    focal: float  # pixels
    size: int

    def world(self, points: F64) -> F64:
        """(N, 3) of pixel x, pixel y and camera z as (N, 3) metres of the world."""
        sideways = (points[:, :2] - self.size / 2) * points[:, 2:] / self.focal
        local = np.concatenate([sideways, points[:, 2:]], axis=1)
        turned = local[:, 0:1] * self.rotation[0] + local[:, 1:2] * self.rotation[1] + local[:, 2:3] * self.rotation[2]
        return np.asarray(turned + self.position, np.float64)

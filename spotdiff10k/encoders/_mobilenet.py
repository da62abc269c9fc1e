"""MobileNetV2 in plain torch (Sandler et al., arXiv 1801.04381), with torchvision's names."""

from torch import Tensor
from torch.nn import functional

from spotdiff10k.encoders._folding import Convolution, State, tensor

# (expansion, blocks, stride of the first), stage by stage; table 2 of the paper
SETTINGS = ((1, 1, 1), (6, 2, 2), (6, 3, 2), (6, 4, 2), (6, 3, 1), (6, 3, 2), (6, 1, 1))
LOOKED_AT = (0, 1, 2, 4, 6)
"""The last settings of each stride: 2, 4, 8, 16, 32."""
CEILING = 6.0
"""Of its activation, a ReLU that is cut off."""


class _Inverted:
    """Widen, look, narrow; with a way around where nothing changes size."""

    def __init__(self, state: State, name: str, expansion: int, stride: int) -> None:
        parts: list[Convolution] = []
        if expansion > 1:
            parts.append(Convolution(state, f"{name}.conv.0.0", f"{name}.conv.0.1"))
        at = len(parts)
        groups = len(tensor(state, f"{name}.conv.{at}.0.weight"))
        parts.append(Convolution(state, f"{name}.conv.{at}.0", f"{name}.conv.{at}.1", stride, groups))
        self.activated = parts
        self.narrow = Convolution(state, f"{name}.conv.{at + 1}", f"{name}.conv.{at + 2}")
        self.around = stride == 1 and self.narrow.channels == parts[0].inputs

    def __call__(self, x: Tensor) -> Tensor:
        y = x
        for part in self.activated:
            y = _activate(part(y))
        y = self.narrow(y)
        return y.add_(x) if self.around else y


class MobileNetTrunk:
    """All but the classifier. Raises ModelError when the state is of another network."""

    def __init__(self, state: State) -> None:
        self.stem = Convolution(state, "features.0.0", "features.0.1", 2)
        self.stages: list[list[_Inverted]] = []
        number = 0
        for expansion, count, stride in SETTINGS:
            blocks = []
            for index in range(count):
                number += 1
                blocks.append(_Inverted(state, f"features.{number}", expansion, stride if index == 0 else 1))
            self.stages.append(blocks)
        self.last = Convolution(state, f"features.{number + 1}.0", f"features.{number + 1}.1")

    def __call__(self, x: Tensor) -> tuple[tuple[Tensor, ...], Tensor]:
        """Maps at strides 2, 4, 8, 16, 32, and the last layer's map that picture vectors are means of."""
        x = _activate(self.stem(x))
        maps = []
        for number, stage in enumerate(self.stages):
            for block in stage:
                x = block(x)
            if number in LOOKED_AT:
                maps.append(x)
        return tuple(maps), _activate(self.last(x))


def _activate(x: Tensor) -> Tensor:
    return functional.hardtanh(x, 0.0, CEILING, inplace=True)

"""One process, or several that train one model together.

A contrastive loss is of a batch and not of its rows, so that the gradients of parts do not add up to that of the whole. Here
every process computes the codes of its share of the rows, and has those of all rows in its loss, its own with their gradient.
Added up over the processes, the gradients are those of one process on the whole batch.
"""

import os
from typing import TYPE_CHECKING, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from spotdiff10k.errors import MissingExtraError

if TYPE_CHECKING:
    from accelerate import Accelerator

LAUNCHED = "WORLD_SIZE"
"""Environment variable by which `accelerate launch` and `torchrun` tell how many processes they started."""


class Processes(Protocol):
    """Those that train one model; all of them draw the same batches."""

    number: int  # of this one, from 0; the first one alone writes files
    count: int
    device: torch.device | None  # of this one; None where the settings decide

    def share(self, rows: int) -> slice:
        """Which rows of a batch this process computes."""
        ...

    def whole(self, own: Tensor, rows: int) -> Tensor:
        """(rows, d) of all processes, given this one's share; gradients flow into the share alone."""
        ...

    def add_up(self, module: nn.Module) -> None:
        """Make each gradient the sum over all processes."""
        ...

    def agree(self, module: nn.Module) -> None:
        """Give every process the first one's weights."""
        ...


class Alone:
    """The only process: nothing is exchanged."""

    number, count = 0, 1
    device: torch.device | None = None

    def share(self, rows: int) -> slice:
        return slice(0, rows)

    def whole(self, own: Tensor, rows: int) -> Tensor:
        return own

    def add_up(self, module: nn.Module) -> None:
        pass

    def agree(self, module: nn.Module) -> None:
        pass


class Accelerated:
    """The processes of an Accelerator, each with a device of its own, or all on the CPU."""

    def __init__(self, accelerator: "Accelerator") -> None:
        self._accelerator = accelerator
        self.number = int(accelerator.process_index)
        self.count = int(accelerator.num_processes)
        self.device: torch.device | None = torch.device(accelerator.device)

    def share(self, rows: int) -> slice:
        most = self._most(rows)
        return slice(min(rows, self.number * most), min(rows, (self.number + 1) * most))

    def whole(self, own: Tensor, rows: int) -> Tensor:
        missing = self._most(rows) - len(own)
        every = self._accelerator.gather(functional.pad(own.detach(), (0, 0, 0, missing)))
        mine = self.share(rows)
        return torch.cat([every[: mine.start], own, every[mine.stop : rows]])

    def add_up(self, module: nn.Module) -> None:
        learning = [weight for weight in module.parameters() if weight.requires_grad]
        gradients = [torch.zeros_like(weight) if weight.grad is None else weight.grad for weight in learning]
        total = self._accelerator.reduce(parameters_to_vector(gradients), reduction="sum")
        vector_to_parameters(total, gradients)
        for weight, gradient in zip(learning, gradients, strict=True):
            weight.grad = gradient

    def agree(self, module: nn.Module) -> None:
        from accelerate.utils import broadcast

        for value in filter(torch.numel, module.state_dict().values()):
            value.copy_(broadcast(value.clone(), from_process=0))

    def _most(self, rows: int) -> int:
        return -(-rows // self.count)


def launched(on_cpu: bool = False) -> Processes:
    """The processes that `accelerate launch` started, this one among them; alone where it was started otherwise.

    Raises MissingExtraError without accelerate.
    """
    if int(os.environ.get(LAUNCHED, "1")) < 2:
        return Alone()
    try:
        from accelerate import Accelerator
    except ImportError as error:
        raise MissingExtraError("accelerate", "diffusion", "Training with several processes") from error
    return Accelerated(Accelerator(cpu=on_cpu))

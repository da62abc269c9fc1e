"""The painter: batches of drawings through the pipelines of one family, with less at a time when memory runs out."""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from spotdiff10k.engines.controlnet.addresses import generators
from spotdiff10k.engines.controlnet.calling import arguments_of
from spotdiff10k.engines.controlnet.compiling import as_written, compile_blocks, plates_are_worth_it
from spotdiff10k.engines.controlnet.devices import Device, batch_for, release, tile_if_needed
from spotdiff10k.engines.controlnet.drawings import JOIN, PLATE, POSE, Drawing
from spotdiff10k.engines.controlnet.embedding import EMBED, Embeddings, pad_texts
from spotdiff10k.engines.controlnet.families import MASKED
from spotdiff10k.engines.controlnet.loading import Pipes
from spotdiff10k.engines.controlnet.meter import Meter
from spotdiff10k.engines.controlnet.options import Options
from spotdiff10k.engines.controlnet.seams import Member, Strategy
from spotdiff10k.errors import EngineError, ModelError
from spotdiff10k.types import Image

NOBODY = "nobody"
"""The group of a member that belongs to none."""


class Painter:
    """Paints drawings with one family on one device."""

    def __init__(
        self, pipes: Pipes, strategy: Strategy, options: Options, size: int, device: Device, meter: Meter, plates: int = 0
    ) -> None:
        """plates: how many will be drawn in the whole run, which decides whether compiling for them is worth it."""
        self._plates = plates
        self._pipes = pipes
        self._strategy = strategy
        self._options = options
        self._size = size
        self._device = device
        self._meter = meter
        self._again = False  # whether memory ran out with one drawing, which is tried once more
        self._batch = batch_for(options, size, device)
        strategy.prepare(pipes.draw)
        tile_if_needed(pipes.draw, device, options, size, self._batch)
        self._compiled = compile_blocks(pipes.draw, device, options)
        padded = self._compiled and options.family.texts == MASKED
        self._texts = Embeddings(options.family.name, pipes.draw, padded) if options.family.name in EMBED else None
        if padded and self._texts is None:
            pad_texts(pipes.draw)
            pad_texts(pipes.join)

    def batch(self, kind: str) -> int:
        """Drawings of a call now. A plate is drawn alone, so that every worker draws the same."""
        return 1 if kind == PLATE else self._batch

    def ahead(self, drawing: Drawing) -> Callable[[], None] | None:
        """Work that may be done while a drawing waits, in another thread: its text, on a GPU where all components stay there."""
        texts = self._texts
        if texts is None or not self._device.is_cuda or self._options.cpu_offload:
            return None
        return partial(texts.ahead, drawing.prompt)

    def paint(self, drawings: Sequence[Drawing]) -> list[Image]:
        """Paint drawings of one kind, in their order. Raises EngineError, or ModelError where not even one fits."""
        done: list[Image] = []
        while len(done) < len(drawings):
            now = drawings[len(done) : len(done) + self.batch(drawings[0].kind)]
            found = self._painted_or_too_much(now)
            if isinstance(found, BaseException):
                self._halve(drawings[0].kind, len(now), found)
            else:
                self._again = False
                done += found
        return done

    def _painted_or_too_much(self, drawings: Sequence[Drawing]) -> list[Image] | BaseException:
        """The pictures; or that memory ran out, without the frames that would hold on to it."""
        try:
            return self._painted(drawings)
        except _out_of_memory() as error:
            return error.with_traceback(None)

    def _halve(self, kind: str, count: int, error: BaseException) -> None:
        """Go on with less at a time, or once more with one. Raises ModelError, which ends the run, where that is too much."""
        release(self._device)
        count = self.batch(kind) if self._compiled else count  # with what it was filled up with
        if count == 1 and self._again:
            raise ModelError(
                f"Not even one picture of {self._size} pixels fits into the memory of {self._device.name} with "
                f"{self._options.family.name}. Set engine.options.cpu_offload to true, or make smaller pictures."
            ) from error
        self._again = count == 1
        if count > 1:
            self._batch = count // 2
            self._meter.note_halved(self._batch)

    def _painted(self, drawings: Sequence[Drawing]) -> list[Image]:
        pipe = self._pipes.by_kind(drawings[0].kind)
        padded = self._padded(drawings)
        began = time.monotonic()
        with self._identity(pipe, padded) as extra:
            arguments = {**arguments_of(self._options, pipe, padded, self._size), **self._words(padded), **extra}
            with as_written() if self._is_eager(drawings[0].kind) else contextlib.nullcontext():
                pictures = pipe(generator=generators([drawing.seed for drawing in padded]), **arguments).images
        found = _as_arrays(pictures)[: len(drawings)]
        self._meter.note_painted(drawings[0].kind, len(drawings), len(padded), time.monotonic() - began)
        for drawing, (picture, is_finite) in zip(drawings, found, strict=True):
            if not is_finite or picture.shape != (self._size, self._size, 3):
                raise EngineError(
                    f"{self._options.family.name} drew something that is no picture ({drawing.kind}, seed {drawing.seed}): "
                    f"{'its values are not finite' if not is_finite else f'its shape is {picture.shape}'}."
                )
        return [picture for picture, _ in found]

    def _is_eager(self, kind: str) -> bool:
        """Whether blocks are compiled, but not for these: decided by the recipe alone, so that all workers draw alike."""
        return self._compiled and kind == PLATE and not plates_are_worth_it(self._plates)

    def _padded(self, drawings: Sequence[Drawing]) -> Sequence[Drawing]:
        """Fixed shapes where blocks are compiled for them: the last drawing is painted more than once."""
        missing = self.batch(drawings[0].kind) - len(drawings)
        return [*drawings, *[drawings[-1]] * missing] if self._compiled and missing > 0 else drawings

    def _words(self, drawings: Sequence[Drawing]) -> dict[str, Any]:
        prompts, negatives = [one.prompt for one in drawings], [one.negative for one in drawings]
        if self._texts is not None:
            return self._texts.arguments(prompts, negatives if self._options.is_guided else None)
        alone = {"prompt": prompts[0]}  # an editor, which takes one at a time
        return {**alone, "negative_prompt": negatives[0] or " "} if self._options.is_guided else alone

    @contextlib.contextmanager
    def _identity(self, pipe: Any, drawings: Sequence[Drawing]) -> Iterator[Mapping[str, Any]]:
        """What the identity strategy adds to a call."""
        if drawings[0].kind != POSE and not self._strategy.everywhere:
            yield {}
            return
        empty = np.zeros((self._size, self._size), np.uint8)
        with self._strategy.batch(pipe, [one.member or Member(NOBODY, False, empty) for one in drawings]) as extra:
            yield extra


def _out_of_memory() -> type[BaseException]:
    import torch

    found: type[BaseException] = torch.OutOfMemoryError
    return found


def _as_arrays(pictures: Any) -> list[tuple[Image, bool]]:
    """(B, 3, H, W) in 0..1 to (H, W, 3) bytes, rounded; and whether all values were numbers."""
    import torch

    finite = torch.isfinite(pictures).flatten(1).all(1).tolist()
    levels = (pictures.float().nan_to_num().clamp(0.0, 1.0) * 255.0).round().to(torch.uint8)
    arrays = levels.permute(0, 2, 3, 1).contiguous().cpu().numpy()
    return [(array, bool(is_finite)) for array, is_finite in zip(arrays, finite, strict=True)]


__all__ = ["JOIN", "PLATE", "POSE", "Painter"]

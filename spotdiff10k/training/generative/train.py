"""Training the generative stage: a plain loop of AdamW steps, that goes on exactly where it was killed."""

import hashlib
import json
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.amp import GradScaler
from torch.optim import AdamW

from spotdiff10k.encoders._input import one_thread
from spotdiff10k.seeds import seed_for
from spotdiff10k.training.checkpoints import Checkpoint, moments_of, read_checkpoint, restore_moments, write_checkpoint
from spotdiff10k.training.generative.data import EMPTY, GenerativeSet
from spotdiff10k.training.generative.pairs import PairBatches
from spotdiff10k.training.generative.settings import GenerativeSettings
from spotdiff10k.training.generative.stage import GenerativeStage
from spotdiff10k.training.logs import StepRecord, TrainingLog
from spotdiff10k.training.views import Indices

NAME = "generative"
SCALE = "scaler.scale"
GROWTH = "scaler.growth"
TYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
OnStep = Callable[[StepRecord], None]


def train_generative(
    data: GenerativeSet,
    unet: Any,
    scheduler: Any,
    settings: GenerativeSettings,
    seed: int,
    network: str,
    folder: Path | None = None,
    on_step: OnStep | None = None,
) -> GenerativeStage:
    """Train aligner and decoupled attention for a network, on the device it is on.

    `network` names the weights, such as "repository@commit". With a folder, its log and a checkpoint lie there, and a training
    that was killed goes on to the same weights. On a CPU the same arguments give the same weights to the bit.
    Raises DataError when no picture has another of its subject, ModelError for networks that do not fit, RunError when the folder
    cannot be written.
    """
    on_cpu = torch.device(unet.device).type == "cpu"
    with one_thread() if on_cpu else nullcontext():
        return _Training(data, unet, scheduler, settings, seed, network, folder, on_step).run()


class _Training:
    """One training, from its arguments to what was trained."""

    def __init__(
        self,
        data: GenerativeSet,
        unet: Any,
        scheduler: Any,
        settings: GenerativeSettings,
        seed: int,
        network: str,
        folder: Path | None,
        on_step: OnStep | None,
    ) -> None:
        self.data, self.settings, self.seed, self.folder, self.on_step = data, settings, seed, folder, on_step
        self.device = torch.device(unet.device)
        self.times = int(scheduler.config.num_train_timesteps)
        self.type = TYPES[settings.precision]
        self.batches = PairBatches(data.labels, settings.batch)
        self.asked = _asked(data, settings, seed, network) if folder else ""
        if settings.spare_memory:
            unet.enable_gradient_checkpointing()
        if unet.dtype != self.type:
            unet.to(self.type)
        self.stage = GenerativeStage(unet, scheduler, data.codes.shape[1], settings.tokens, settings.weight)
        self.stage.aligner.begin(torch.Generator().manual_seed(seed_for(seed, NAME, "weights")))
        self.optimiser = AdamW(self.stage.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay)
        self.scaler = GradScaler(self.device.type, enabled=settings.precision == "float16")
        self.history: list[StepRecord] = []

    def run(self) -> GenerativeStage:
        begun = self._go_on()
        self.stage.train()
        with TrainingLog(self.folder, self.history) as log:
            for step in range(begun, self.settings.steps):
                record = StepRecord(NAME, step + 1, self._step(step), {})
                self.history.append(record)
                log.write(record)
                if self.on_step:
                    self.on_step(record)
                if self.folder and ((step + 1) % self.settings.checkpoint_every == 0 or step + 1 == self.settings.steps):
                    self._keep(self.folder, step + 1)
        self.stage.eval()
        return self.stage

    def _step(self, step: int) -> float:
        """One step; everything drawn is an address of the seed and the step."""
        rng = np.random.default_rng(seed_for(self.seed, NAME, "step", step))
        pairs = self.batches.batch(rng)
        latents = self._taken(self.data.latents[pairs.targets])
        noise = self._taken(rng.standard_normal(latents.shape, np.float32))
        times = self._taken(rng.integers(0, self.times, len(latents)))
        seen, texts = self._conditions(rng, pairs.targets)
        self.optimiser.zero_grad(set_to_none=True)
        with torch.autocast(self.device.type, self.type, enabled=self.type != torch.float32):
            condition = self.stage.condition(texts, self._taken(self.data.codes[pairs.codes]), seen)
            loss = self.stage.loss(latents, noise, times, condition)
        self.scaler.scale(loss).backward()
        self.scaler.unscale_(self.optimiser)
        torch.nn.utils.clip_grad_norm_(self.stage.parameters(), self.settings.longest_gradient)
        self.scaler.step(self.optimiser)
        self.scaler.update()
        return float(loss.item())

    def _conditions(self, rng: np.random.Generator, targets: Indices) -> tuple[Tensor, Tensor]:
        """Which rows see the subject, and the texts of all; some rows go without one or both, for guidance."""
        asked = self.settings
        draw = rng.random(len(targets))
        without_both = draw < asked.drop_both
        without_subject = without_both | ((draw >= asked.drop_both) & (draw < asked.drop_both + asked.drop_subject))
        without_text = without_both | (draw >= 1.0 - asked.drop_text)
        prompts = np.where(without_text, EMPTY, self.data.prompts[targets])
        return self._taken(~without_subject), self._taken(self.data.texts[prompts])

    def _taken(self, array: npt.NDArray[Any]) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array)).to(self.device, non_blocking=True)

    def _go_on(self) -> int:
        """The step to begin with, after what a checkpoint says was put back."""
        known = read_checkpoint(self.folder, self.asked) if self.folder else None
        if known is None:
            return 0
        self.stage.load_state_dict(known.network)
        restore_moments(self.optimiser, self.stage, {name: value.to(self._home(name)) for name, value in known.moments.items()})
        if self.scaler.is_enabled():
            scaler = {"scale": float(known.moments[SCALE]), "_growth_tracker": int(known.moments[GROWTH])}
            self.scaler.load_state_dict({**self.scaler.state_dict(), **scaler})
        self.history = list(known.history)
        return known.step

    def _home(self, moment: str) -> torch.device:
        """AdamW counts its steps on the CPU."""
        return torch.device("cpu") if moment.endswith(".step") else self.device

    def _keep(self, folder: Path, step: int) -> None:
        moments = moments_of(self.optimiser, self.stage)
        if self.scaler.is_enabled():
            state = self.scaler.state_dict()
            moments |= {SCALE: torch.tensor(state["scale"]), GROWTH: torch.tensor(state["_growth_tracker"])}
        write_checkpoint(folder, self.asked, Checkpoint(NAME, step, self.stage.state_dict(), moments, tuple(self.history)))


def _asked(data: GenerativeSet, settings: GenerativeSettings, seed: int, network: str) -> str:
    """What was asked for: a checkpoint of anything else is not gone on from."""
    return hashlib.sha256(json.dumps([asdict(settings), seed, network, data.digest()], sort_keys=True).encode()).hexdigest()

"""Pipelines of diffusers, loaded from folders: one that draws under control, one that repaints, both with the same weights."""

import contextlib
import inspect
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from spotdiff10k.engines.controlnet.devices import Device, settle
from spotdiff10k.engines.controlnet.encoding import encode_at_once
from spotdiff10k.engines.controlnet.finding import (
    CONFIG_FILE,
    ENGINE_WORDS,
    EXTRA,
    PIPELINE_FILE,
    UNKNOWN,
    Used,
    controlnet_beside,
    find_weights,
    has_part,
)
from spotdiff10k.engines.controlnet.hub_lock import refuse_changed
from spotdiff10k.engines.controlnet.options import Options
from spotdiff10k.errors import MissingExtraError, ModelError
from spotdiff10k.recipe.folders import LOCAL

DRAW, JOIN = "draw", "join"
LEFT_OUT = {"safety_checker": None, "requires_safety_checker": False, "add_watermarker": False}
"""Parts that change finished pictures: black ones would be samples, and a mark would be in what is held to the bit. What is in a
set is for its checks and its maker to say."""
RENAMED = (0, 40)
MOST_SAID = 300
"""Characters of what a library says that go into a sentence."""


@dataclass(slots=True)
class Pipes:
    """A family, ready to paint."""

    draw: Any  # pictures under control
    join: Any  # repaints a band
    weights: tuple[Used, ...]
    scheduler: str  # its class, for records

    def by_kind(self, kind: str) -> Any:
        """DRAW or JOIN."""
        return self.join if kind == JOIN else self.draw


def import_diffusers() -> Any:
    """The package. Raises MissingExtraError with the pip install that brings what is missing."""
    for package in ("torch", "transformers", "accelerate", "diffusers"):
        try:
            found = import_module(package)
        except ImportError as error:
            raise MissingExtraError(package, EXTRA, ENGINE_WORDS) from error
        if package == "transformers":  # before diffusers imports its parts, which remark on what else is installed
            found.logging.set_verbosity_error()
    return found


def load(options: Options, device: Device) -> Pipes:
    """Load a family's pipelines onto a device. Raises ModelError with a sentence when its weights cannot be used."""
    diffusers = import_diffusers()
    family = options.family
    model = find_weights(options.model, options.revision, family.model)
    if not (model.path / PIPELINE_FILE).is_file():
        raise ModelError(
            f"{model.name} is no pipeline: it has no {PIPELINE_FILE}. Name a folder that diffusers saved, or a repository."
        )
    nets = _controlnets(options, model)
    for used in (model, *nets):
        refuse_changed(used.path, used.name)
    _hush(diffusers)
    precision = {_precision_argument(diffusers): device.dtype}
    with _as_sentence(model.name, family.name):
        kwargs: dict[str, Any] = {**precision, "local_files_only": True, "use_safetensors": True}
        if nets:
            config = dict(family.controls[options.controls[0]].config)
            loaded = [_controlnet(getattr(diffusers, str(family.network)), net, precision, config) for net in nets]
            kwargs["controlnet"] = loaded if len(loaded) > 1 else loaded[0]
        parameters = inspect.signature(getattr(diffusers, family.pipeline).__init__).parameters
        kwargs.update({name: value for name, value in LEFT_OUT.items() if name in parameters})
        draw = getattr(diffusers, family.pipeline).from_pretrained(model.path, **kwargs)
        join = _sibling(getattr(diffusers, family.join.pipeline), draw)
        encode_at_once(join, family.name)
    _refuse_too_few(draw, options)
    own_licence = options.model_licence or UNKNOWN
    for pipe in (draw, join):
        pipe.set_progress_bar_config(disable=True)
    settle(draw, device, options)
    weights = tuple(used if used.licence != UNKNOWN else replace(used, licence=own_licence) for used in (model, *nets))
    return Pipes(draw, join, weights, type(draw.scheduler).__name__)


def _controlnets(options: Options, model: Used) -> tuple[Used, ...]:
    """The ControlNets to load: one a control, or one for all in a union; none for editors, and where the model has its own."""
    family = options.family
    if family.network is None or (not options.controlnet and has_part(model.path, "controlnet")):
        return ()
    found: list[Used] = []
    for place, kind in enumerate(options.controls):
        named = options.controlnet[min(place, len(options.controlnet) - 1)] if options.controlnet else ""
        used = find_weights(named, "", family.controls[kind])
        if named.startswith(LOCAL):
            beside = controlnet_beside(used.path, kind)
            if beside is None:
                raise ModelError(f"{used.path} holds no ControlNet: it has no config.json, and no folder named {kind}.")
            used = Used(beside, used.name, used.revision, used.licence)
        if used not in found:
            found.append(used)
    return tuple(found)


def _controlnet(kind: Any, net: Used, precision: Mapping[str, Any], config: Mapping[str, Any]) -> Any:
    if not net.path.is_file():
        return kind.from_pretrained(net.path, local_files_only=True, use_safetensors=True, **precision)
    with TemporaryDirectory() as folder:  # sizes are read from a file beside others, else they would be asked of the hub
        (Path(folder) / CONFIG_FILE).write_text(json.dumps({"_class_name": kind.__name__, **config}))
        return kind.from_single_file(str(net.path), config=folder, local_files_only=True, **precision)


def _precision_argument(diffusers: Any) -> str:
    """What `from_pretrained` calls it: another name from 0.40 on."""
    release = tuple(int(part) for part in str(diffusers.__version__).split(".")[:2])
    return "dtype" if release >= RENAMED else "torch_dtype"


def _refuse_too_few(pipe: Any, options: Options) -> None:
    """Several kinds of map need a union or one ControlNet each."""
    nets = getattr(getattr(pipe, "controlnet", None), "nets", [None])
    union = options.family.controls[options.controls[0]].mode is not None
    if not union and len(nets) != len(options.controls):
        raise ModelError(
            f"The model has {len(nets)} ControlNet{'s' if len(nets) > 1 else ''}, and engine.options.controls names "
            f"{len(options.controls)}: {' '.join(options.controls)}. Name one in engine.options.controlnet for each."
        )


def _sibling(kind: Any, pipe: Any) -> Any:
    """Another pipeline of the same parts; nothing is copied or cast."""
    names = [name for name in inspect.signature(kind.__init__).parameters if name != "self"]
    parts = {name: pipe.components[name] for name in names if name in pipe.components}
    settings = {name: pipe.config[name] for name in names if name not in parts and name in pipe.config}
    left_out = {name: value for name, value in LEFT_OUT.items() if name in names}
    return kind(**{**parts, **settings, **left_out})


@contextlib.contextmanager
def _as_sentence(name: str, family: str) -> Iterator[None]:
    """What loading raises, as one sentence."""
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, AttributeError, EOFError, ImportError) as error:
        said = " ".join(str(error).split()) or type(error).__name__
        raise ModelError(
            f"The weights {name} cannot be loaded as {family}: {said[:MOST_SAID]}. Fetch them again, or name others in "
            "engine.options.model."
        ) from error
    except Exception as error:  # safetensors has its own root
        if type(error).__module__.partition(".")[0] != "safetensors_rust":
            raise
        raise ModelError(f"The weights {name} are damaged ({error}). Fetch them again.") from error


def _hush(diffusers: Any) -> None:
    """No bars and no remarks of the libraries on the terminal, which belongs to the command."""
    for logger in (diffusers.utils.logging, import_module("transformers").utils.logging):
        logger.set_verbosity_error()
        logger.disable_progress_bar()

"""What a recipe may choose of this engine: names, defaults, and sentences for what cannot be; imports no torch."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from spotdiff10k.engines.controlnet.attention.options import IDENTITY_OPTIONS, refuse_unusable_sharing
from spotdiff10k.engines.controlnet.control.kinds import KINDS
from spotdiff10k.engines.controlnet.control.options import CONTROL_OPTIONS, PHOTOS, refuse_unusable_controls
from spotdiff10k.engines.controlnet.families import Family, all_families, family_named
from spotdiff10k.engines.controlnet.memory import GIB
from spotdiff10k.recipe.folders import words

OWN = -1
"""Of a number: what the family's entry says."""
BOTH, SUBJECT, NONE = "both", "subject", "none"
HOLDS = (BOTH, SUBJECT, NONE)
DRAWN, RENDERED = "drawn", "rendered"
PLATES = (DRAWN, RENDERED)
DESCRIPTION, SHARED = "description", "shared-attention"
ALL_NOISE = 1.0
MOST_STEPS = 1000
MOST_GUIDANCE = 50.0
MOST_SCALE = 4.0
MOST_BATCH = 1024

Value = bool | int | float | str
OPTIONS: Mapping[str, Value] = {
    "family": "sd15",
    "model": "",
    "revision": "",
    "controlnet": "",
    "model_licence": "",
    "strategy": DESCRIPTION,
    "hold": BOTH,
    "plates": DRAWN,
    "controls": "depth",
    "control_scale": float(OWN),
    "steps": OWN,
    "guidance": float(OWN),
    "join_strength": 0.6,
    "join_reach": 0.04,
    "style": "a photograph of",
    "backdrop": "before a plain light grey backdrop",
    "negative": "blurry, cropped, deformed, text, watermark, frame",
    "segmenters": "auto",
    "batch": 0,
    "compile": True,
    "cpu_offload": False,
    **CONTROL_OPTIONS,
    **IDENTITY_OPTIONS,
}
"""Names and defaults. Texts may be lists of words; -1 stands for what the family's entry says, batch 0 for what fits."""


@dataclass(frozen=True, slots=True)
class Options:
    """The choices, with the family's numbers filled in."""

    family: Family
    model: str  # a repository or a folder; "": the family's
    revision: str
    controlnet: tuple[str, ...]  # repositories or folders, one a control; none: the family's, or what lies in the model's folder
    model_licence: str  # of `model` and `controlnet` where they are not the family's; "": not known
    strategy: str
    hold: str
    plates: str
    controls: tuple[str, ...]
    control_scale: float
    steps: int
    guidance: float
    join_strength: float  # 0..1: how much of the noise is put back into the band
    join_reach: float  # how far the band reaches beyond the subject, of the picture's side
    style: str
    backdrop: str
    negative: str
    batch: int  # pictures of one call; 0: as many as fit
    compile: bool
    cpu_offload: bool
    kept_bytes: int  # that anchors may take of the device's memory

    @property
    def strength(self) -> float:
        """Of the noise that is put back: all of it without a plate, else the pose's plain backdrop would show through."""
        return ALL_NOISE if self.hold == SUBJECT or not self.family.join.strength else self.join_strength

    @property
    def is_guided(self) -> bool:
        """Whether a negative prompt is computed."""
        return self.family.is_guided(self.guidance)


def options_of(chosen: Mapping[str, Any]) -> Options:
    """The options of a recipe, checked by `refuse_unusable` before."""
    values = {**OPTIONS, **chosen}
    family = family_named(str(values["family"]))
    return Options(
        family=family,
        model=str(values["model"]),
        revision=str(values["revision"]),
        controlnet=words(str(values["controlnet"])),
        model_licence=str(values["model_licence"]),
        strategy=str(values["strategy"]),
        hold=str(values["hold"]),
        plates=str(values["plates"]),
        controls=tuple(str(values["controls"]).split()),
        control_scale=family.control_scale if values["control_scale"] == OWN else float(values["control_scale"]),
        steps=family.steps if values["steps"] == OWN else int(values["steps"]),
        guidance=family.guidance if values["guidance"] == OWN else float(values["guidance"]),
        join_strength=float(values["join_strength"]),
        join_reach=float(values["join_reach"]),
        style=str(values["style"]),
        backdrop=str(values["backdrop"]),
        negative=str(values["negative"]),
        batch=int(values["batch"]),
        compile=bool(values["compile"]),
        cpu_offload=bool(values["cpu_offload"]),
        kept_bytes=round(float(values["sharing_device_gib"]) * GIB) if SHARED in str(values["strategy"]) else 0,
    )


def refuse_unusable(chosen: Mapping[str, Any], size: int) -> None:
    """Raise ValueError with a clause, for a recipe whose options do not go together."""
    values = {**OPTIONS, **chosen}
    _one_of("family", str(values["family"]), tuple(all_families()))
    family = family_named(str(values["family"]))
    _one_of("hold", str(values["hold"]), HOLDS)
    _one_of("plates", str(values["plates"]), PLATES)
    _one_of(f"strategy of {family.name}", str(values["strategy"]), family.strategies)
    _refuse_controls(family, tuple(str(values["controls"]).split()))
    refuse_unusable_controls(values)
    words(str(values["controlnet"]))
    if SHARED in str(values["strategy"]):
        refuse_unusable_sharing(values)
    _within("steps", values["steps"], 1, MOST_STEPS)
    _within("guidance", values["guidance"], 0.0, MOST_GUIDANCE)
    _within("control_scale", values["control_scale"], 0.0, MOST_SCALE)
    for name, low, high in (("join_strength", 0.05, 1.0), ("join_reach", 0.005, 0.25), ("batch", 0, MOST_BATCH)):
        if not low <= values[name] <= high:
            raise ValueError(f"{name} should be between {low:g} and {high:g}, found {values[name]:g}")
    if values["hold"] != NONE:
        _refuse_join(family, values, size)
    if size % family.multiple:
        raise ValueError(
            f"pictures of {family.name} have sides that are multiples of {family.multiple}, found engine.size {size}"
        )


def refuse_unusable_subjects(chosen: Mapping[str, Any], kind: str) -> None:
    """Raise ValueError with a clause, for subjects ("procedural", "meshes", "photos") that do not go with the options."""
    strategy = str({**OPTIONS, **chosen}["strategy"])
    if kind == PHOTOS and SHARED in strategy:
        raise ValueError(
            f"a photograph cannot be the anchor that {strategy} shares, which is a picture in the making; "
            "for photos set engine.options.strategy to ip-adapter"
        )


def _refuse_join(family: Family, values: Mapping[str, Any], size: int) -> None:
    """What cannot be repainted: sizes that the pipeline does not keep, and so little noise that no step would be left."""
    join = family.join
    if not join.makes(size):
        kept = f"of {join.most} pixels" if join.least == join.most else f"up to {join.most} pixels"
        raise ValueError(
            f"{family.name} repaints pictures {kept} a side and gives back others in another size, found engine.size {size}; "
            f"with hold: {NONE} nothing is repainted"
        )
    steps = family.steps if values["steps"] == OWN else int(values["steps"])
    if join.strength and values["hold"] == BOTH and int(steps * values["join_strength"]) < 1:
        raise ValueError(
            f"join_strength {values['join_strength']:g} of {steps} step{'s' if steps > 1 else ''} is less than one step; "
            f"it should be at least {1 / steps:.2g}"
        )


def _refuse_controls(family: Family, controls: tuple[str, ...]) -> None:
    if not controls:
        raise ValueError(f"controls is empty; name at least one of {', '.join(family.controls)}")
    for kind in controls:
        if kind not in KINDS and kind not in family.controls:
            raise ValueError(f"there is no control '{kind}'; known: {', '.join(KINDS)}")
        _one_of(f"control of {family.name}", kind, tuple(family.controls))
    if len(controls) > 1 and not family.several:
        raise ValueError(f"{family.name} takes one control at a time, found {', '.join(controls)}")
    if len(set(controls)) < len(controls):
        raise ValueError(f"controls names one twice: {' '.join(controls)}")


def _one_of(what: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise ValueError(f"there is no {what} '{value}'; known: {', '.join(known)}")


def _within(name: str, value: float, low: float, high: float) -> None:
    if value != OWN and not low <= value <= high:
        raise ValueError(f"{name} should be between {low:g} and {high:g}, or {OWN} for the family's own, found {value:g}")

"""caption: whether it says what the levels say and nothing of others, and can be read; by an encoder, whether pictures agree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, cast

import numpy as np
import numpy.typing as npt

from spotdiff10k.checks._pixels import picture_of
from spotdiff10k.checks._wording import says, token_estimate, without, wording_faults, words_of
from spotdiff10k.committed import GroupView, SampleView
from spotdiff10k.encoders import TextEncoder, encoder_setup, load_encoder
from spotdiff10k.features import KeptRows, encode_once, rows_of
from spotdiff10k.measures import Limit, Measures
from spotdiff10k.types import PlannedGroup

F32 = npt.NDArray[np.float32]

NONE = "none"
TINY = 1e-12
"""Keeps a vector of zeros from dividing by nothing."""
MOST = 1000.0
"""More than any of the counts can be."""
MOST_TOKENS = 90.0
"""CLIP's text encoder takes 77 and cuts off the rest; a few words of the background's may go, a whole level may not."""
NO_ENCODER = "no encoder compares pictures with texts, so whether the picture shows what its caption says was not looked at"


class Caption:
    """Measures captions against the plan's levels, and pictures against captions where an encoder is chosen.

    missing: descriptions of the cell's own levels that a caption lacks. foreign: descriptions of other levels that it holds.
    contradictions: annotations that say something else than the plan. faults: of the text as a text. tokens: about how many it
    takes. similarity: of picture and caption, by the encoder. margin: by how much that is more than with another cell's caption.
    """

    version: ClassVar[int] = 2
    options: ClassVar[Mapping[str, tuple[str, ...]]] = {"encoder": (NONE, "clip", "siglip")}
    ranges: ClassVar[Mapping[str, tuple[float, float]]] = {
        "missing": (0.0, MOST),
        "foreign": (0.0, MOST),
        "contradictions": (0.0, MOST),
        "faults": (0.0, MOST),
        "tokens": (0.0, np.inf),
        "similarity": (-1.0, 1.0),
        "margin": (-2.0, 2.0),
    }
    group_ranges: ClassVar[Mapping[str, tuple[float, float]]] = {}
    # What the levels say is known to the letter, so nothing may be missing, foreign or contradicted. By CLIP's own
    # vocabulary the 10,480 captions of the reference plan take up to 85 tokens, 23 of them more than 77; the estimate is 5 too
    # low to 2 too high.
    limits: ClassVar[Mapping[str, Limit]] = {
        "missing": Limit(high=0.0),
        "foreign": Limit(high=0.0),
        "contradictions": Limit(high=0.0),
        "faults": Limit(high=0.0),
        "tokens": Limit(high=MOST_TOKENS),
    }

    def __init__(self, encoder: str = NONE) -> None:
        self._encoder = None if encoder == NONE else encoder
        self.setup = encoder_setup(encoder) if self._encoder else ""

    def measure(self, group: GroupView) -> Measures:
        """Read every sample's captions, and let the encoder, where there is one, compare them with the pictures."""
        samples: dict[str, dict[str, float]] = {}
        evidence: dict[str, str] = {}
        for sample in group.samples:
            found = read_captions(sample, group.planned)
            samples[sample.key] = found.numbers
            if found.clauses:
                evidence[sample.key] = "; ".join(found.clauses)
        if self._encoder is None:
            return Measures(samples, evidence=evidence, unchecked=dict.fromkeys(("similarity", "margin"), NO_ENCODER))
        if group.samples:
            encoder = cast(TextEncoder, load_encoder(self._encoder))  # as all that `options` names are
            kept = rows_of(group, f"caption-{self._encoder}", f"pooled, {self.setup}")
            for key, values in _agreement(encoder, group.samples, kept).items():
                samples[key].update(values)
        return Measures(samples, evidence=evidence)


def _agreement(encoder: TextEncoder, samples: Sequence[SampleView], kept: KeptRows) -> dict[str, dict[str, float]]:
    """By sample key: similarity of picture and caption, and its margin over the caption of another pose and background."""
    pictures = np.stack([picture_of(sample) for sample in samples])

    def look(places: list[int]) -> dict[str, F32]:
        return {"pooled": encode_once(encoder, pictures[places]).pooled.cpu().numpy()}

    seen = kept.once([kept.key(picture) for picture in pictures], look)["pooled"]
    others = [_other_caption(one, samples) for one in samples]
    texts = [str(sample.record["caption"]) for sample in samples]
    places = {text: at for at, text in enumerate(dict.fromkeys([*texts, *others]))}
    said = encoder.read(list(places)).cpu().numpy()
    own = _cosines(seen, said[[places[text] for text in texts]])
    other = _cosines(seen, said[[places[text] for text in others]])
    return {
        sample.key: {"similarity": float(here), "margin": float(here - there)}
        for sample, here, there in zip(samples, own, other, strict=True)
    }


def _cosines(first: npt.NDArray[np.floating], second: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """(N,) of two (N, D), within -1..1 whatever rounding does."""
    one, other = first.astype(np.float64), second.astype(np.float64)
    lengths = np.sqrt((one**2).sum(axis=1) * (other**2).sum(axis=1))
    return np.asarray(np.clip((one * other).sum(axis=1) / np.maximum(lengths, TINY), -1.0, 1.0))


@dataclass(slots=True)
class CaptionFindings:
    """What was found in a sample's captions: clauses by measure."""

    missing: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    contradictions: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    tokens: int = 0

    @property
    def clauses(self) -> list[str]:
        """All of them, for people."""
        return [*self.missing, *self.foreign, *self.contradictions, *self.faults]

    @property
    def numbers(self) -> dict[str, float]:
        """How many there are."""
        counts = {name: float(len(getattr(self, name))) for name in ("missing", "foreign", "contradictions", "faults")}
        return {**counts, "tokens": float(self.tokens)}


def read_captions(sample: SampleView, planned: PlannedGroup) -> CaptionFindings:
    """Read both captions of a sample and the phrases among its annotations."""
    own = {
        "subject": planned.subject.description,
        "pose": sample.pose.description,
        "background": sample.background.description,
    }
    levels = {
        "pose": [pose.description for pose in planned.poses],
        "background": [one.description for one in planned.backgrounds],
    }
    others = [(factor, text) for factor, texts in levels.items() for text in texts if text != own[factor]]
    found = CaptionFindings()
    for name, factors in (("caption", tuple(own)), ("caption_without_subject", ("pose", "background"))):
        text = str(sample.record[name])
        rest = words_of(text)
        for factor in factors:
            phrase = words_of(own[factor])
            if phrase and not says(rest, phrase):  # poses of photographs may have no name
                found.missing.append(f"{name} lacks the {factor} '{own[factor]}'")
            rest = without(rest, phrase)
        foreign = others if "subject" in factors else [*others, ("subject", planned.subject.class_noun)]
        found.foreign.extend(f"{name} tells of the {what} '{it}'" for what, it in foreign if says(rest, words_of(it)))
        found.faults.extend(f"{name}: {clause}" for clause in wording_faults(text))
        found.tokens = max(found.tokens, token_estimate(text))
    found.contradictions = [
        f"the annotations say '{sample.annotations[factor]}' of the {factor}"
        for factor, text in own.items()
        if factor in sample.annotations and sample.annotations[factor] != text
    ]
    return found


def _other_caption(sample: SampleView, samples: Sequence[SampleView]) -> str:
    """The caption of the sample that shares as few levels with this one as any."""
    cell = sample.cell
    shared = [
        (one.cell.pose_index == cell.pose_index) + (one.cell.background_index == cell.background_index) + (one.key == cell.key)
        for one in samples
    ]
    return str(samples[shared.index(min(shared))].record["caption"])

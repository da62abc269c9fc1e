"""Cuts the subject out of a generated picture: segmenters prompted by the control map's region, their opinions compared.

A generated subject stands about where its control map put it, and not quite. Each segmenter is asked where it sees one there; of
what it finds, that is kept which belongs to the region. Two opinions and the region vote over every point, so that a thing beside
the subject, or a missing limb, needs two to be believed; the outline is that of the opinions, as they agree on it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
import numpy.typing as npt

from spotdiff10k import registry
from spotdiff10k.checks._agreement import boundary_f, intersection_over_union
from spotdiff10k.engines.controlnet.regions_found import belonging, box_of, informed, inner_points, softened
from spotdiff10k.engines.controlnet.seams import Cut
from spotdiff10k.errors import EngineError
from spotdiff10k.models.manifest import find_model
from spotdiff10k.models.store import is_stored
from spotdiff10k.photos.matting import refined
from spotdiff10k.segmenters import Segmenter, load_segmenter, segmenter_setup
from spotdiff10k.types import EngineSettings, Image, Mask

AUTO, NONE = "auto", "none"
SEGMENT_OPTIONS: Mapping[str, str] = {"segmenters": AUTO}
"""The engine's option that is read here: `none`, `auto` (those of this machine), or names such as "rembg sam2"."""
REGION = "control region"
"""The opinion of last resort."""
MOST_OPINIONS = 2
HALF = 128
IMPORTED: Mapping[str, str] = {"rembg": "rembg", "sam2": "transformers", "sam": "segment_anything"}
"""The package that each segmenter imports; `auto` leaves out those that are not installed."""
PREFERRED = ("rembg", "sam2", "sam")


@dataclass(frozen=True, slots=True)
class Found:
    """A cut-out and what there is to say of it."""

    cut: Cut
    boundary_f: float  # of the two opinions' outlines, 0..1; 1 where there is only one
    in_region: float  # intersection over union of the cut-out with the region: how far the picture follows its control map


def segment(picture: Image, region: Mask, settings: EngineSettings) -> Cut:
    """Cut the subject out of a picture (H, W, 3), looking where the control map put it (H, W); see `seams.Segment`.

    Raises ModelError or MissingExtraError where a segmenter that the recipe names is not on this machine.
    """
    return find_subject(picture, region, settings).cut


def find_subject(picture: Image, region: Mask, settings: EngineSettings) -> Found:
    """The same, with how the opinions and the region compare."""
    names = chosen_segmenters(str(settings.options.get("segmenters", AUTO)))
    asked = [load_segmenter(name) for name in names]
    return agree(picture, region, asked, [segmenter_setup(name) for name in names])


def chosen_segmenters(choice: str) -> tuple[str, ...]:
    """The segmenters that an option names, at most two. Raises EngineError for unknown ones."""
    if choice == NONE:
        return ()
    if choice == AUTO:
        return tuple(name for name in PREFERRED if _is_here(name))[:MOST_OPINIONS]
    names = tuple(dict.fromkeys(choice.split()))
    known = registry.names("segmenters")
    if unknown := [name for name in names if name not in known]:
        raise EngineError(f"There is no segmenter '{unknown[0]}'; known are {', '.join(known)}, besides {AUTO} and {NONE}.")
    if len(names) > MOST_OPINIONS:
        raise EngineError(
            f"The option segmenters names {len(names)}; expected at most {MOST_OPINIONS}, whose opinions are compared."
        )
    return names


def _is_here(name: str) -> bool:
    """Whether a segmenter's weights are in the store and its package can be found."""
    model = str(getattr(registry.find("segmenters", name), "model", ""))
    return find_spec(IMPORTED[name]) is not None and is_stored(find_model(model))


def agree(picture: Image, region: Mask, segmenters: Sequence[Segmenter], names: Sequence[str]) -> Found:
    """Ask the segmenters, at most two, and settle on one soft alpha; the region itself where there is none to ask."""
    if not segmenters:
        return Found(Cut(softened(region), 1.0, (REGION,)), 1.0, 1.0)
    opinions = [opinion(segmenter, picture, region) for segmenter in segmenters]
    insides = [_inside(one) for one in opinions]
    first, last = insides[0], insides[-1]
    alpha = opinions[0]
    if len(opinions) == MOST_OPINIONS:
        alpha = np.median(np.stack([*opinions, softened(region)]), axis=0).astype(np.uint8)
    alpha = refined(alpha) if _inside(alpha).any() else np.zeros_like(alpha)
    cut = Cut(alpha, intersection_over_union(first, last), tuple(names))
    return Found(cut, boundary_f(first, last), intersection_over_union(_inside(alpha), _inside(region)))


def opinion(segmenter: Segmenter, picture: Image, region: Mask) -> Mask:
    """What one segmenter takes for the subject: soft alpha (H, W), zero where nothing of it belongs to the region."""
    boxes = np.array([box_of(region)], np.int64)
    pictures = np.ascontiguousarray(picture)[None]
    points = getattr(segmenter, "segment_at", None)
    if points is not None:
        found = points(pictures, boxes, inner_points(region)[None])[0]
    else:
        found = segmenter.segment(pictures, boxes)[0]
    return belonging(informed(np.asarray(found, np.uint8), region), region)


def _inside(alpha: Mask) -> npt.NDArray[np.bool_]:
    return np.asarray(alpha >= HALF)

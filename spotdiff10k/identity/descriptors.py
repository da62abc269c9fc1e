"""What a subject looks like in numbers: named blocks of colour, texture and outline, from pixels and a soft mask alone."""

from collections.abc import Mapping

import numpy as np

from spotdiff10k.identity.crops import F32, Crop
from spotdiff10k.identity.histograms import histogram
from spotdiff10k.identity.opponent import SURE
from spotdiff10k.identity.outline import outline
from spotdiff10k.identity.statistics import bands, moments, quantiles
from spotdiff10k.identity.texture import energies

FEWEST_PIXELS = 24
"""Sure pixels of a crop below which nothing can be said of a subject."""
COLOUR_BINS = (1, 6, 8, 8)
"""(bands, light, red-green, yellow-blue) of the whole subject's histogram."""
PLACE_BINS = (4, 3, 5, 5)
"""The same by where in the height; coarse."""
CENTRED_BINS = (1, 6, 6, 6)
"""The same after the median was taken away, which takes the light's strength and colour with it."""
RANGES = np.array([(-4.6, 0.0), (-1.7, 1.7), (-1.7, 1.7)], np.float32)
CENTRED_RANGES = np.array([(-2.2, 2.2), (-1.5, 1.5), (-1.5, 1.5)], np.float32)


def describe(crop: Crop, channels: F32) -> Mapping[str, F32] | None:
    """The blocks of one subject from its crop and (3, S, S) opponent colours; None when the crop shows too little of it.

    moments, quantiles: of log light and opponent colours. colours, places: soft histograms (Hellinger), whole and by height.
    centred: the histogram about the median colour. bands: mean colours by height. texture: band energies. outline: silhouette.
    """
    sure = crop.cover >= SURE
    if int(np.count_nonzero(sure)) < FEWEST_PIXELS:
        return None
    values = channels[:, sure]
    median = np.sort(values, axis=1)[:, values.shape[1] // 2]
    nothing = np.zeros(3, np.float32)
    return {
        "moments": moments(values),
        "quantiles": quantiles(values),
        "colours": histogram(channels, crop.cover, SURE, COLOUR_BINS, nothing, RANGES),
        "places": histogram(channels, crop.cover, SURE, PLACE_BINS, nothing, RANGES),
        "centred": histogram(channels, crop.cover, SURE, CENTRED_BINS, median, CENTRED_RANGES),
        "bands": bands(channels, sure),
        "texture": energies(channels, crop.cover, SURE),
        "outline": outline(crop),
    }

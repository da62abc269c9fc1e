"""People's own photographs as subjects: read with care, cut out, measured, and listed in a catalogue.

A folder that `spotdiff10k import` made holds `subjects.json` and the cut-outs it names; plans and engines read these alone.
"""

from spotdiff10k.photos.catalogue import CATALOGUE, Catalogue, PhotoSubject, View, read_catalogue

__all__ = ["CATALOGUE", "Catalogue", "PhotoSubject", "View", "read_catalogue"]

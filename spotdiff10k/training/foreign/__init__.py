"""Anybody's pictures in groups as a grouped set: a folder of folders, a table, WebDataset tars, or pair pictures."""

from spotdiff10k.training.foreign.foreign_set import ForeignSet
from spotdiff10k.training.foreign.opening import ForeignOptions, open_foreign

__all__ = ["ForeignOptions", "ForeignSet", "open_foreign"]

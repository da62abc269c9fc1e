"""The recipe: a YAML file that declares factors, counts, engine, checks, thresholds, outputs and splits."""

from spotdiff10k.recipe.dumping import dump
from spotdiff10k.recipe.loading import load, parse, read_resolved, shipped, text_of
from spotdiff10k.recipe.schema import Recipe

__all__ = ["Recipe", "dump", "load", "parse", "read_resolved", "shipped", "text_of"]

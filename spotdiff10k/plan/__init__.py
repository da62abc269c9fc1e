"""The recipe expanded: every group, cell, seed and caption, decided before any pixel."""

from spotdiff10k.plan.files import read, refuse_altered, write
from spotdiff10k.plan.make import make
from spotdiff10k.plan.remake import remade
from spotdiff10k.plan.values import Facts, Plan

__all__ = ["Facts", "Plan", "make", "read", "refuse_altered", "remade", "write"]

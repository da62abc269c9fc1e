"""The licence gate: what goes into a set, under which terms, and whether those allow what the recipe declares."""

from spotdiff10k.licences.gate import Finding, examine, require
from spotdiff10k.licences.ingredients import Ingredient
from spotdiff10k.licences.joining import Joined

__all__ = ["Finding", "Ingredient", "Joined", "examine", "require"]

"""Dinosaurs, dragons and other armoured animals on four legs."""

from spotdiff10k.engines.rendered.families._quadruped_build import assemble
from spotdiff10k.engines.rendered.model import SubjectModel
from spotdiff10k.traits import Traits


def build(traits: Traits, identity: int) -> SubjectModel:
    """One dinosaur; see `_quadruped_build.assemble`."""
    return assemble(traits, identity, "dinosaur")

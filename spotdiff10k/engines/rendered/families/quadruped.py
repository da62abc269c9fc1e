"""Four-legged animals: seventeen species with their own coats, markings and clothes."""

from spotdiff10k.engines.rendered.families._quadruped_build import assemble
from spotdiff10k.engines.rendered.model import SubjectModel
from spotdiff10k.traits import Traits


def build(traits: Traits, identity: int) -> SubjectModel:
    """One quadruped; see `_quadruped_build.assemble`."""
    return assemble(traits, identity, "quadruped")

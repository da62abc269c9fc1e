"""Where everything of one quadruped is: a species' proportions, changed by an identity's build, as points at rest."""

from dataclasses import dataclass, replace

import numpy as np

from spotdiff10k.engines.rendered.families._dinosaur_species import DINOSAURS
from spotdiff10k.engines.rendered.families._finishes import number, word
from spotdiff10k.engines.rendered.families._quadruped_species import SPECIES, Species
from spotdiff10k.engines.rendered.geometry import F64, unit
from spotdiff10k.traits import Traits

SIDES = (("left", 1.0), ("right", -1.0))
PAIRS = (("front", "shoulder", "elbow", "paw"), ("back", "hip", "knee", "hock"))
SMALLEST, LARGEST = 0.75, 1.35
LOWEST_BELLY = 0.86
"""Legs are at least this share of the girth, so that the belly clears the ground in every articulation."""
FEET = ("front_left_foot", "front_right_foot", "back_left_foot", "back_right_foot")


@dataclass(frozen=True, slots=True)
class Anatomy:
    """Points and lengths of one quadruped at rest, metres."""

    species: Species
    name: str
    pelvis: F64
    chest: F64
    neck: F64
    head: F64  # the skull joint
    skull: F64  # the middle of the skull
    heading: F64  # unit, along the neck
    tail: F64
    tail_heading: F64  # unit

    def at(self, x: float, y: float, z: float) -> F64:
        """A point about the skull's middle, in head radii."""
        return self.skull + self.species.head * np.array([x, y, z])

    @property
    def size(self) -> float:
        """About how tall or long the animal is, metres: what flesh samples should be in proportion to."""
        tall = float(self.skull[2]) + self.species.head
        long = float(self.skull[0] - self.tail[0]) + 2.0 * self.species.head
        return float(np.clip(max(tall, 0.75 * long), SMALLEST, LARGEST))

    @property
    def hip_height(self) -> float:
        return float(self.pelvis[2])


def _built(species: Species, traits: Traits) -> Species:
    """The species with an identity's build: chubby or slim, long or short in leg, neck, tail, ear and head."""
    chubby = number(traits, "chubbiness")
    return replace(
        species,
        length=species.length * number(traits, "body_scale"),
        girth=species.girth * chubby,
        leg=max(species.leg * number(traits, "leg_scale"), LOWEST_BELLY * species.girth * chubby),
        leg_radius=species.leg_radius * (0.5 + 0.5 * chubby),
        neck=species.neck * number(traits, "leg_scale"),
        head=species.head * number(traits, "head_scale"),
        muzzle=species.muzzle * number(traits, "muzzle_scale"),
        eye=species.eye * number(traits, "eye_scale"),
        ear_size=species.ear_size * number(traits, "ear_scale"),
        ear=word(traits["dog_ears"]) if word(traits["species"]) == "dog" else species.ear,
        tail_length=species.tail_length * number(traits, "tail_scale"),
    )


def anatomy(traits: Traits) -> Anatomy:
    name = word(traits["species"])
    species = _built((SPECIES | DINOSAURS)[name], traits)
    height = species.leg + 0.55 * species.girth
    pelvis = np.array([-0.5 * species.length, 0.0, height])
    chest = np.array([0.5 * species.length, 0.0, height])
    angle = np.radians(species.neck_degrees)
    heading = np.array([np.cos(angle), 0.0, np.sin(angle)])
    neck = chest + np.array([0.35 * species.girth, 0.0, 0.42 * species.girth])
    head = neck + heading * species.neck + np.array([0.0, 0.0, 0.10 * species.head])
    skull = head + species.head * np.array([0.30, 0.0, 0.42])
    up = np.radians(species.tail_degrees)
    tail = pelvis + np.array([-0.86 * species.girth, 0.0, 0.45 * species.girth])
    return Anatomy(species, name, pelvis, chest, neck, head, skull, heading, tail, unit(np.array([-np.cos(up), 0.0, np.sin(up)])))

"""How the species of quadrupeds are built: proportions in metres at rest, head features in head radii."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Species:
    """One species. Lengths and radii in metres; what begins with eye, muzzle, ear, brow or cheek in head radii."""

    length: float  # shoulder to hip
    girth: float  # radius of the chest
    waist: float  # radius of the belly as a share of the girth
    leg: float  # height of the shoulder joint's underside
    leg_radius: float
    neck: float
    neck_degrees: float
    neck_radius: float  # share of the girth
    head: float
    head_shape: tuple[float, float, float] = (1.0, 0.95, 0.93)
    muzzle: float = 0.8
    muzzle_radius: float = 0.5
    muzzle_tip: float = 0.38
    muzzle_drop: float = 0.25
    cheek: float = 0.0
    nose: str = "round"  # round, flat (hoofed), disc, none
    eye: float = 0.27
    eye_degrees: float = 33.0  # how far to the side the eyes sit
    eye_height: float = 0.22
    ear: str = "point"
    ear_size: float = 1.0
    tail: str = "plain"
    tail_length: float = 0.4
    tail_radius: float = 0.028
    tail_degrees: float = 35.0  # above the horizontal
    foot: str = "paw"  # paw, hoof, pad
    extras: tuple[str, ...] = ()
    sits: bool = True  # sits on its haunches; else lies down
    fur: bool = True


SPECIES: dict[str, Species] = {
    "dog": Species(0.46, 0.150, 0.84, 0.36, 0.048, 0.15, 58, 0.66, 0.150, muzzle=0.92, muzzle_radius=0.50, muzzle_tip=0.40,
                   ear="flop", tail_length=0.30, tail_radius=0.030, tail_degrees=55),
    "fox": Species(0.44, 0.130, 0.84, 0.33, 0.040, 0.13, 52, 0.66, 0.140, (1.0, 1.05, 0.92), 1.05, 0.42, 0.22, 0.28, cheek=0.52,
                   eye=0.25, ear="point", ear_size=1.15, tail="brush", tail_length=0.44, tail_radius=0.085, tail_degrees=28),
    "cat": Species(0.42, 0.120, 0.88, 0.30, 0.037, 0.11, 55, 0.66, 0.150, (0.92, 1.08, 0.93), 0.34, 0.44, 0.33, 0.26, cheek=0.48,
                   eye=0.31, eye_degrees=31, ear="point", ear_size=0.95, tail_length=0.48, tail_radius=0.030, tail_degrees=60),
    "lion": Species(0.52, 0.165, 0.84, 0.36, 0.056, 0.15, 45, 0.74, 0.165, (0.95, 1.0, 0.95), 0.62, 0.55, 0.46, 0.28, cheek=0.30,
                    eye=0.24, ear="round", ear_size=0.8, tail="tuft", tail_length=0.42, tail_radius=0.024, tail_degrees=42,
                    extras=("mane",)),
    "bear": Species(0.46, 0.205, 0.98, 0.29, 0.080, 0.12, 38, 0.72, 0.178, (1.0, 1.02, 0.95), 0.60, 0.50, 0.40, 0.24, cheek=0.2,
                    eye=0.20, ear="round", ear_size=1.0, tail="stub", tail_length=0.06, tail_radius=0.05, tail_degrees=0),
    "mouse": Species(0.30, 0.150, 1.05, 0.17, 0.034, 0.06, 40, 0.66, 0.150, (1.0, 0.96, 0.92), 0.85, 0.50, 0.20, 0.32, cheek=0.2,
                     eye=0.28, ear="round", ear_size=2.1, tail_length=0.55, tail_radius=0.017, tail_degrees=25),
    "rabbit": Species(0.34, 0.150, 1.08, 0.20, 0.040, 0.07, 50, 0.66, 0.148, (1.0, 0.96, 1.0), 0.42, 0.48, 0.40, 0.22, cheek=0.42,
                      eye=0.30, eye_degrees=46, ear="long", ear_size=1.0, tail="pom", tail_length=0.05, tail_radius=0.062,
                      tail_degrees=30),
    "pig": Species(0.46, 0.210, 1.0, 0.22, 0.052, 0.07, 25, 0.72, 0.178, (1.0, 0.95, 0.95), 0.62, 0.46, 0.40, 0.20, nose="disc",
                   cheek=0.28, eye=0.19, eye_degrees=38, ear="leaf", ear_size=0.9, tail="curl", tail_length=0.16,
                   tail_radius=0.017,
                   tail_degrees=20, foot="hoof", sits=False, fur=False),
    "cow": Species(0.58, 0.210, 0.98, 0.40, 0.056, 0.15, 32, 0.62, 0.160, (0.98, 0.86, 0.92), 0.95, 0.58, 0.58, 0.42, nose="flat",
                   eye=0.21, eye_degrees=52, ear="side", ear_size=0.95, tail="tuft", tail_length=0.42, tail_radius=0.018,
                   tail_degrees=-62, foot="hoof", extras=("horns",), sits=False),
    "horse": Species(0.56, 0.170, 0.90, 0.56, 0.048, 0.34, 57, 0.66, 0.140, (1.0, 0.84, 0.98), 1.5, 0.56, 0.45, 0.55, nose="flat",
                     eye=0.22, eye_degrees=58, ear="upright", ear_size=0.9, tail="hair", tail_length=0.46, tail_radius=0.060,
                     tail_degrees=-55, foot="hoof", extras=("crest",), sits=False),
    "zebra": Species(0.54, 0.172, 0.92, 0.50, 0.048, 0.28, 55, 0.70, 0.142, (1.0, 0.85, 0.98), 1.3, 0.56, 0.46, 0.5, nose="flat",
                     eye=0.22, eye_degrees=58, ear="upright", ear_size=1.05, tail="tuft", tail_length=0.40, tail_radius=0.022,
                     tail_degrees=-58, foot="hoof", extras=("brush",), sits=False),
    "deer": Species(0.46, 0.135, 0.88, 0.52, 0.038, 0.25, 62, 0.62, 0.125, (1.0, 0.9, 0.95), 1.0, 0.46, 0.32, 0.35, nose="round",
                    eye=0.27, eye_degrees=48, ear="side", ear_size=1.15, tail="stub", tail_length=0.09, tail_radius=0.036,
                    tail_degrees=30, foot="hoof", extras=("antlers",), sits=False),
    "sheep": Species(0.42, 0.165, 1.02, 0.30, 0.036, 0.12, 40, 0.66, 0.128, (1.0, 0.86, 0.95), 0.85, 0.52, 0.42, 0.42,
                     nose="flat",
                     eye=0.25, eye_degrees=50, ear="side", ear_size=1.0, tail="stub", tail_length=0.07, tail_radius=0.05,
                     tail_degrees=0, foot="hoof", extras=("wool",), sits=False),
    "goat": Species(0.44, 0.150, 0.96, 0.38, 0.038, 0.18, 52, 0.62, 0.130, (1.0, 0.86, 0.95), 1.05, 0.50, 0.38, 0.45, nose="flat",
                    eye=0.24, eye_degrees=52, ear="side", ear_size=1.1, tail="stub", tail_length=0.10, tail_radius=0.032,
                    tail_degrees=45, foot="hoof", extras=("curved horns", "beard"), sits=False),
    "giraffe": Species(0.46, 0.160, 0.92, 0.62, 0.043, 0.62, 72, 0.50, 0.120, (1.0, 0.86, 0.92), 1.25, 0.50, 0.44, 0.45,
                       nose="flat",
                       eye=0.27, eye_degrees=55, ear="side", ear_size=1.0, tail="tuft", tail_length=0.36, tail_radius=0.018,
                       tail_degrees=-65, foot="hoof", extras=("ossicones",), sits=False),
    "elephant": Species(0.50, 0.240, 1.0, 0.36, 0.090, 0.10, 32, 0.72, 0.200, (0.92, 0.95, 1.05), 0.2, 0.5, 0.42, 0.30,
                        nose="none",
                        eye=0.15, eye_degrees=52, eye_height=0.10, ear="fan", ear_size=1.0, tail="tuft", tail_length=0.28,
                        tail_radius=0.018, tail_degrees=-58, foot="pad", extras=("trunk",), sits=False, fur=False),
    "hippo": Species(0.52, 0.235, 1.04, 0.23, 0.080, 0.08, 15, 0.78, 0.170, (1.0, 0.95, 0.86), 1.05, 0.72, 0.80, 0.25,
                     nose="flat",
                     eye=0.17, eye_degrees=42, eye_height=0.5, ear="round", ear_size=0.6, tail="plain", tail_length=0.12,
                     tail_radius=0.022, tail_degrees=-40, foot="pad", sits=False, fur=False),
}  # fmt: skip

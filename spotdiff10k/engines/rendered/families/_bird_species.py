"""How the species of birds are built: lengths in metres at rest, head features in head radii."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bird:
    body: tuple[float, float]  # half length and radius
    tilt: float  # degrees the body's axis rises to the front
    neck: float
    neck_degrees: float
    neck_radius: float
    head: float
    bill: str
    bill_length: float  # head radii
    leg: float
    leg_radius: float
    foot: str  # toes, web
    tail: str  # fan, wedge, plume, stub, train, display
    tail_length: float
    wing: float  # share of the body's length
    crest: str = "none"
    eye: float = 0.27
    eye_degrees: float = 52.0
    upright: bool = False  # stands up straight, like a penguin


BIRDS: dict[str, Bird] = {
    "songbird": Bird((0.26, 0.185), 34, 0.03, 62, 0.13, 0.150, "cone", 0.75, 0.17, 0.014, "toes", "wedge", 0.26, 1.0, eye=0.26),
    "duck": Bird((0.32, 0.195), 12, 0.16, 74, 0.075, 0.130, "flat", 1.05, 0.11, 0.020, "web", "stub", 0.14, 0.95, eye=0.24),
    "penguin": Bird((0.34, 0.190), 82, 0.0, 90, 0.15, 0.155, "dagger", 0.75, 0.06, 0.034, "web", "stub", 0.10, 0.95, eye=0.22,
                    upright=True),
    "parrot": Bird((0.30, 0.155), 56, 0.02, 75, 0.125, 0.150, "hook", 0.72, 0.10, 0.018, "toes", "plume", 0.48, 1.05, eye=0.23),
    "flamingo": Bird((0.24, 0.140), 18, 0.52, 84, 0.036, 0.088, "bent", 1.35, 0.60, 0.014, "web", "stub", 0.13, 1.0, eye=0.26),
    "owl": Bird((0.29, 0.200), 74, 0.0, 90, 0.17, 0.190, "hook", 0.42, 0.09, 0.024, "toes", "fan", 0.20, 1.0, "tufts", 0.34, 29),
    "rooster": Bird((0.27, 0.185), 38, 0.16, 72, 0.085, 0.110, "cone", 0.85, 0.26, 0.016, "toes", "train", 0.34, 0.9, "comb",
                    0.27),
    "ostrich": Bird((0.26, 0.195), 12, 0.50, 82, 0.034, 0.092, "flat", 1.0, 0.56, 0.020, "toes", "plume", 0.18, 0.95,
                    eye=0.38, eye_degrees=48),
    "toucan": Bird((0.28, 0.160), 52, 0.04, 70, 0.115, 0.135, "giant", 2.3, 0.12, 0.016, "toes", "wedge", 0.28, 1.0, eye=0.25),
    "peacock": Bird((0.28, 0.150), 28, 0.28, 76, 0.060, 0.098, "cone", 0.95, 0.30, 0.016, "toes", "display", 0.50, 0.95,
                    "crown", 0.27),
    "heron": Bird((0.26, 0.135), 30, 0.40, 80, 0.036, 0.090, "dagger", 2.0, 0.46, 0.014, "toes", "wedge", 0.16, 1.0,
                  "swept crest", 0.26),
    "crow": Bird((0.28, 0.160), 30, 0.06, 60, 0.105, 0.132, "dagger", 1.15, 0.16, 0.015, "toes", "wedge", 0.30, 1.05, eye=0.22),
}  # fmt: skip

"""What eyes are made of."""

from spotdiff10k.engines.rendered.families._finishes import Linear
from spotdiff10k.engines.rendered.model import Material


def eye_material(iris: Linear) -> Material:
    """Sclera, iris, pupil and a glint; the fields are cosines, see SubjectBuilder.eye."""
    return Material(
        (0.88, 0.87, 0.84), iris, (0.004, 0.004, 0.005), (1.0, 1.0, 1.0),
        roughness=0.12, coat=1.0, tint=0.0, edges=(0.46, 0.72, 0.945), widths=(0.04, 0.04, 0.014),
    )  # fmt: skip

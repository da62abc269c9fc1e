"""The proportions of dinosaurs, dragons and their like; see `_quadruped_species.Species`."""

from spotdiff10k.engines.rendered.families._quadruped_species import Species

DINOSAURS: dict[str, Species] = {
    "brachiosaurus": Species(0.48, 0.200, 0.98, 0.36, 0.070, 0.58, 62, 0.42, 0.108, (1.1, 0.86, 0.86), 0.75, 0.52, 0.44, 0.20,
                             nose="flat", eye=0.26, eye_degrees=48, ear="none", tail="thick", tail_length=0.56, tail_radius=0.120,
                             tail_degrees=-14, foot="pad", sits=False, fur=False),
    "triceratops": Species(0.46, 0.205, 1.0, 0.27, 0.076, 0.10, 12, 0.74, 0.165, (1.05, 0.90, 0.88), 0.95, 0.52, 0.26, 0.42,
                           nose="flat", eye=0.20, eye_degrees=46, ear="none", tail="thick", tail_length=0.34, tail_radius=0.105,
                           tail_degrees=-8, foot="pad", extras=("frill", "brow horns"), sits=False, fur=False),
    "stegosaurus": Species(0.48, 0.205, 1.0, 0.27, 0.068, 0.18, 10, 0.46, 0.112, (1.1, 0.85, 0.82), 0.95, 0.50, 0.36, 0.30,
                           nose="flat", eye=0.25, eye_degrees=48, ear="none", tail="thick", tail_length=0.44, tail_radius=0.105,
                           tail_degrees=8, foot="pad", extras=("plates", "spikes"), sits=False, fur=False),
    "ankylosaurus": Species(0.44, 0.205, 1.0, 0.20, 0.066, 0.08, 12, 0.60, 0.140, (1.0, 0.98, 0.80), 0.60, 0.55, 0.44, 0.30,
                            nose="flat", eye=0.20, eye_degrees=42, ear="none", tail="thick", tail_length=0.46, tail_radius=0.085,
                            tail_degrees=6, foot="pad", extras=("shell", "club"), sits=False, fur=False),
    "dimetrodon": Species(0.46, 0.150, 0.96, 0.18, 0.052, 0.08, 20, 0.66, 0.145, (1.1, 0.82, 0.90), 1.05, 0.56, 0.38, 0.25,
                          nose="flat", eye=0.21, eye_degrees=46, ear="none", tail="thick", tail_length=0.50, tail_radius=0.080,
                          tail_degrees=-4, foot="pad", extras=("sail",), sits=False, fur=False),
    "dragon": Species(0.42, 0.155, 0.90, 0.31, 0.054, 0.30, 62, 0.56, 0.148, (1.05, 0.92, 0.90), 0.95, 0.50, 0.36, 0.25,
                      nose="flat", eye=0.25, eye_degrees=38, ear="none", tail="thick", tail_length=0.56, tail_radius=0.080,
                      tail_degrees=12, foot="paw", extras=("wings", "ridge", "curved horns"), fur=False),
    "crocodile": Species(0.58, 0.130, 1.0, 0.13, 0.046, 0.08, 6, 0.78, 0.125, (1.05, 0.98, 0.72), 2.1, 0.56, 0.40, 0.12,
                         nose="flat", eye=0.25, eye_degrees=34, eye_height=0.9, ear="none", tail="thick", tail_length=0.56,
                         tail_radius=0.078, tail_degrees=-3, foot="paw", extras=("ridge",), sits=False, fur=False),
    "iguana": Species(0.44, 0.118, 0.96, 0.15, 0.038, 0.10, 35, 0.70, 0.125, (1.1, 0.90, 0.88), 0.60, 0.58, 0.42, 0.22,
                      nose="flat", eye=0.25, eye_degrees=46, ear="none", tail="thick", tail_length=0.66, tail_radius=0.060,
                      tail_degrees=-3, foot="paw", extras=("ridge",), sits=False, fur=False),
}  # fmt: skip

"""The generative stage: a diffusion network that is told by the subject code what to draw. Imports no torch by itself."""

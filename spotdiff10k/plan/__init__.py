"""The recipe expanded: every group, cell, seed and caption, decided before any pixel."""

"""Procedural scenes: a background level becomes a plate, shaded once and shared."""

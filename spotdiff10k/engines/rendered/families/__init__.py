"""Procedural subjects: one file a family, built from traits alone."""

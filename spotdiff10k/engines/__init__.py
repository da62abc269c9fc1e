"""Engines: one file, or one package, is one engine; the name of the file is the name in the recipe."""

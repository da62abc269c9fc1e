"""The embedded engine: real 3D subjects and scenes in a software renderer; no download, any CPU, exact truth."""

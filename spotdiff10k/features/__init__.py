"""Features, computed once: maps while a process needs them, vectors on disk. Importing this imports no torch."""

from spotdiff10k.features.cache import FeatureCache, encode_once
from spotdiff10k.features.kept import KeptVectors, read_vectors, vectors_path, write_vectors

__all__ = ["FeatureCache", "KeptVectors", "encode_once", "read_vectors", "vectors_path", "write_vectors"]

"""Features, computed once: maps while a process needs them, vectors on disk. Importing this imports no torch."""

from spotdiff10k.features.cache import FeatureCache, encode_once
from spotdiff10k.features.kept import KeptVectors, read_vectors, vectors_path, write_vectors
from spotdiff10k.features.rows import KeptRows, rows_of

__all__ = [
    "FeatureCache",
    "KeptRows",
    "KeptVectors",
    "encode_once",
    "read_vectors",
    "rows_of",
    "vectors_path",
    "write_vectors",
]

"""Calibration: known-good groups and planted defects give every threshold its error rates."""

from spotdiff10k.calibration.file import digest_of, parse, read, text_of, write
from spotdiff10k.calibration.values import Calibration

__all__ = ["Calibration", "digest_of", "parse", "read", "text_of", "write"]

"""The report: a run as a page that opens from disk, with its pictures, its numbers and what was refused."""

from spotdiff10k.report.writing import write

__all__ = ["write"]

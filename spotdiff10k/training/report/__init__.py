"""The page of a certificate: verdict first, then every figure with its interval, the controls, maps and pictures."""

from spotdiff10k.training.report.exhibit import Exhibit
from spotdiff10k.training.report.page import write_page

__all__ = ["Exhibit", "write_page"]

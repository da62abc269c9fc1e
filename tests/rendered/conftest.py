"""Lets the tests of the rendered engine import their stand-ins from beside them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

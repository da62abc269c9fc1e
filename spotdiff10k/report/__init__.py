"""The gallery: `report/index.html`, opened from disk."""

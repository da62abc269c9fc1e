"""A fast and strict reader for the kinds of PNG that releases hold; every other kind is for Pillow to read."""

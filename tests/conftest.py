"""Lets tests in sub-folders import the helper modules of this folder."""

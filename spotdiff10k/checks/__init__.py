"""Checks: one file is one check; a check measures and never decides."""

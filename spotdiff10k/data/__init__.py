"""Reading a release: groups and samples as values."""

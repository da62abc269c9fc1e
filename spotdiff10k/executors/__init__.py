"""Executors: the same task list everywhere."""

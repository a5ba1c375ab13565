"""Clones of git: their history, read without running anything that a clone may bring along."""

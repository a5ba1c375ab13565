"""Runs gathering: resolves references, reads each unique layer once, matches each package version once."""

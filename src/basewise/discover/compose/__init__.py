"""Compose files: what services run, and what they are built from."""

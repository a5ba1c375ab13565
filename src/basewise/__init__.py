"""Basewise moves a fleet of container images from public base images to hardened ones."""

__version__ = "0.1.0"

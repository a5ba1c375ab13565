"""Packed bytes: tar archives and compressed streams, read without trusting them. Knows nothing of images."""

"""Keeps documents and image contents between runs."""

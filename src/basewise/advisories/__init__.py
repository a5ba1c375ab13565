"""Advisories: OSV records compiled into one SQLite file, and package versions matched against them."""

"""The package database of rpm: one file per way in which it is stored, and what is in it."""

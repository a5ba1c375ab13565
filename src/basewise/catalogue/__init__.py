"""Dated data with sources: what a person may have to correct lives in YAML here, and one loader reads it."""

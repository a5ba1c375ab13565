"""Command line: parse, call, render. Nothing else."""

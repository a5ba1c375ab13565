"""The gate: images that files name, held against a policy. Pure: usages, policy, baseline and a day to findings."""

from basewise.phases.check.check import Asked, Looked, Problem, check_usages

__all__ = ["Asked", "Looked", "Problem", "check_usages"]

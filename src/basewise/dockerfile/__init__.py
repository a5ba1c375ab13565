"""Dockerfiles: a syntax tree that prints back what was parsed, and edits to it.

For everything that BuildKit's Dockerfile frontend accepts; checked against BuildKit v0.34. Reads text, runs nothing.
"""

from __future__ import annotations

from basewise.dockerfile.directives import Directive
from basewise.dockerfile.edits import InvalidEdit
from basewise.dockerfile.expansion import Expansion, Value
from basewise.dockerfile.instruction import Instruction
from basewise.dockerfile.scope import Environment
from basewise.dockerfile.stages import EXPANDED, Stage
from basewise.dockerfile.tokens import Flag, Heredoc, Pair, Problem, Span, Token, Word
from basewise.dockerfile.tree import Dockerfile, parse

__all__ = [
    "EXPANDED",
    "Directive",
    "Dockerfile",
    "Environment",
    "Expansion",
    "Flag",
    "Heredoc",
    "Instruction",
    "InvalidEdit",
    "Pair",
    "Problem",
    "Span",
    "Stage",
    "Token",
    "Value",
    "Word",
    "parse",
]

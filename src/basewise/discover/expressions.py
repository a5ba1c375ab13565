"""Expressions of GitHub Actions and Azure Pipelines: `${{ matrix.python }}`, `${{ inputs.base || 'debian:12' }}`.

Follows GitHub's documentation, "Evaluate expressions in workflows and actions", sections "Literals" and "Operators".
Contexts, literals and `||` are read; operators and functions that look at more than the file are not.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from basewise.discover.nodes import Node, Scalar
from basewise.discover.references import as_shown
from basewise.discover.resolved import DEFAULTED, Resolved, fill

OPENING = "${{"
_EXPRESSION = re.compile(r"\$\{\{((?:[^}]++|\}(?!\}))*+)\}\}")
_TOKEN = re.compile(
    r"\s*(?:(?P<or>\|\|)|'(?P<text>(?:[^']|'')*)'|(?P<number>-?[0-9]+(?:\.[0-9]+)?)(?![\w.])"
    r"|(?P<path>[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*|\[\s*'[^']*'\s*\])*)(?!\s*\())"
)
_PART = re.compile(r"\.?([A-Za-z_][\w-]*)|\[\s*'([^']*)'\s*\]")


class Found(msgspec.Struct, frozen=True):
    """What a name of a context stands for."""

    node: Node
    confidence: float = 1.0


Contexts = Callable[[tuple[str, ...]], Found | Resolved | None]
"""The value at a path, such as `('matrix', 'python')`; a text with its problem when it is known to be unknown."""


def evaluate(written: str, contexts: Contexts, longest: int) -> Resolved:
    """The text with its expressions replaced; with a problem when one of them cannot be told from the file.

    Args:
        written: as it stands there.
        contexts: what expressions may name.
        longest: characters that values may add up to.
    """
    if OPENING not in written:
        return Resolved(written)
    return fill(written, _EXPRESSION, lambda match: _expression(match[1], contexts), longest)


def whole(written: str, contexts: Contexts) -> Found | None:
    """The node that a text stands for which is one name of a context and nothing else."""
    text = written.strip()
    if not text.startswith(OPENING) or not text.endswith("}}"):
        return None
    inner = text[len(OPENING) : -2].strip()
    match = _TOKEN.fullmatch(inner)
    found = contexts(_path(match["path"])) if match and match["path"] else None
    return found if isinstance(found, Found) else None


def _expression(written: str, contexts: Contexts) -> Resolved:
    """The first operand of `a || b || c` that has a value."""
    operands = _operands(written.strip())
    if operands is None:
        return Resolved(written, problem=f"the expression '{_shown(written)}' is not evaluated")
    confidence = 1.0
    missing = ""
    for operand in operands:
        value = _operand(operand, contexts)
        if value is None:
            missing = missing or f"{operand['path']} has no value here"
            confidence = DEFAULTED
        elif value.problem:
            return value
        elif value.value or operand is operands[-1]:
            return msgspec.structs.replace(value, confidence=min(confidence, value.confidence))
    return Resolved(written, problem=missing)


def _operands(written: str) -> list[re.Match[str]] | None:
    """The operands of `||`; None for every other expression."""
    found: list[re.Match[str]] = []
    position = 0
    wants_operand = True
    while position < len(written):
        token = _TOKEN.match(written, position)
        if not token or (token["or"] is None) != wants_operand:
            return None
        if token["or"] is None:
            found.append(token)
        wants_operand = not wants_operand
        position = token.end()
    return None if wants_operand else found


def _operand(token: re.Match[str], contexts: Contexts) -> Resolved | None:
    if token["text"] is not None:
        return Resolved(token["text"].replace("''", "'"))
    if token["number"] is not None:
        return Resolved(token["number"])
    found = contexts(_path(token["path"]))
    if isinstance(found, Found):
        if not isinstance(found.node, Scalar):
            return Resolved("", problem=f"{token['path']} is no text")
        return Resolved(found.node.value, found.confidence)
    return found


def _path(written: str) -> tuple[str, ...]:
    return tuple(part[1] or part[2] or "" for part in _PART.finditer(written))


def _shown(written: str) -> str:
    return as_shown(written.strip())

"""Edits of a text by its tokens: what no edit names stays as it is, to the last blank."""

from __future__ import annotations

from collections.abc import Mapping

from basewise.dockerfile.tokens import Token
from basewise.model.errors import BasewiseError


class InvalidEdit(BasewiseError):
    """The edits cannot be made to this text, or not all of them."""


def replaced(text: str, edits: Mapping[Token, str]) -> str:
    """The text with each token replaced by the text given for it.

    Raises:
        InvalidEdit: a token is not of this text, or two of them overlap.
    """
    parts: list[str] = []
    at = 0
    for token in sorted(edits, key=lambda token: (token.offset, token.end)):
        if text[token.offset : token.end] != token.text:
            raise InvalidEdit(f"line {token.line}, column {token.column} of this text is not '{token.text[:80]}'")
        if token.offset < at:
            raise InvalidEdit(f"two edits overlap in line {token.line}, column {token.column}")
        parts += [text[at : token.offset], edits[token]]
        at = token.end
    return "".join(parts) + text[at:]

"""What the keys of several schemes are built from: numbers, and the identifiers of SemVer.

A key is a text that code points put in order. Each element of a version begins with a marker that says what kind it is,
and markers are below every character of a version, so that a word ends before any longer one.
"""

from __future__ import annotations


def number(digits: str) -> str:
    """ASCII digits as text that sorts by value: how many there are, then themselves; no digits are zero."""
    significant = digits.lstrip("0")
    return chr(len(significant)) + significant


_LAST, _NUMERIC, _WORD = "\x01", "\x02", "\x03"


def identifiers(text: str) -> str:
    """Dot-separated identifiers by SemVer 2.0, section 11.4: numbers by value, words by ASCII, fewer before more."""
    parts = (_NUMERIC + number(part) if part.isdigit() else _WORD + part for part in text.split("."))
    return "".join(parts) + _LAST

"""The text that names an image, made canonical, or kept with the reason why it names none: short, without a login."""

from __future__ import annotations

from basewise.model.errors import InvalidReference
from basewise.model.evidence import OK, Status
from basewise.model.redaction import without_login
from basewise.model.reference import Reference

LONGEST_SHOWN = 200
"""Characters kept of a text that is no reference."""
_LONGEST_REFERENCE = 1024  # 255 of name, 128 of tag, 135 of the longest digest


def as_shown(written: str) -> str:
    """The beginning of a text that names an image, without the login that somebody may have put there."""
    safe = without_login(written)
    return safe if len(safe) <= LONGEST_SHOWN else safe[:LONGEST_SHOWN] + "…"


def read_reference(written: str) -> tuple[str, Status]:
    """The canonical reference, or the text as it may be shown with the reason why it is none."""
    shown = as_shown(written)
    if "{{" in written or "{%" in written:
        return shown, Status("not_assessed", f"'{shown}' is a template: its value is filled in later")
    if "$" in written:
        return shown, Status("not_assessed", f"'{shown}' holds a variable: its value is filled in later")
    if len(written) > _LONGEST_REFERENCE:
        return shown, Status("not_assessed", f"'{shown}' is longer than any image reference")
    try:
        return str(Reference.parse(written)), OK
    except InvalidReference as error:
        return shown, Status("not_assessed", error.diagnostics())

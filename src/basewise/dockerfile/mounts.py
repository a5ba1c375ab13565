"""The comma-separated value of `RUN --mount` and `RUN --device`.

BuildKit, `frontend/dockerfile/instructions/commands_runmount.go`; RFC 4180, section 2, for the fields.
"""

from __future__ import annotations

import re

from basewise.model.errors import BasewiseError

_FIELD = re.compile(r'(?:"((?:[^"]++|"")*+)"|([^",]*+))(,|\Z)')


class InvalidMount(BasewiseError):
    """Its quotes are not those of a field."""


def options(value: str) -> list[tuple[str, str | None]]:
    """The options of a mount in order, keys lower case; an option without equals sign has no value.

    Raises:
        InvalidMount: the value is empty, or a quote stands inside of a field.
    """
    if not value:
        raise InvalidMount("an empty value has no fields")
    found: list[tuple[str, str | None]] = []
    at = 0
    while True:
        match = _FIELD.match(value, at)
        if match is None:
            raise InvalidMount(f"'{value[:80]}' has a quote inside of a field")
        field = match[2] if match[1] is None else match[1].replace('""', '"')
        key, equals, text = field.partition("=")
        found.append((key.lower(), text if equals else None))
        if not match[3]:
            return found
        at = match.end()

"""The exec form: arguments as a JSON array of strings.

BuildKit, `frontend/dockerfile/parser/line_parsers.go` (`parseJSON`): what begins with `[` and is JSON is the exec form;
what is JSON but holds anything except strings is refused; what is no JSON is read as if the bracket meant nothing.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from basewise.dockerfile.characters import SPACES

_BLANK = "[\t\n\r ]*+"
_STRING = r'"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"'
_ARRAY = re.compile(rf"{_BLANK}\[{_BLANK}(?:{_STRING}(?:{_BLANK},{_BLANK}{_STRING})*+)?{_BLANK}\]{_BLANK}")
_ELEMENT = re.compile(_STRING)
_SURROGATE = re.compile("[\ud800-\udfff]")


class NotStrings(ValueError):
    """It is a JSON array of other things than strings."""


def strings(text: str, start: int, end: int) -> list[tuple[int, int, str]] | None:
    """Where the strings of an array stand in `text[start:end]`, and what each says; None when it is no JSON array.

    Raises:
        NotStrings: an element is no string.
    """
    while start < end and text[start] in SPACES:
        start += 1
    if text[start : start + 1] != "[":
        return None
    if _ARRAY.fullmatch(text, start, end):
        found = _ELEMENT.finditer(text, start, end)
        return [(element.start(), element.end(), _decoded(element[0])) for element in found]
    if _is_json(text[start:end]):
        raise NotStrings("when using JSON array syntax, arrays must be comprised of strings only")
    return None


def _decoded(string: str) -> str:
    if "\\" not in string:
        return string[1:-1]
    decoded: str = json.loads(string)
    return _SURROGATE.sub("\ufffd", decoded)  # Go has no halves of surrogate pairs


def _is_json(text: str) -> bool:
    try:
        json.loads(text, parse_float=_number, parse_int=_number, parse_constant=_constant)
    except RecursionError:
        return True  # arrays in arrays, too deep to tell whether all of them end
    except ValueError:
        return False
    return True


def _number(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError("larger than Go's float64")
    return value


def _constant(text: str) -> Any:
    raise ValueError(f"{text} is no JSON")

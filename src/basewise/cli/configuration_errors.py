"""What is wrong with a configuration, in the words of its file: msgspec's messages translated, with what to write."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from basewise.model.configuration import Configuration

_MESSAGE = re.compile(r"(?P<what>.*?)(?: - at `\$(?P<path>[^`]*)`)?", re.DOTALL)
_STEP = re.compile(r"\.([A-Za-z0-9_-]+)|\[([0-9]+)\]")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(.*)`")
_ENUM = re.compile(r"Invalid enum value '(.*)'", re.DOTALL)
_EXPECTED = re.compile(r"Expected `(.*)`, got `(.*)`")
_WORDS = {"array": "a list", "object": "a table", "str": "text", "null": "nothing", "int": "a number"}
_SHOWN = 60  # characters of a value


class Explained(NamedTuple):
    """A mistake."""

    path: tuple[str | int, ...]
    """Keys and indexes from the root to the value that is wrong, or to the table with a missing or unknown key."""
    message: str
    remedy: str
    key: str = ""
    """The key of that table which nobody knows."""


def explained(message: str) -> Explained:
    """The mistake that the message of a `msgspec.ValidationError` is about."""
    found = _MESSAGE.fullmatch(message)
    what, written = (found["what"], found["path"] or "") if found else (message, "")
    path = tuple(key or int(index) for key, index in _STEP.findall(written))
    name = ".".join(str(step) for step in path if isinstance(step, str)) or "the file"
    kind = _kind_at(path)
    if unknown := _UNKNOWN.fullmatch(what):
        key, known = unknown[1], _keys(kind)
        return Explained(path, f"there is no key '{key[:_SHOWN]}' in {name}", _choose(key, known), key)
    if missing := _MISSING.fullmatch(what):
        return Explained(path, f"'{missing[1]}' is missing in {name}", f"Write {missing[1]}: and its value here.")
    if enum := _ENUM.fullmatch(what):
        return Explained(path, f"'{enum[1][:_SHOWN]}' is no value of {name}", _choose(enum[1], _values(kind)))
    if expected := _EXPECTED.fullmatch(what):
        return Explained(path, f"{name} is {_word(expected[2])} and has to be {_word(expected[1])}", _example(kind))
    if "date" in what:
        return Explained(path, f"{name} is no date", "Write year, month and day, as in 2027-03-31.")
    return Explained(path, f"{name}: {what}", "See docs/reference/configuration.md.")


def _kind_at(path: tuple[str | int, ...]) -> msgspec.inspect.Type:
    """The type at a path of the configuration."""
    from msgspec import inspect  # noqa: PLC0415 -- only a mistake pays for it

    kind: inspect.Type = inspect.type_info(Configuration)
    for step in path:
        if isinstance(kind, inspect.ListType):
            kind = kind.item_type
        elif (struct := _struct(kind)) is not None:
            kind = next((field.type for field in struct.fields if field.encode_name == step), kind)
    return kind


def _parts(kind: msgspec.inspect.Type) -> tuple[msgspec.inspect.Type, ...]:
    return getattr(kind, "types", (kind,))


def _struct(kind: msgspec.inspect.Type) -> msgspec.inspect.StructType | None:
    return next((part for part in _parts(kind) if isinstance(part, msgspec.inspect.StructType)), None)


def _keys(kind: msgspec.inspect.Type) -> list[str]:
    struct = _struct(kind)
    return [field.encode_name for field in struct.fields] if struct else []


def _values(kind: msgspec.inspect.Type) -> list[str]:
    return [str(v) for part in _parts(kind) if isinstance(part, msgspec.inspect.LiteralType) for v in part.values]


def _choose(written: str, known: Iterable[str]) -> str:
    choices = sorted(known)
    near = difflib.get_close_matches(written, choices, n=1)
    meant = f"Did you mean {near[0]}? " if near else ""
    return f"{meant}Choose from {', '.join(choices)}."


def _word(types: str) -> str:
    return " or ".join(_WORDS.get(part, part) for part in types.split(" | "))


def _example(kind: msgspec.inspect.Type) -> str:
    """What a value of the type looks like."""
    if isinstance(kind, msgspec.inspect.ListType):
        return "Write each entry on its own line after a hyphen."
    if keys := _keys(kind):
        return f"Write keys below it: {', '.join(keys)}."
    return "Write a single value, in quotes where it holds special characters."

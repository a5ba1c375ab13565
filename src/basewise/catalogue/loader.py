"""Reads the catalogue's YAML files. The one way in, so that each is parsed once and fails in one way."""

from __future__ import annotations

from functools import cache
from importlib import resources
from threading import Lock
from typing import Any, TypeVar

import msgspec
import yaml

from basewise.model.digest import sha256_of
from basewise.model.errors import BasewiseError

T = TypeVar("T")
_CONVERTING = Lock()
"""msgspec prepares a type when it is first used, which two threads must not do at once (it crashes)."""
_REMEDY = "The installation is damaged; install Basewise again."


@cache
def digest(name: str) -> str:
    """SHA-256 of `<name>.yaml`: what was told by it must be told again when it changes."""
    return sha256_of((resources.files("basewise.catalogue") / f"{name}.yaml").read_bytes())


@cache
def load(name: str) -> Any:
    """The content of `<name>.yaml` in the catalogue, parsed once per process; callers must not change it.

    Args:
        name: file name without extension and without folder, such as `end_of_life`.

    Raises:
        BasewiseError: there is no such file, or it is not YAML.
    """
    if not name.isidentifier():
        raise BasewiseError(f"'{name}' is no name of a catalogue file", remedy="Names are like end_of_life.")
    file = resources.files("basewise.catalogue") / f"{name}.yaml"
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise BasewiseError(f"the catalogue has no file {name}.yaml", remedy=_REMEDY) from error
    try:
        return yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise BasewiseError(f"the catalogue's {name}.yaml cannot be read: {error}", remedy=_REMEDY) from error


def load_as(name: str, shape: type[T]) -> T:
    """The content of `<name>.yaml` as a document of the given shape.

    Raises:
        BasewiseError: as `load`.
        msgspec.ValidationError: the file is of another shape.
    """
    content = load(name)
    with _CONVERTING:
        return msgspec.convert(content, shape)

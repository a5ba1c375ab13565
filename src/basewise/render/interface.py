"""The seam of renderers: a document in, bytes out.

A renderer reads no file, no clock and no environment: what the page looks like is handed to it. Every document type
has a folder with a registry `RENDERERS` (format to "module:class"), so that a format costs its imports only when it is
asked for: a report in JSON never loads the table library.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Generic, TypeVar

import msgspec

from basewise.model.errors import UsageError

Document_contra = TypeVar("Document_contra", contravariant=True)


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What a rendered document will be shown on."""

    width: int = 120
    """Columns of text; only tables for people are bound by it."""
    colour: bool = False
    """True when the reader understands ANSI colours: a terminal, and nobody asked for none."""


class Renderer(ABC, Generic[Document_contra]):
    """One format of one document type."""

    @abstractmethod
    def render(self, document: Document_contra, page: Page) -> bytes:
        """The document in this format, UTF-8, ending in a newline; the same bytes for the same arguments."""


def load(registry: Mapping[str, str], name: str) -> Renderer[Any]:
    """The renderer that `registry` has under `name`.

    Raises:
        UsageError: the registry has no such format.
    """
    if name not in registry:
        raise UsageError(f"There is no format '{name}' here", remedy=f"Choose from {', '.join(registry)}.")
    module, _, attribute = registry[name].partition(":")
    renderer: Renderer[Any] = getattr(import_module(module), attribute)()
    return renderer

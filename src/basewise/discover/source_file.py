"""One file of a directory target, decoded and parsed once, whichever sources read it."""

from __future__ import annotations

import codecs
import posixpath
import re
from collections.abc import Callable
from functools import cached_property

from basewise.discover.nodes import Document, Mapping, documents
from basewise.model.evidence import OK, Status
from basewise.model.limits import Limits

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_REPLACEMENT = r"\\ufffd"
"""JSON may name half a character (RFC 8259, section 8.2), which is no text."""

ReadBeside = Callable[[str], bytes | None]
"""Bytes of the file at a path relative to the walked directory; None when there is none that may be read."""
ListBeside = Callable[[str], list[str]]
"""Names of the files in a folder, by its path relative to the walked directory; none when it may not be read."""


class SourceFile:
    """A file while sources look at it."""

    def __init__(
        self,
        path: str,
        data: bytes,
        limits: Limits,
        read_beside: ReadBeside = lambda _: None,
        list_beside: ListBeside = lambda _: [],
    ) -> None:
        """Takes a file as it is.

        Args:
            path: relative to the directory target, forward slashes; becomes `Usage.file`.
            data: its bytes; one more than a limit when it is larger.
            read_beside: how other files of the same directory target are had.
            list_beside: how their names are had.
        """
        self.path = path
        self.data = data
        self.limits = limits
        self._read_beside = read_beside
        self._list_beside = list_beside

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    @property
    def folder(self) -> str:
        """The path of the directory it lies in; '' for the directory target itself."""
        return self.path.rpartition("/")[0]

    @cached_property
    def text(self) -> str | None:
        """The file as text: UTF-8, or UTF-16 with a byte order mark, which goes; None when it is none."""
        wide = self.data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        try:
            return self.data.decode("utf-16" if wide else "utf-8-sig")
        except UnicodeDecodeError:
            return None

    @cached_property
    def yaml_status(self) -> Status:
        """`not_assessed` when the file is no text, or too large to be read as YAML or JSON."""
        if len(self.data) > self.limits.yaml_bytes:
            return Status("not_assessed", f"larger than yaml_bytes = {self.limits.yaml_bytes}")
        return OK if self.text is not None else Status("not_assessed", "not text in UTF-8 or UTF-16")

    @cached_property
    def documents(self) -> list[Document]:
        """The YAML or JSON documents of the file, in order, broken ones with their problem; none when it is no text."""
        if self.text is None or not self.yaml_status.is_ok:
            return []
        text = _SURROGATE.sub(_REPLACEMENT, self.text) if self.path.lower().endswith(".json") else self.text
        return list(documents(text, self.limits))

    @property
    def mappings(self) -> list[Mapping]:
        """The roots of those documents that are tables."""
        return [document.root for document in self.documents if isinstance(document.root, Mapping)]

    @property
    def problems(self) -> list[str]:
        """What is wrong with the documents that cannot be read, each with its line."""
        return [document.problem for document in self.documents if document.problem]

    def beside(self, path: str) -> SourceFile | None:
        """Another file, by its path from the folder of this one; None when it is not there or outside of the target."""
        other = posixpath.normpath(posixpath.join(self.folder, path))
        if other.startswith(("../", "/")) or other in {".", ".."}:
            return None
        data = self._read_beside(other)
        return None if data is None else SourceFile(other, data, self.limits, self._read_beside, self._list_beside)

    def names_beside(self) -> list[str]:
        """The names of the files in the same folder, this one among them, sorted."""
        return sorted(self._list_beside(self.folder))

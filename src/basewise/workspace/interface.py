"""The seam of the workspace: documents and image contents that outlive a run."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

from basewise.model.contents import ImageContents


class Workspace(ABC):
    """Where a team keeps what its runs found. Two runs may use one workspace at the same time."""

    @abstractmethod
    def contents(self, key: str) -> ImageContents | None:
        """Contents kept under a manifest digest (or base id) by the analyser of this version, or None."""

    @abstractmethod
    def keep_contents(self, contents: Mapping[str, ImageContents]) -> None:
        """Keeps contents by manifest digest (or base id), all or none, replacing those of an older analyser."""

    @abstractmethod
    def save_document(self, name: str, generated_at: str, body: bytes) -> str:
        """Appends a document; earlier ones stay. Returns where a person finds it.

        Args:
            name: `inventory`, `mapping`, …
            generated_at: RFC 3339 UTC, as in the document.
            body: the JSON text.
        """

    @abstractmethod
    def latest_document(self, name: str) -> bytes | None:
        """The newest document of that name, or None."""

    @abstractmethod
    def close(self) -> None:
        """Releases the workspace."""

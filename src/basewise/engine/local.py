"""Images that lie here: each layout, archive and store that a run names is opened once, and closed with the run."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from basewise.model.errors import ImageError, InvalidReference
from basewise.model.image import Descriptor
from basewise.model.reference import Reference
from basewise.oci.files import open_images
from basewise.oci.interface import Opening
from basewise.oci.stored import StoredSource
from basewise.oci.transports import TRANSPORTS

LOCAL = "localhost"


class LocalImages:
    """The local sources of one run, in the order they were opened, which is the order they are asked in."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._opened: dict[tuple[str, str], StoredSource] = {}

    @property
    def sources(self) -> list[StoredSource]:
        return list(self._opened.values())

    def add(self, path: Path) -> None:
        """Opens a layout or archive that serves references.

        Raises:
            UsageError: it is none, or cannot be opened.
            ImageError: it cannot be read.
        """
        if ("", str(path)) not in self._opened:
            self._opened["", str(path)] = open_images(path, self._opening)

    def at(self, transport: str, location: str) -> StoredSource:
        """The images at a location of one of `TRANSPORTS`.

        Raises:
            UsageError: there is nothing of the kind at that location.
            ImageError: what is there cannot be read.
        """
        key = (transport, location)
        if key not in self._opened:
            self._opened[key] = TRANSPORTS[transport].open(location, self._opening)
        return self._opened[key]

    def reference_to(self, name: Reference, descriptor: Descriptor) -> Reference:
        """`name`, with its digest where another source would answer first and with something else."""
        for source in self._opened.values():
            try:
                found = source.resolve(name)
            except ImageError:
                continue
            return name if found.digest == descriptor.digest else name.with_digest(descriptor.digest)
        return name.with_digest(descriptor.digest)

    def tags(self) -> list[tuple[Reference, Descriptor]]:
        """What every image here is called, and what it points to; texts that can be no name are left out."""
        found = []
        for source in self._opened.values():
            for tag, descriptor in source.tags():
                try:
                    found.append((name_of_tag(tag), descriptor))
                except InvalidReference:
                    continue
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for source in self._opened.values():
            source.close()


def name_of_tag(tag: str) -> Reference:
    """A tag as a reference; one that is no full name is called `localhost/TAG`, as Podman calls what came from nowhere.

    Raises:
        InvalidReference: it can be none.
    """
    head, slash, _ = tag.partition("/")
    full = slash and ("." in head or ":" in head or head == LOCAL)
    return Reference.parse(tag if full else f"{LOCAL}/{tag}")

"""Images that lie here: a list of what there is, and a store of bytes by digest. Directories and archives share it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from basewise.model.digest import is_digest, matches, short
from basewise.model.errors import (
    DigestMismatch,
    ImageError,
    ImageNotFound,
    InvalidReference,
    LimitExceeded,
    UsageError,
)
from basewise.model.image import INDEX_TYPES, MANIFEST_TYPES, Descriptor
from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.model.redaction import without_login
from basewise.model.reference import Reference
from basewise.oci.documents import SCHEMA_1_TYPES, media_type_of
from basewise.oci.interface import BlobStore, ImageSource, Listed, Opening
from basewise.oci.quoting import enumerated, quoted
from basewise.oci.stream import verified

_LONGEST_TYPED = 128  # characters of a name that a person is told to type


class StoredSource(ImageSource):
    """Serves what `listed` names from `blobs`: see `resolve` for which name answers for which reference."""

    def __init__(self, listed: Sequence[Listed], blobs: BlobStore, limits: Limits = DEFAULT_LIMITS) -> None:
        self.listed = tuple(listed)
        self.name = blobs.name
        """Names it in sentences: `the layout shop`."""
        self._blobs = blobs
        self._limits = limits
        self._by_digest: dict[str, Descriptor] = {}
        self._by_name: dict[str, Descriptor] = {}
        for image in self.listed:
            if image.descriptor is None:
                continue
            self._by_digest.setdefault(image.descriptor.digest, image.descriptor)
            for name in _spellings(image):
                self._by_name.setdefault(name, image.descriptor)

    def tags(self) -> list[tuple[str, Descriptor]]:
        """Names with what they name, in the order they are listed."""
        return [(name, image.descriptor) for image in self.listed if image.descriptor for name in image.names]

    def select(self, text: str) -> Listed:
        """The image that a person means: `@N` is the one at that place, from 0, and anything else a name.

        Raises:
            UsageError: there is none; the remedy lists the names there are.
        """
        if text.startswith("@"):
            place = int(text[1:]) if text[1:].isdecimal() and len(text) < 10 else len(self.listed)
            if place < len(self.listed):
                return self.listed[place]
            shown = quoted(without_login(text))
            raise UsageError(f"{self.name} has no image {shown}", remedy=f"It has {len(self.listed)}, from @0.")
        for image in self.listed:
            if text in (*image.names, *image.also):
                return image
        line = _line(text)
        for image in self.listed:
            if line and line in map(_line, image.names):
                return image
        raise UsageError(f"{self.name} has no tag {quoted(without_login(text))}", remedy=self._what_there_is())

    def choices(self) -> list[str]:
        """For each image, in order, a text that `select` finds it by: its name, else its place."""
        taken: set[str] = set()
        found = []
        for place, image in enumerate(self.listed):
            name = image.names[0] if image.names else ""
            typed = name.isprintable() and 0 < len(name) <= _LONGEST_TYPED and not name.startswith("@")
            found.append(name if typed and taken.isdisjoint({name}) else f"@{place}")
            taken.update(image.names, image.also)
        return found

    def resolve(self, reference: Reference) -> Descriptor:
        """The image that answers for a reference.

        A digest decides alone. Else a name T answers when the reference, with its tag, equals T or ends in `/T`; a
        reference without tag, or with `latest`, may leave it out. The longest T wins.

        Raises:
            ImageNotFound: nothing here answers.
        """
        if reference.digest:
            return self._by_digest.get(reference.digest) or self._unlisted(reference, reference.digest)
        tag = reference.tag_or_latest
        suffix = reference.name
        while suffix:
            found = self._by_name.get(f"{suffix}:{tag}")
            if found is None and tag == "latest":
                found = self._by_name.get(suffix)
            if found is not None:
                return found
            suffix = suffix.partition("/")[2]
        raise ImageNotFound(f"{reference.familiar} is not in {self.name}", remedy=self._what_there_is())

    def manifest(self, reference: Reference, descriptor: Descriptor) -> bytes:
        return self._small(reference, descriptor.digest)

    @contextmanager
    def blob(self, reference: Reference, descriptor: Descriptor) -> Iterator[Iterator[bytes]]:
        del reference  # a digest says it all
        with self._blobs.open(_digest(descriptor.digest)) as chunks:
            yield verified(chunks, descriptor)

    def close(self) -> None:
        self._blobs.close()

    def _what_there_is(self) -> str:
        names = enumerated([quoted(name) for name, _ in self.tags()])
        return f"Its tags are: {names}" if names else "It has no tags."

    def _unlisted(self, reference: Reference, digest: str) -> Descriptor:
        """A manifest that is not listed itself: one platform of an index, or an older image."""
        data = self._small(reference, digest)
        media_type = media_type_of(data, f"blob {short(digest)}")
        if media_type not in (*INDEX_TYPES, *MANIFEST_TYPES, *SCHEMA_1_TYPES):
            raise ImageNotFound(f"{reference.familiar} is in {self.name}, but is no image manifest")
        return Descriptor(media_type, digest, len(data))

    def _small(self, reference: Reference, digest: str) -> bytes:
        most = self._limits.manifest_bytes
        parts: list[bytes] = []
        size = 0
        with self._blobs.open(_digest(digest)) as chunks:
            for chunk in chunks:
                parts.append(chunk)
                size += len(chunk)
                if size > most:
                    raise LimitExceeded(
                        f"{short(digest)} of {reference.familiar} is larger than manifest_bytes = {most}"
                    )
        data = b"".join(parts)
        if not matches(data, digest):
            raise DigestMismatch(f"{short(digest)} of {reference.familiar} has other content than its name")
        return data


def _digest(text: str) -> str:
    if not is_digest(text):
        raise ImageError(f"{quoted(text)} is no digest")
    return text


def _spellings(image: Listed) -> Iterator[str]:
    """What an image is called, in the spelling that references are looked up by."""
    for text in (*image.names, *image.also):
        yield text
        host, slash, _ = text.partition("/")
        if slash and "." in host and (line := _line(text)):
            yield line


def _line(text: str) -> str:
    """The canonical repository and tag; empty for what is no reference."""
    try:
        return Reference.parse(text).line
    except InvalidReference:
        return ""


class Transport(ABC):
    """One way to name images that lie here, as in containers-transports(5)."""

    syntax: str
    """As help shows it: `oci:DIR[:TAG]`."""

    @abstractmethod
    def split(self, text: str) -> tuple[str, str]:
        """What follows `NAME:`, as a location and what is selected there.

        A location is opened once, however many images of it are named. An empty selection is everything.
        """

    @abstractmethod
    def join(self, location: str, selected: str) -> str:
        """What is written after `NAME:` for one image of a location."""

    @abstractmethod
    def shown(self, text: str) -> str:
        """What follows `NAME:`, for people: without a login."""

    @abstractmethod
    def open(self, location: str, opening: Opening) -> StoredSource:
        """The images at a location.

        Raises:
            UsageError: there is nothing of the kind at that location.
            ImageError: what is there is damaged, or another program cannot give it out.
        """

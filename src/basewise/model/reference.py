"""Image references by the distribution grammar (distribution/reference), in one normal form.

`x`, `docker.io/library/x` and `index.docker.io/library/x` are one repository. A reference keeps its tag and its digest;
neither is invented here: `tag` stays None when the text names none, and `tag_or_latest` says what a client would pull.
"""

from __future__ import annotations

import re
from typing import Self

import msgspec

from basewise.model.digest import is_digest
from basewise.model.errors import InvalidReference
from basewise.model.redaction import LOGIN_REMEDY, without_login

DOCKER_HUB = "docker.io"
_HUB_ALIASES = {"index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"}
_COMPONENT = re.compile(r"[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_HOST = re.compile(
    r"(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
    r"(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[0-9a-fA-F:]+\])(?::[0-9]+)?"
)
_MAX_NAME = 255  # characters of registry and repository together, distribution/reference NameTotalLengthMax


class Reference(msgspec.Struct, frozen=True, order=True):
    """One image name: where it lives, what it is called, which version."""

    registry: str
    """Host with optional port, lower case; `docker.io` for Docker Hub whatever alias was written."""
    repository: str
    """Path without host; official Docker Hub images carry their `library/`."""
    tag: str | None = None
    digest: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads a reference as a container runtime would.

        Raises:
            InvalidReference: with the part that is wrong.
        """
        shown = without_login(text)
        if shown != text:
            raise InvalidReference(
                f"'{shown}' is not an image reference: only a digest may follow an '@'", remedy=LOGIN_REMEDY
            )
        rest, at, digest = text.strip().partition("@")
        if at and not is_digest(digest):
            raise InvalidReference(f"'{text}' has an invalid digest", remedy="A digest is sha256: and 64 hex digits.")
        tag: str | None = None
        head, colon, tail = rest.rpartition(":")
        if colon and "/" not in tail:
            rest, tag = head, tail
            if not _TAG.fullmatch(tag):
                raise InvalidReference(f"'{text}' has an invalid tag '{tag}'")
        first, slash, path = rest.partition("/")
        if slash and _is_host(first):
            registry, repository = first, path
        else:
            registry, repository = DOCKER_HUB, rest
        registry = _canonical_host(registry, text)
        if registry == DOCKER_HUB and "/" not in repository:
            repository = f"library/{repository}"
        if not repository or not all(_COMPONENT.fullmatch(part) for part in repository.split("/")):
            hint = "Repository names are lower case." if repository != repository.lower() else ""
            raise InvalidReference(f"'{text}' is not an image reference", remedy=hint)
        if len(registry) + 1 + len(repository) > _MAX_NAME:
            raise InvalidReference(f"'{text[:40]}…' is longer than {_MAX_NAME} characters")
        return cls(registry, repository, tag, digest or None)

    @property
    def name(self) -> str:
        """Registry and repository, canonical."""
        return f"{self.registry}/{self.repository}"

    @property
    def tag_or_latest(self) -> str | None:
        """The tag a client would ask for: None when only a digest is named."""
        return self.tag or (None if self.digest else "latest")

    @property
    def line(self) -> str:
        """Canonical repository and tag without digest: the identity of a base line."""
        return f"{self.name}:{self.tag_or_latest}" if self.tag_or_latest else self.name

    @property
    def familiar(self) -> str:
        """Shortest text that parses to the same reference, as people write it: `python:3.12-slim`."""
        name = self.repository.removeprefix("library/") if self.registry == DOCKER_HUB else self.name
        first, slash, _ = name.partition("/")
        if self.registry == DOCKER_HUB and slash and (self.repository != name or _is_host(first)):
            name = self.name  # library/a/b, or a first component that would be taken for a host
        return name + (f":{self.tag}" if self.tag else "") + (f"@{self.digest}" if self.digest else "")

    def with_digest(self, digest: str) -> Reference:
        """The same name pinned to `digest`, tag kept readable."""
        return Reference(self.registry, self.repository, self.tag, digest)

    def __str__(self) -> str:
        return self.name + (f":{self.tag}" if self.tag else "") + (f"@{self.digest}" if self.digest else "")


def _is_host(component: str) -> bool:
    """True when the first component of a name is a registry rather than a path (distribution/reference)."""
    return "." in component or ":" in component or component == "localhost" or component != component.lower()


def _canonical_host(host: str, text: str) -> str:
    """A registry's one name: aliases of Docker Hub resolved, and lower case unless capitals alone make it a host."""
    if not _HOST.fullmatch(host):
        raise InvalidReference(f"'{text}' has an invalid registry host '{host}'")
    lower = host.lower()
    host = lower if _is_host(lower) else host
    return DOCKER_HUB if host in _HUB_ALIASES else host

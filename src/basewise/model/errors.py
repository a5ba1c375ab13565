"""Errors that a person can act on.

Every error that Basewise raises on purpose derives from `BasewiseError`, says in one sentence what is wrong, and
says in a second what to do about it. Errors of one image never end a fleet run: gathering turns them into a
`Status` with a reason.
"""

from __future__ import annotations


class BasewiseError(Exception):
    """Base of all deliberate errors.

    Args:
        message: one sentence, no trailing full stop, naming the thing that is wrong.
        remedy: what the reader can do next; empty where nothing is known.
    """

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def diagnostics(self) -> str:
        """Text for a person: what is wrong, then what to do."""
        return f"{self.message}. {self.remedy}" if self.remedy else self.message


class UsageError(BasewiseError):
    """What was asked for cannot be done as it was asked: a wrong flag, a file of the wrong kind. Exit code 2."""


class WrongKind(UsageError):
    """A file or directory is not of the kind it was named as. One that is, and is damaged, is an `ImageError`."""


class InvalidReference(BasewiseError):
    """A string is not an image reference by the distribution grammar."""


class InvalidDocument(UsageError):
    """A file is not the document that it was given as."""


class ImageError(BasewiseError):
    """An image, or a part of one, could not be had or read. Recorded as *not assessed* with this message."""


class ImageNotFound(ImageError):
    """No source knows the reference or digest."""


class AccessDenied(ImageError):
    """The registry refused the credentials, or asked for some that are not configured."""


class DigestMismatch(ImageError):
    """The bytes received are not the bytes that the digest names."""


class UnsupportedMediaType(ImageError):
    """The manifest, config or layer is of a media type that is not known."""


class UnreadableLayer(ImageError):
    """A layer's bytes are not what its media type says, or end too early."""


class LimitExceeded(ImageError):
    """A limit of `Limits` was reached; the message names the limit and its value."""

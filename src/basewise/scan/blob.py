"""A layer blob while it is read: inflated, hashed, counted and stopped at its limits."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator

from basewise.archive.inflate import inflate
from basewise.model.errors import ImageError, LimitExceeded
from basewise.model.image import LAYER_TYPES, Descriptor
from basewise.model.limits import Limits


class Blob:
    """One reading of one blob; what it counts is true of what was read so far."""

    def __init__(
        self, chunks: Iterable[bytes], descriptor: Descriptor, limits: Limits, monotonic: Callable[[], float]
    ) -> None:
        self.blob_bytes = 0
        self.inflated_bytes = 0
        self._failure = ""
        self._descriptor = descriptor
        self._limits = limits
        self._monotonic = monotonic
        self._deadline = monotonic() + limits.layer_seconds
        self._hash = hashlib.sha256()
        self._source = self._count(chunks)
        self._ahead: deque[bytes] = deque()
        self._stored = self._in_order()

    @property
    def diff_id(self) -> str:
        """Digest of the inflated bytes read so far."""
        return "sha256:" + self._hash.hexdigest()

    def inflated(self) -> Iterator[bytes]:
        """The inflated bytes, in pieces.

        Raises:
            UnreadableLayer: the blob cannot be inflated.
            LimitExceeded: too many bytes, too high a ratio, or too long.
            ImageError: what the source of the blob raised.
        """
        update = self._hash.update
        most = self._limits.layer_bytes
        for piece in inflate(self._stored, LAYER_TYPES[self._descriptor.media_type], self._limits):
            update(piece)
            self.inflated_bytes += len(piece)
            if self.inflated_bytes > most:
                raise LimitExceeded(f"inflates to more than {most} bytes (layer_bytes)")
            if self.inflated_bytes > self._limits.layer_ratio_from:
                self._check_ratio()
            self._check_time()
            yield piece

    def drain(self) -> str:
        """Reads the rest of the blob, so that its source can verify the digest. Returns why that failed, '' if not."""
        try:
            for _ in self._stored:
                pass
        except ImageError as error:
            return error.message
        return self._failure

    def _count(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        try:
            for chunk in chunks:
                self.blob_bytes += len(chunk)
                self._check_time()
                yield chunk
        except ImageError as error:
            self._failure = error.message
            raise
        except OSError as error:
            self._failure = f"the blob cannot be read: {error.strerror or error}"
            raise ImageError(self._failure) from error

    def _in_order(self) -> Iterator[bytes]:
        """The stored bytes, those first that were read ahead."""
        while True:
            if self._ahead:
                yield self._ahead.popleft()
            elif chunk := next(self._source, None):
                yield chunk
            elif chunk is None:
                return

    def _check_ratio(self) -> None:
        """Holds what came out against the bytes that really came in: the size in the descriptor is the image's word.

        A blob may begin with what compresses best, so more of it is read, and held, before it is refused: at most
        `layer_bytes` divided by `layer_ratio`, some 80 MiB.
        """
        while self.inflated_bytes > self._limits.layer_ratio * self.blob_bytes:
            chunk = next(self._source, None)
            if chunk is None:
                raise LimitExceeded(f"inflates to more than {self._limits.layer_ratio} times its size (layer_ratio)")
            self._ahead.append(chunk)

    def _check_time(self) -> None:
        if self._monotonic() > self._deadline:
            raise LimitExceeded(f"takes longer than {self._limits.layer_seconds:g} seconds (layer_seconds)")

"""One blob on its way from a registry: taken up again where the connection broke off."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import httpx

from basewise.model.digest import short
from basewise.model.errors import ImageError, LimitExceeded
from basewise.model.image import Descriptor
from basewise.model.limits import Limits
from basewise.oci.failures import reason
from basewise.oci.retry import backoff
from basewise.oci.waits import Waits

_PROGRESS = 1024 * 1024  # bytes after which a transfer that breaks off gets all its tries again
_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,19})-")
_ENDED = "it ended too early"


class Transfer:
    """Reads one blob.

    Args:
        open_at: asks for the blob from a byte on; status 200 or 206.
        waits: what waiting is done with.

    Raises:
        ImageError: the blob cannot be opened.
    """

    def __init__(
        self,
        descriptor: Descriptor,
        limits: Limits,
        *,
        open_at: Callable[[int], httpx.Response],
        waits: Waits,
    ) -> None:
        self._descriptor, self._limits = descriptor, limits
        self._open_at, self._waits = open_at, waits
        self._received = 0
        self._response = open_at(0)

    def pieces(self) -> Iterator[bytes]:
        """The blob as stored, in order, each byte once.

        Raises:
            ImageError: it broke off `limits.attempts` times without getting on, or cannot be opened again.
        """
        attempt, mark, patience = 1, 0, self._waits.asked_here() + self._limits.layer_wait_seconds
        while True:
            broke = _ENDED
            try:
                for piece in self._unseen():
                    self._received += len(piece)
                    yield piece
            except httpx.TransportError as error:
                broke = reason(error)
            finally:
                self._response.close()
            if self._received >= self._descriptor.size:
                return
            attempt = 1 if self._received - mark >= _PROGRESS else attempt + 1
            mark = self._received
            host, name = self._response.url.host, short(self._descriptor.digest)
            if attempt > self._limits.attempts:
                at = f"at {self._received} of {self._descriptor.size} bytes"
                raise ImageError(f"{host} broke off layer {name} {at}, and again when asked for the rest: {broke}")
            if self._waits.asked_here() > patience:
                most = f"layer_wait_seconds = {self._limits.layer_wait_seconds:.0f}"
                raise LimitExceeded(f"{host} makes layer {name} wait longer than {most}")
            self._waits.as_asked(host, backoff(attempt))
            self._response = self._open_at(self._received)
            self._check_range(host, name)

    def close(self) -> None:
        """Ends the transfer wherever it is."""
        self._response.close()

    def _unseen(self) -> Iterator[bytes]:
        """What this answer adds. A server that knows no ranges sends all anew: what we have is passed over."""
        skip = self._received if self._response.status_code == httpx.codes.OK else 0
        for piece in self._response.iter_raw():
            if skip < len(piece):
                yield piece[skip:] if skip else piece
            skip = max(0, skip - len(piece))

    def _check_range(self, host: str, name: str) -> None:
        if self._response.status_code != httpx.codes.PARTIAL_CONTENT:
            return
        found = _CONTENT_RANGE.match(self._response.headers.get("content-range", ""))
        if found is None or int(found[1]) != self._received:
            self._response.close()
            raise ImageError(f"{host} answers another part of layer {name} than the one asked for")

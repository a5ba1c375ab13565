"""The programs that were read last, for a hard link may soon call one by the name that tells what it is."""

from __future__ import annotations


class Recent:
    """Contents by path, the newest of them, within a number of bytes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._bytes = 0
        self._contents: dict[str, bytes] = {}

    def put(self, path: str, data: bytes) -> None:
        """Keeps the content of a file for a while, in the place of an earlier one of that path."""
        self.forget(path)
        if len(data) > self._most:
            return
        self._contents[path] = data
        self._bytes += len(data)
        while self._bytes > self._most:
            self.forget(next(iter(self._contents)))

    def get(self, path: str) -> bytes | None:
        """Its content, or None when it is no longer, or was never, at hand."""
        return self._contents.get(path)

    def forget(self, path: str) -> None:
        """Gives up the content of a file."""
        self._bytes -= len(self._contents.pop(path, b""))

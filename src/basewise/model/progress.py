"""Progress is an observer that is handed in: the library never prints."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Hears how far gathering has got. Called from several threads."""

    def begin(self, task: str, total: int, unit: str) -> None:
        """A task of `total` units begins; `unit` is a plural noun (`layers`, `images`, `bytes`).

        A task in `seconds` is a wait: nobody advances it, it passes.
        """

    def advance(self, task: str, count: int = 1, size: int = 0) -> None:
        """`count` more units are done; `size` bytes were read for them."""

    def end(self, task: str) -> None:
        """The task is over, complete or not."""


class Silent:
    """Hears and says nothing."""

    def begin(self, task: str, total: int, unit: str) -> None: ...

    def advance(self, task: str, count: int = 1, size: int = 0) -> None: ...

    def end(self, task: str) -> None: ...

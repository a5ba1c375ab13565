"""What dpkg and apk databases share: stanzas of one-line fields, separated by blank lines, with trouble counted."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from basewise.model.evidence import OK, Status

_WORD = re.compile(r"[!-~]+")
"""Package names and versions are printable ASCII without spaces in every format we read."""
_SHOWN = 3


class Trouble:
    """Collects what is wrong with one database file."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._count = 0
        self._first: list[str] = []

    def add(self, number: int, problem: str) -> None:
        """Records a problem of the stanza `number`, from 1."""
        self.say(f"stanza {number} {problem}")

    def say(self, problem: str) -> None:
        """Records a problem of a database that has no stanzas."""
        self._count += 1
        if self._count <= _SHOWN:
            self._first.append(problem)

    def status(self, packages: int) -> Status:
        """The status of the file, of which `packages` packages could be read."""
        if self._count:
            more = f" and {self._count - _SHOWN} more" if self._count > _SHOWN else ""
            outcome = "partial" if packages else "not_assessed"
            return Status(outcome, f"{self._path}: {', '.join(self._first)}{more}")  # type: ignore[arg-type]
        if not packages:
            return Status("partial", f"{self._path} records no package")
        return OK


def stanzas(data: bytes) -> Iterator[bytes]:
    """Stanzas of a database file, each with a newline put before its first field."""
    at = 0
    while at < len(data):  # no split: a hostile file of nothing but blank lines would become millions of pieces at once
        end = data.find(b"\n\n", at)
        end = end if end >= 0 else len(data)
        stanza = data[at:end].strip(b"\n")
        if stanza:
            yield b"\n" + stanza + b"\n"
        at = end + 2


def field(stanza: bytes, key: bytes) -> bytes:
    r"""Value of the field that `key` (`\nName:`) begins, stripped, first line only; empty when there is none."""
    start = stanza.find(key)
    if start < 0:
        return b""
    start += len(key)
    return stanza[start : stanza.find(b"\n", start)].strip()


def lines(data: bytes) -> Iterator[str]:
    """Lines of a file without their ends, one at a time."""
    return (text(line.rstrip(b"\n")) for line in io.BytesIO(data))


def text(value: bytes) -> str:
    """Free text of a field; bytes that are not UTF-8 are written out."""
    return value.decode("utf-8", "backslashreplace")


def is_word(value: str) -> bool:
    """True for what can be a package name or a version."""
    return bool(_WORD.fullmatch(value))

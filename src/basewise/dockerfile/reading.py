"""How much of a text is read: BuildKit's own bound on lines, and ours on the whole."""

from __future__ import annotations

from basewise.dockerfile.tokens import Problem
from basewise.model.limits import Limits


def readable(text: str, limits: Limits) -> tuple[int, Problem | None]:
    """How many characters of a text are read, and why not all of them.

    BuildKit reads lines of up to 65,535 bytes and stops at a longer one (`bufio.MaxScanTokenSize`).
    """
    small = 4 * len(text) <= limits.dockerfile_bytes  # four bytes are the longest character of UTF-8
    if small and 4 * len(text) <= limits.dockerfile_line_bytes and text.count("\n") <= limits.dockerfile_lines:
        return len(text), None
    offset = size = number = 0
    while offset < len(text):
        number += 1
        end = text.find("\n", offset) + 1 or len(text)
        line = _bytes(text, offset, end)
        size += line
        reason = _reason(line - text.endswith("\n", offset, end), size, number, limits)
        if reason:
            return offset, Problem(number, 1, *reason)
        offset = end
    return len(text), None


def _reason(line: int, size: int, number: int, limits: Limits) -> tuple[str, str] | None:
    if line > limits.dockerfile_line_bytes:
        return f"the line is longer than dockerfile_line_bytes = {limits.dockerfile_line_bytes}", "line-too-long"
    if size > limits.dockerfile_bytes:
        return f"the file is larger than dockerfile_bytes = {limits.dockerfile_bytes}", "file-too-large"
    if number > limits.dockerfile_lines:
        return f"the file has more than dockerfile_lines = {limits.dockerfile_lines}", "too-many-lines"
    return None


def _bytes(text: str, start: int, end: int) -> int:
    if end - start > 1 << 20:
        return end - start  # long enough whatever its characters
    part = text[start:end]
    return len(part) if part.isascii() else len(part.encode("utf-8", "surrogatepass"))

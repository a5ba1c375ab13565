"""A real pseudo-terminal in place of a standard stream."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from unittest.mock import patch


@contextmanager
def terminal(stream: str) -> Iterator[int]:
    """Makes `sys.stdout` or `sys.stderr` a terminal for the block and gives its controlling end, which never blocks."""
    controller, device = os.openpty()
    os.set_blocking(controller, False)
    try:
        with os.fdopen(device, "w") as screen, patch.object(sys, stream, screen):
            yield controller
    finally:
        os.close(controller)


def shown(controller: int) -> str:
    """Everything that was written so far, without escape sequences."""
    data = b""
    with suppress(BlockingIOError):
        while chunk := os.read(controller, 65536):
            data += chunk
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", data.decode())

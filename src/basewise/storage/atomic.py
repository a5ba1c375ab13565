"""Replacing a file in one step: a reader sees the old bytes or the new, and a full disk leaves the old."""

from __future__ import annotations

import secrets
import stat
from pathlib import Path


def replace(path: Path, data: bytes) -> None:
    """Gives `path` the content `data`; an existing file keeps its mode, a new one gets that of the umask.

    Raises:
        OSError: it could not be written; what was there is unchanged.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        with beside.open("xb") as stream:
            if path.exists():
                beside.chmod(stat.S_IMODE(path.stat().st_mode))
            stream.write(data)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise

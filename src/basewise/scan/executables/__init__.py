"""What programs say of themselves, one way per file; adding one adds a line here."""

from __future__ import annotations

from basewise.scan.interface import Executable

EXECUTABLES: tuple[Executable, ...] = ()

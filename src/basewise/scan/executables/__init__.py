"""What programs say of themselves, one way per file; adding one adds a line here."""

from __future__ import annotations

from basewise.scan.executables.go import GoPrograms
from basewise.scan.executables.programs import Programs
from basewise.scan.executables.rust import RustPrograms
from basewise.scan.interface import Executable

EXECUTABLES: tuple[Executable, ...] = (GoPrograms(), RustPrograms(), Programs())

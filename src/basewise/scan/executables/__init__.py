"""What programs say of themselves, one way per file; adding one adds a line here."""

from __future__ import annotations

from basewise.scan.executables.cut import CutPrograms
from basewise.scan.executables.go import GoPrograms
from basewise.scan.executables.programs import Programs
from basewise.scan.executables.rust import RustPrograms
from basewise.scan.interface import Executable

EXECUTABLES: tuple[Executable, ...] = (CutPrograms(), GoPrograms(), RustPrograms(), Programs())
"""Of several that say why a program could not be read in full, the last is heard."""

"""Files that record packages of language ecosystems, one kind per file; adding one adds a line here."""

from __future__ import annotations

from basewise.scan.interface import PackageFile

PACKAGE_FILES: tuple[PackageFile, ...] = ()

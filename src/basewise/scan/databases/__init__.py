"""Formats of package databases, one file each; adding one adds a line here."""

from __future__ import annotations

from basewise.model.contents import PackageType
from basewise.scan.databases.apk import Apk
from basewise.scan.databases.chisel import Chisel
from basewise.scan.databases.dpkg import Dpkg
from basewise.scan.databases.rpm.database import Rpm
from basewise.scan.interface import PackageDatabase

DATABASES: dict[str, PackageDatabase] = {"dpkg": Dpkg(), "chisel": Chisel(), "apk": Apk(), "rpm": Rpm()}
"""By the program that writes it: packages of one type may be recorded by several."""
SYSTEM_TYPES: frozenset[PackageType] = frozenset(database.type for database in DATABASES.values())
"""Types of the packages that they record; all other types are libraries and programs."""

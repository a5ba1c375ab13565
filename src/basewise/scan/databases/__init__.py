"""Formats of package databases, one file each; adding one adds a line here."""

from __future__ import annotations

from basewise.model.contents import PackageType
from basewise.scan.databases.apk import Apk
from basewise.scan.databases.dpkg import Dpkg
from basewise.scan.interface import PackageDatabase

DATABASES: dict[PackageType, PackageDatabase] = {"deb": Dpkg(), "apk": Apk()}

"""Programs of packages whose files no list names: an image of dpkg's status.d alone. Pure.

Without the lists nobody can tell from its path whose a program is. It belongs to the package that is named after it and
has its version; otherwise it would be reported a second time, by its upstream version, and without the fixes that a
distribution puts into an old one.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from posixpath import commonprefix

import msgspec

from basewise.model.contents import Package

_EPOCH = re.compile(r"[0-9]+:")


def with_owners(packages: Iterable[Package], listed: Container[str]) -> list[Package]:
    """`packages`, of which the programs that belong to a package without a list of files say so.

    Args:
        listed: names of the packages whose files are listed.
    """
    packages = list(packages)
    unlisted = [package for package in packages if package.type == "deb" and package.name not in listed]
    return [_owned(package, unlisted) for package in packages]


def _owned(package: Package, unlisted: Iterable[Package]) -> Package:
    if package.type != "generic" or package.owned_by:
        return package
    owners = [
        other.name
        for other in unlisted
        if package.name in f"{other.name} {other.source}" and is_upstream_of(package.version, other.version)
    ]
    if not owners:
        return package
    file = package.path.rpartition("/")[2]
    nearest = max(owners, key=lambda name: len(commonprefix([name, file])))  # `python3.13` rather than `python3`
    return msgspec.structs.replace(package, owned_by=nearest)


def is_upstream_of(version: str, debian: str) -> bool:
    """True when a version of Debian is of that upstream version: the same up to epoch, revision and `+dfsg`.

    `4.18-1` is of 4.18 but not of 4.1 (deb-version(7)).
    """
    upstream = _EPOCH.sub("", debian, count=1)
    return re.match(re.escape(version) + r"(?![0-9A-Za-z.])", upstream) is not None

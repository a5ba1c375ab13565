"""Programs and libraries of packages whose files no list names: of dpkg's status.d alone, or without dpkg's info.

Without the lists nobody can tell from its path alone whose a file is. It belongs to the package that is named after it
and has its version; otherwise it would be reported a second time, by its upstream version, and without the fixes that a
distribution puts into an old one. What nobody claims although it lies where only the distribution installs is doubtful,
and the image says so. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from posixpath import commonprefix

import msgspec

from basewise.model.contents import Package, PackageType
from basewise.model.evidence import OK, Status

_EPOCH = re.compile(r"[0-9]+:")
_SYSTEM_PLACES = ("usr/", "bin/", "sbin/", "lib/")
_OWN_PLACES = ("usr/local/", "usr/src/")
"""Where nothing of the distribution lies (Filesystem Hierarchy Standard 3.0, sections 4.9 and 4.12)."""
_NAMES: dict[PackageType, tuple[str, ...]] = {
    "pypi": ("python3-{}", "python-{}", "{}"),
    "npm": ("node-{}", "{}"),
    "gem": ("ruby-{}", "{}"),
    "composer": ("php-{}", "{}"),
    "maven": ("lib{}-java", "{}"),
}
"""What Debian calls the package of a library (Debian Python Policy 3.3, Debian Policy for Java 2.4, and the like)."""


def with_owners(packages: Iterable[Package], listed: Container[str]) -> list[Package]:
    """`packages`, of which those that belong to a package without a list of files say so.

    Args:
        listed: names of the packages whose files are listed.
    """
    packages = list(packages)
    unlisted = _unlisted(packages, listed)
    return [_owned(package, unlisted) for package in packages] if unlisted else packages


def doubt(packages: Iterable[Package], listed: Container[str]) -> Status:
    """`partial` where libraries or programs may belong to packages whose files are not listed, and yet count.

    Args:
        packages: as `with_owners` gave them.
    """
    packages = list(packages)
    unlisted = _unlisted(packages, listed)
    doubtful = [package for package in packages if _is_nobodys(package) and _is_of_system(package.path)]
    if not unlisted or not doubtful:
        return OK
    return Status(
        "partial",
        f"the files of {len(unlisted)} packages ({unlisted[0].name}, …) are not listed, so {len(doubtful)} libraries "
        f"and programs ({doubtful[0].path}, …) may belong to them and be counted twice",
    )


def _unlisted(packages: Iterable[Package], listed: Container[str]) -> list[Package]:
    return [package for package in packages if package.type == "deb" and package.name not in listed]


def _is_nobodys(package: Package) -> bool:
    return bool(package.path) and not package.owned_by


def _is_of_system(path: str) -> bool:
    return path.startswith(_SYSTEM_PLACES) and not path.startswith(_OWN_PLACES)


def _owned(package: Package, unlisted: Iterable[Package]) -> Package:
    if not _is_nobodys(package):
        return package
    owners = [
        other.name
        for other in unlisted
        if _is_named_after(package, other) and is_upstream_of(package.version, other.version)
    ]
    if not owners:
        return package
    file = package.path.rpartition("/")[2]
    nearest = max(owners, key=lambda name: len(commonprefix([name, file])))  # `python3.13` rather than `python3`
    return msgspec.structs.replace(package, owned_by=nearest)


def _is_named_after(package: Package, other: Package) -> bool:
    """True when a package of Debian is called after a program, by a part of its name, or after a library in its way."""
    if package.type == "generic":
        return package.name in f"{other.name} {other.source}"
    if not _is_of_system(package.path):
        return False
    words = re.sub(r"[^a-z0-9.+]+", "-", package.name.lower()).strip("-")
    last = re.sub(r"[^a-z0-9.+]+", "-", re.split("[/:]", package.name.lower())[-1])
    names = {form.format(name) for form in _NAMES.get(package.type, ()) for name in (words, last)}
    return other.name in names or other.source in names


def is_upstream_of(version: str, debian: str) -> bool:
    """True when a version of Debian is of that upstream version: the same up to epoch, revision and `+dfsg`.

    `4.18-1` is of 4.18 but not of 4.1 (deb-version(7)).
    """
    upstream = _EPOCH.sub("", debian, count=1)
    return re.match(re.escape(version) + r"(?![0-9A-Za-z.])", upstream) is not None

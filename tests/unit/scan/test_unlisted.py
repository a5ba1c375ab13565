"""Where no list says whose a file is, a program belongs to the package that has its name and its version."""

import pytest

from basewise.model.contents import Package, PackageType
from basewise.scan.unlisted import is_upstream_of, with_owners


def package(kind: PackageType, name: str, version: str, *, source: str = "", path: str = "") -> Package:
    return Package(type=kind, name=name, version=version, source=source or name, source_version=version, path=path)


PYTHON = package("generic", "python", "3.13.5", path="usr/bin/python3.13")
SYSTEM = [
    package("deb", "python3", "3.13.5-1", source="python3-defaults"),
    package("deb", "python3.13-minimal", "3.13.5-2+deb13u2", source="python3.13"),
    package("deb", "libssl3t64", "1:3.5.9-1~deb13u2", source="openssl"),
]


def owners(*packages: Package, listed: frozenset[str] = frozenset()) -> list[str]:
    return [found.owned_by for found in with_owners(packages, listed) if found.type == "generic"]


def test_a_program_belongs_to_the_package_nearest_to_its_name() -> None:
    assert owners(*SYSTEM, PYTHON) == ["python3.13-minimal"]


def test_the_source_package_may_bear_the_name() -> None:
    assert owners(*SYSTEM, package("generic", "openssl", "3.5.9", path="usr/lib/libcrypto.so.3")) == ["libssl3t64"]


@pytest.mark.parametrize(
    "program",
    [
        package("generic", "python", "3.13.4", path="usr/local/bin/python3.13"),
        package("generic", "node", "3.13.5", path="usr/local/bin/node"),
    ],
)
def test_another_version_or_another_name_is_nobodys(program: Package) -> None:
    assert owners(*SYSTEM, program) == [""]


def test_where_files_are_listed_the_lists_decide() -> None:
    assert owners(*SYSTEM, PYTHON, listed=frozenset(entry.name for entry in SYSTEM)) == [""]


@pytest.mark.parametrize(
    ("version", "debian", "same"),
    [
        ("4.18", "4.18-1", True),
        ("4.18", "2:4.18+dfsg-1", True),
        ("4.18", "4.18~rc1-1", True),
        ("1.1.1w", "1.1.1w-0+deb11u5", True),
        ("4.1", "4.18-1", False),
        ("4.18", "4.18.2-1", False),
        ("1.1.1", "1.1.1w-0+deb11u5", False),
    ],
)
def test_a_version_of_debian_begins_with_that_of_upstream(version: str, debian: str, *, same: bool) -> None:
    assert is_upstream_of(version, debian) == same

"""Packages of language ecosystems: what OSV calls where they come from, and their package URLs."""

from __future__ import annotations

from functools import lru_cache

from packageurl import PackageURL

from basewise.catalogue.programs import names_without_advisories
from basewise.model.contents import PackageRecord, PackageType

_ECOSYSTEMS: dict[PackageType, str] = {
    "pypi": "PyPI",
    "npm": "npm",
    "golang": "Go",
    "maven": "Maven",
    "gem": "RubyGems",
    "cargo": "crates.io",
    "nuget": "NuGet",
    "composer": "Packagist",
    "generic": "Bitnami",
}
"""OSV schema, "affected[].package field", defined ecosystems. Programs without a record are matched by Bitnami's.

There is none for conda: nobody publishes advisories by its names."""


def ecosystem_of_library(package_type: PackageType, name: str) -> str:
    """OSV ecosystem of a package; '' for types that belong to a distribution, and where there are no advisories."""
    if package_type == "generic" and name in names_without_advisories():
        return ""
    return _ECOSYSTEMS.get(package_type, "")


def purl_of_library(record: PackageRecord) -> str:
    """Package URL (purl-spec): what stands before the last `/` of a name (`:` for Maven) is the namespace.

    Type `conda` of purl-spec has the build, the channel and the platform (`subdir`) as qualifiers.
    """
    qualifiers: tuple[tuple[str, str], ...] = ()
    if record.type == "conda":
        qualifiers = (("build", record.build), ("channel", record.channel), ("subdir", record.architecture))
    return _purl(record.type, record.name, record.version, qualifiers)


@lru_cache(maxsize=65536)
def _purl(package_type: PackageType, name: str, version: str, qualifiers: tuple[tuple[str, str], ...]) -> str:
    namespace, _, last = name.rpartition(":" if package_type == "maven" else "/")
    present = {key: value for key, value in qualifiers if value}
    return PackageURL(package_type, namespace or None, last, version, present).to_string()

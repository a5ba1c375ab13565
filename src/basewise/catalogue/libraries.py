"""Packages of language ecosystems: what OSV calls where they come from, and their package URLs."""

from __future__ import annotations

from functools import lru_cache

from packageurl import PackageURL

from basewise.catalogue.programs import names_without_advisories
from basewise.model.contents import PackageType

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
"""OSV schema, "affected[].package field", defined ecosystems. Programs without a record are matched by Bitnami's."""


def ecosystem_of_library(package_type: PackageType, name: str) -> str:
    """OSV ecosystem of a package; '' for types that belong to a distribution and programs without any advisories."""
    if package_type == "generic" and name in names_without_advisories():
        return ""
    return _ECOSYSTEMS.get(package_type, "")


@lru_cache(maxsize=65536)
def purl_of_library(package_type: PackageType, name: str, version: str) -> str:
    """Package URL (purl-spec): what stands before the last `/` of a name (`:` for Maven) is the namespace."""
    namespace, _, last = name.rpartition(":" if package_type == "maven" else "/")
    return PackageURL(package_type, namespace or None, last, version).to_string()

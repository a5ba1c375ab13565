"""Distributions: what os-release means to OSV and in a purl. Facts with sources: `distributions.yaml`."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from packageurl import PackageURL

from basewise.catalogue.loader import digest, load
from basewise.model.contents import Distribution, OsRelease


def catalogue_version() -> str:
    """Identifies the facts by which contents were told, see `ImageContents.catalogue`."""
    return digest("distributions")


def distribution_of(release: OsRelease) -> Distribution:
    """The distribution that an os-release names; without an OSV ecosystem, `reason` says why it has none."""
    entry = _entries().get(release.id)
    ecosystem, reason = _ecosystem(entry, release)
    return Distribution(
        id=release.id,
        version=release.version_id or release.version_codename,
        pretty_name=release.pretty_name,
        ecosystem=ecosystem,
        reason=reason,
    )


def ecosystem_for(distribution: Distribution, package_type: str) -> str:
    """OSV ecosystem of the packages of one type in that distribution; '' for packages that are foreign to it."""
    entry = _entries().get(distribution.id)
    return distribution.ecosystem if entry and _packages(entry, distribution) == package_type else ""


@lru_cache(maxsize=65536)  # a fleet holds the same packages again and again, and building one takes 20 microseconds
def purl_of(package_type: str, name: str, version: str, architecture: str, distribution: Distribution) -> str:
    """Package URL (purl-spec, types deb, apk and rpm): namespace by the distribution, qualifiers `arch` and `distro`.

    The epoch of an rpm is a qualifier too, as its type definition asks; that of a deb is part of its version.

    A distribution that is not in the catalogue gives its own id as the namespace, as the specification asks;
    packages of a kind that is foreign to the distribution get '', because nobody can tell whose they are.
    """
    entry = _entries().get(distribution.id)
    if entry and _packages(entry, distribution) != package_type:
        return ""
    namespace = entry["namespace"] if entry else distribution.id
    distro = f"{distribution.id}-{distribution.version}" if distribution.version else distribution.id
    qualifiers = {"arch": architecture, "distro": distro}
    if package_type == "rpm":
        qualifiers["epoch"], _, version = version.rpartition(":")
    return PackageURL(package_type, namespace, name, version, {k: v for k, v in qualifiers.items() if v}).to_string()


@cache
def _entries() -> dict[str, dict[str, Any]]:
    return {entry["id"]: entry for entry in load("distributions")["distributions"]}


def _packages(entry: dict[str, Any], distribution: Distribution) -> str:
    """The type of a distribution's own packages; of one with two lineages, by the ecosystem it was found to have."""
    for rule in entry["ecosystems"]:
        if "packages" in rule and distribution.ecosystem.startswith(rule["ecosystem"].partition("{")[0]):
            return str(rule["packages"])
    return str(entry["packages"])


def _ecosystem(entry: dict[str, Any] | None, release: OsRelease) -> tuple[str, str]:
    if entry is None:
        return (
            "",
            f"'{release.id}' is no distribution that we know advisories for" if release.id else "os-release has no ID",
        )
    for rule in entry["ecosystems"]:
        match = re.fullmatch(rule.get("version", ".*"), release.version_id)
        if match and rule.get("like", "") in ("", *release.id_like.split()):
            return rule["ecosystem"].format(**match.groupdict()), ""
    return "", entry["unmatched"]

"""Version schemes by ecosystem. One line per ecosystem; one that is not here is not assessed."""

from __future__ import annotations

from basewise.advisories.versions.apk import ApkScheme
from basewise.advisories.versions.bitnami import BitnamiScheme
from basewise.advisories.versions.composer import ComposerScheme
from basewise.advisories.versions.dpkg import DpkgScheme
from basewise.advisories.versions.gem import GemScheme
from basewise.advisories.versions.interface import InvalidVersion, VersionScheme
from basewise.advisories.versions.maven import MavenScheme
from basewise.advisories.versions.nuget import NugetScheme
from basewise.advisories.versions.pep440 import Pep440Scheme
from basewise.advisories.versions.rpm import RpmScheme
from basewise.advisories.versions.semver import SemverScheme

__all__ = ["InvalidVersion", "VersionScheme", "scheme_for"]

_APK, _DPKG, _RPM, _SEMVER = ApkScheme(), DpkgScheme(), RpmScheme(), SemverScheme()
_SCHEMES: dict[str, VersionScheme] = {
    "AlmaLinux": _RPM,
    "Alpaquita": _APK,
    "Alpine": _APK,
    "Azure Linux": _RPM,
    "BellSoft Hardened Containers": _APK,
    "Bitnami": BitnamiScheme(),
    "Chainguard": _APK,
    "Debian": _DPKG,
    "Docker Hardened Images:Alpine": _APK,
    "Docker Hardened Images:Debian": _DPKG,
    "Go": _SEMVER,
    "Maven": MavenScheme(),
    "MinimOS": _APK,
    "NuGet": NugetScheme(),
    "Packagist": ComposerScheme(),
    "PyPI": Pep440Scheme(),
    "Red Hat": _RPM,
    "Rocky Linux": _RPM,
    "RubyGems": GemScheme(),
    "SUSE": _RPM,
    "Ubuntu": _DPKG,
    "Wolfi": _APK,
    "crates.io": _SEMVER,
    "npm": _SEMVER,
    "openSUSE": _RPM,
}


def scheme_for(ecosystem: str) -> VersionScheme | None:
    """The scheme of an OSV ecosystem, with or without release (`Debian:11`); None when versions cannot be ordered.

    One with two families of packages is told apart by the name after its own (`Docker Hardened Images:Alpine:3.22`).
    """
    name, _, release = ecosystem.partition(":")
    return _SCHEMES.get(name) or _SCHEMES.get(f"{name}:{release.partition(':')[0]}")

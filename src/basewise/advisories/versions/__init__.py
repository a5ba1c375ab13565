"""Version schemes by ecosystem. One line per ecosystem; one that is not here is not assessed."""

from __future__ import annotations

from basewise.advisories.versions.apk import ApkScheme
from basewise.advisories.versions.dpkg import DpkgScheme
from basewise.advisories.versions.interface import InvalidVersion, VersionScheme

__all__ = ["InvalidVersion", "VersionScheme", "scheme_for"]

_DPKG, _APK = DpkgScheme(), ApkScheme()
_SCHEMES: dict[str, VersionScheme] = {
    "Alpaquita": _APK,
    "Alpine": _APK,
    "BellSoft Hardened Containers": _APK,
    "Chainguard": _APK,
    "Debian": _DPKG,
    "MinimOS": _APK,
    "Ubuntu": _DPKG,
    "Wolfi": _APK,
}


def scheme_for(ecosystem: str) -> VersionScheme | None:
    """The scheme of an OSV ecosystem, with or without release (`Debian:11`); None when versions cannot be ordered."""
    return _SCHEMES.get(ecosystem.partition(":")[0])

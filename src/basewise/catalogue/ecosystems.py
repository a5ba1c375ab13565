"""Under which ecosystem and name advisories speak of an installed package. Facts with sources: `ecosystems.yaml`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

import msgspec

from basewise.catalogue.loader import load
from basewise.model.advisory import PackageVersion
from basewise.model.contents import Package

_SEPARATORS = re.compile(r"[-_.]+")
_FOLDED = frozenset({"NuGet", "Packagist"})
_LTS = re.compile(r"Ubuntu:([0-9.]+:LTS)")
_BUILT_FOR_PRO = re.compile(r"[+~.]esm[0-9]")


class _Naming(msgspec.Struct, frozen=True):
    """How the advisories of one ecosystem name packages; worked out once, as questions are asked by the million."""

    binary: bool
    fold: Callable[[str], str] | None
    pro: str
    """The stream of Ubuntu Pro; empty elsewhere."""


def question(package: Package) -> PackageVersion:
    """What to ask an advisory database about an installed package.

    Debian, Alpine and most others file advisories under source packages, some under binary ones. The ecosystem is the
    package's own, except for builds of Ubuntu Pro, of which Pro's stream knows best.
    """
    ecosystem, naming = package.ecosystem, _naming(package.ecosystem)
    name, version = package.source, package.source_version
    if naming.binary:
        name, version = package.name, package.version
    if naming.fold:
        name = naming.fold(name)
    if naming.pro and _BUILT_FOR_PRO.search(version):
        ecosystem = naming.pro
    if not package.module:
        return PackageVersion(ecosystem, name, version)
    return PackageVersion(ecosystem, name, version, ":".join(package.module.split(":")[:2]))


def name_in(ecosystem: str, name: str) -> str:
    """The name of a package as it is stored and looked up: one text for all spellings of the same name.

    PyPI: PEP 503, "Normalized Names". NuGet and Packagist do not distinguish case; npm, Go, Maven, RubyGems and
    crates.io do, and OSV writes names as their registries do.
    """
    fold = _naming(ecosystem).fold
    return fold(name) if fold else name


@lru_cache(maxsize=1024)
def _naming(ecosystem: str) -> _Naming:
    base = ecosystem.partition(":")[0]
    binary = any(entry["ecosystem"] == base for entry in load("ecosystems")["binary_names"])
    fold = _normalised if base == "PyPI" else str.lower if base in _FOLDED else None
    release = _LTS.fullmatch(ecosystem)
    return _Naming(binary=binary, fold=fold, pro=f"Ubuntu:Pro:{release[1]}" if release else "")


def _normalised(name: str) -> str:
    return _SEPARATORS.sub("-", name).lower()


def streams(ecosystem: str, known: Iterable[str]) -> list[str]:
    """The ecosystems among `known` that speak of the packages of `ecosystem`, which comes first and always."""
    pattern = _also(ecosystem)
    if pattern is None:
        return [ecosystem]
    return [ecosystem, *sorted(other for other in known if other != ecosystem and pattern.fullmatch(other))]


@lru_cache(maxsize=1024)
def _also(ecosystem: str) -> re.Pattern[str] | None:
    for rule in load("ecosystems")["streams"]:
        match = re.fullmatch(rule["of"], ecosystem)
        if match:
            groups = {name: re.escape(text) for name, text in match.groupdict().items()}
            return re.compile(rule["also"].format(**groups))
    return None

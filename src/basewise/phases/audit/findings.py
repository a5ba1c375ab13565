"""Findings of each stack of layers, and whether the base or the image's own layers brought them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from basewise.catalogue.ecosystems import question
from basewise.model.advisory import DatedFact, Match, PackageVersion
from basewise.model.contents import ImageContents, Package
from basewise.model.facts import Facts
from basewise.model.inventory import BaseOccurrence, Finding, FindingDates, OwnOccurrence

KEV_SOURCE = "CISA KEV"
Key = tuple[str, PackageVersion]
MatchesByPackage = Mapping[PackageVersion, list[Match]]
_Asked = tuple[PackageVersion, PackageVersion, bool]
"""A source package, what the database was asked about it, and whether the base brought it.

A package of the system is there once, so what the base brought is the base's; a library may be there twice.
"""


class Occurrence(msgspec.Struct, frozen=True):
    """One vulnerability of one source package version in one stack of layers."""

    match: Match
    source: PackageVersion
    """The source package, whatever name the advisories use: what is counted and scored."""
    layer: str
    """Blob digest of the layer that brought it; the base's layer when both brought the same version."""
    purls: tuple[str, ...]
    in_base: bool

    @property
    def key(self) -> Key:
        return (self.match.vulnerability, self.source)


def occurrences(
    contents: ImageContents, is_of_base: Callable[[Package], bool], matches: MatchesByPackage
) -> list[Occurrence]:
    """Everything open in one stack.

    Args:
        is_of_base: tells the packages that the base brought; all others are the image's own.
    """
    layers: dict[_Asked, str] = {}
    purls: dict[_Asked, list[str]] = {}
    alone: set[_Asked] = set()
    for package in contents.counted:
        asked = question(package)
        if asked not in matches:
            continue
        source = PackageVersion(package.ecosystem, package.source, package.source_version)
        at = (source, asked, is_of_base(package))
        purls.setdefault(at, []).append(package.purl)
        layers.setdefault(at, package.layer)
        if not package.path:
            alone.add(at)
    found: dict[tuple[Key, bool], Occurrence] = {}
    for at, layer in layers.items():
        source, asked, in_base = at
        if not in_base and at in alone and (source, asked, True) in layers:
            continue
        for match in matches[asked]:
            new = Occurrence(match, source, layer, tuple(sorted(purls[at])), in_base)
            before = found.get((new.key, in_base))
            found[new.key, in_base] = new if before is None else _joined(before, new)
    return list(found.values())


def _joined(one: Occurrence, other: Occurrence) -> Occurrence:
    """The same vulnerability in two packages of one source, which advisories name apart."""
    return msgspec.structs.replace(one, purls=tuple(sorted({*one.purls, *other.purls})))


class FindingBook:
    """Collects occurrences into findings: one per vulnerability and package version, wherever it occurs."""

    def __init__(self) -> None:
        self._matches: dict[Key, Match] = {}
        self._purls: dict[Key, set[str]] = {}
        self._bases: dict[Key, dict[tuple[str, str], tuple[str, list[str]]]] = {}
        self._own: dict[Key, list[OwnOccurrence]] = {}

    def add_base(self, base: str, digest: str, found: Iterable[Occurrence]) -> None:
        """What a base brings by itself, whoever stands on it."""
        for occurrence in found:
            self._remember(occurrence)
            self._bases.setdefault(occurrence.key, {}).setdefault((base, digest), (occurrence.layer, []))

    def add_image(self, image: str, base: str, digest: str, found: Iterable[Occurrence]) -> None:
        """What an image carries, from its base or of its own."""
        for occurrence in found:
            self._remember(occurrence)
            if occurrence.in_base:
                by_base = self._bases.setdefault(occurrence.key, {})
                by_base.setdefault((base, digest), (occurrence.layer, []))[1].append(image)
            else:
                self._own.setdefault(occurrence.key, []).append(OwnOccurrence(image, occurrence.layer))

    def findings(self) -> list[Finding]:
        """All findings, by package and vulnerability."""
        return [self._finding(key) for key in sorted(self._matches, key=lambda key: (key[1], key[0]))]

    def _remember(self, occurrence: Occurrence) -> None:
        self._matches[occurrence.key] = occurrence.match
        self._purls.setdefault(occurrence.key, set()).update(occurrence.purls)

    def _finding(self, key: Key) -> Finding:
        match, (_, source) = self._matches[key], key
        return Finding(
            vulnerability=match.vulnerability,
            ecosystem=source.ecosystem,
            source_package=source.name,
            source_version=source.version,
            aliases=match.aliases,
            severity=match.severity,
            cvss=match.cvss,
            purls=sorted(self._purls[key]),
            fixed_in=match.fixed_in,
            dates=FindingDates(
                published=match.published,
                fix_available=match.fix_available,
                kev_added=DatedFact(match.kev.added, KEV_SOURCE) if match.kev else None,
                kev_due=DatedFact(match.kev.due, KEV_SOURCE) if match.kev else None,
            ),
            kev=match.kev,
            epss=match.epss,
            sources=match.records,
            bases=[
                BaseOccurrence(base, digest, layer, sorted(images))
                for (base, digest), (layer, images) in sorted(self._bases.get(key, {}).items())
            ],
            own=sorted(self._own.get(key, []), key=lambda own: (own.image, own.layer)),
        )


class Occurrences(msgspec.Struct, frozen=True):
    """All occurrences of a run, computed once."""

    images: dict[str, list[Occurrence]]
    """By manifest digest, told apart by the base that was identified for the image."""
    bases: dict[str, list[Occurrence]]
    """By key of `Facts.contents`: what the stack brings by itself, whoever stands on it."""


def all_occurrences(facts: Facts) -> Occurrences:
    """Applies every match to every stack of layers."""
    matches = facts.matches.by_package()
    return Occurrences(
        images={digest: _of_image(digest, facts, matches) for digest in facts.identified},
        bases={key: _of_stack(contents, matches) for key, contents in facts.contents.items()},
    )


def _of_image(digest: str, facts: Facts, matches: MatchesByPackage) -> list[Occurrence]:
    base = facts.identified[digest].base
    layers = frozenset(layer.digest for layer in facts.images[digest].layers[: base.layer_count])
    return occurrences(facts.contents[digest], lambda package: package.layer in layers, matches)


def _of_stack(contents: ImageContents, matches: MatchesByPackage) -> list[Occurrence]:
    return occurrences(contents, lambda _: True, matches)

"""Which objects a patch of a kustomization is meant for.

Follows the kustomize reference, "patches": fields of a target are regular expressions that must fit as a whole. Only
alternatives of literal text with `.*` in it are read, which are nearly all there are and need no backtracking; the rest
is said not to be applied.
"""

from __future__ import annotations

import re

import msgspec

from basewise.discover.api_kinds import group_of
from basewise.discover.nodes import Mapping, Node
from basewise.discover.reading import child, text

_SIMPLE = re.compile(r"[\w./|*-]*")
_LONGEST, _WILDCARDS = 1000, 10
"""Characters, and `.*`, of a pattern that is read."""
_ANCHORS = re.compile(r"\^|\$")


class Identity(msgspec.Struct, frozen=True):
    """What an object is called."""

    group: str
    version: str
    kind: str
    namespace: str
    name: str


def identity_of(node: Node) -> Identity:
    """What an object calls itself."""
    version, metadata = text(child(node, "apiVersion")), child(node, "metadata")
    return Identity(
        group_of(version),
        version.rpartition("/")[2],
        text(child(node, "kind")),
        text(child(metadata, "namespace")),
        text(child(metadata, "name")),
    )


class Target(msgspec.Struct, frozen=True):
    """What a patch is meant for; empty fields fit everything."""

    group: str = ""
    version: str = ""
    kind: str = ""
    namespace: str = ""
    name: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    annotations: tuple[tuple[str, str], ...] = ()

    def fits(self, identity: Identity) -> bool:
        """True when the target selects an object of this identity, its labels apart."""
        return all(
            _fits(pattern, written)
            for pattern, written in [
                (self.group, identity.group),
                (self.version, identity.version),
                (self.kind, identity.kind),
                (self.namespace, identity.namespace),
                (self.name, identity.name),
            ]
        )

    def selects(self, node: Mapping) -> bool:
        """True when the object has the labels and annotations that the target asks for."""
        metadata = child(node, "metadata")
        return all(
            text(child(metadata, kind, key)) == value
            for kind, pairs in (("labels", self.labels), ("annotations", self.annotations))
            for key, value in pairs
        )


def read_target(node: Node | None) -> Target | None:
    """The target as it is written; None when it selects in a way that is not read."""
    fields = {
        name: _ANCHORS.sub("", text(child(node, name))) for name in ("group", "version", "kind", "namespace", "name")
    }
    labels = _pairs(text(child(node, "labelSelector")))
    annotations = _pairs(text(child(node, "annotationSelector")))
    if labels is None or annotations is None or not all(_is_simple(pattern) for pattern in fields.values()):
        return None
    return Target(**fields, labels=labels, annotations=annotations)


def _pairs(selector: str) -> tuple[tuple[str, str], ...] | None:
    """The requirements of a selector that only asks for equality."""
    pairs: list[tuple[str, str]] = []
    for part in selector.split(",") if selector.strip() else []:
        key, equals, value = part.replace("==", "=").partition("=")
        if not equals or "!" in key or "=" in value:
            return None
        pairs.append((key.strip(), value.strip()))
    return tuple(pairs)


def _is_simple(pattern: str) -> bool:
    """True for literal text, `.*` and alternatives. A dot alone is read as the dot that it nearly always is."""
    if len(pattern) > _LONGEST or pattern.count("*") > _WILDCARDS:
        return False
    return _SIMPLE.fullmatch(pattern) is not None and "*" not in pattern.replace(".*", "")


def _fits(pattern: str, written: str) -> bool:
    return not pattern or any(_fits_one(one, written) for one in pattern.split("|"))


def _fits_one(pattern: str, written: str) -> bool:
    first, *rest = pattern.split(".*")
    if not rest:
        return pattern == written
    *middle, last = rest
    if not written.startswith(first) or len(written) < len(first) + len(last) or not written.endswith(last):
        return False
    at, end = len(first), len(written) - len(last)
    for part in middle:
        at = written.find(part, at, end)
        if at < 0:
            return False
        at += len(part)
    return True

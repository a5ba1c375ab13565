"""The `images:` of a kustomization: other names, tags and digests for images that resources name.

Follows the kustomize reference, "images" (https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/):
a name fits the text of an image without its tag and digest, as it is written, not as it is resolved.
"""

from __future__ import annotations

import re

import msgspec

from basewise.discover.images import PlacedScalar
from basewise.discover.nodes import Node, Scalar
from basewise.discover.reading import child, items, text
from basewise.discover.references import read_reference
from basewise.model.workload import Usage

_REST = re.compile(r"(?::[\w.{}-]*)?(?:@sha256:[\w.{}-]*)?", re.ASCII)
"""What may follow the name of an entry in the text of an image that it fits: a tag, and a digest."""
_UNAPPLIED = 0.7
"""Confidence that an entry stands for an image that runs, where the resources that name it were not all read."""


class ImageEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry."""

    name: str
    new_name: str = ""
    new_tag: str = ""
    tag_suffix: str = ""
    digest: str = ""
    line: int
    """Where the version is named, else the new name."""


def image_entries(node: Node | None) -> list[ImageEntry]:
    """The entries of an `images:` list that change something."""
    found: list[ImageEntry] = []
    for item in items(node):
        written = {key: child(item, key) for key in ("digest", "newTag", "tagSuffix", "newName")}
        said = [value for value in written.values() if value is not None and text(value)]
        if text(child(item, "name")) and said:
            entry = ImageEntry(
                name=text(child(item, "name")),
                new_name=text(written["newName"]),
                new_tag=text(written["newTag"]),
                tag_suffix=text(written["tagSuffix"]),
                digest=text(written["digest"]),
                line=said[0].line,
            )
            found.append(entry)
    return found


def changed(image: Scalar, entry: ImageEntry, file: str) -> Scalar:
    """The image as an entry of the kustomization `file` changes it; itself where the entry does not fit."""
    if not image.value.startswith(entry.name) or not _REST.fullmatch(image.value, len(entry.name)):
        return image
    name, tag, digest = _split(image.value)
    if entry.new_tag or entry.digest:
        tag = f":{entry.new_tag}" if entry.new_tag else ""
        digest = f"@{entry.digest}" if entry.digest else ""
    elif entry.tag_suffix:
        tag += entry.tag_suffix
    value = (entry.new_name or name) + tag + digest
    return PlacedScalar(value, entry.line, plain=False, file=file, kind="kustomize")


def usage_of(entry: ImageEntry, file: str) -> Usage:
    """What an entry names where no resource that was read has its image."""
    image = changed(Scalar(entry.name, entry.line), entry, file)
    reference, status = read_reference(image.value)
    return Usage(
        reference=reference, kind="kustomize", file=file, line=entry.line, confidence=_UNAPPLIED, status=status
    )


def _split(image: str) -> tuple[str, str, str]:
    """Name, tag with its colon, digest with its @."""
    name, at, digest = image.partition("@")
    head, colon, tag = name.rpartition(":")
    if colon and "/" not in tag:
        return head, f":{tag}", at + digest
    return name, "", at + digest

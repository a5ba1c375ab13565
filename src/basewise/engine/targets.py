"""Targets of the command line: a directory to search, or one image by the ecosystem's transports.

Transports are those of containers/image (`containers-transports(5)`): `docker://REF` and `oci:DIR[:TAG]`; a bare name
that is no directory is a reference. A tag of a layout that is no full name is called `localhost/TAG`, as Podman calls
images that came from no registry.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from basewise.model.errors import InvalidReference, UsageError
from basewise.model.image import Descriptor
from basewise.model.limits import Limits
from basewise.model.reference import Reference
from basewise.oci.layout import LayoutSource

LOCAL = "localhost"
_FILE_ENDINGS = (".yaml", ".yml", ".json", "dockerfile", "containerfile")
"""A text that ends so was meant as a file, and is never looked up in a registry."""


class DirectoryTarget(msgspec.Struct, frozen=True):
    """Files to search for references."""

    path: Path


class ImageTarget(msgspec.Struct, frozen=True):
    """One image that was asked for by name."""

    reference: Reference
    layout: Path | None = None
    """The layout that it is in, for `oci:`."""


def parse_target(text: str, limits: Limits) -> list[DirectoryTarget | ImageTarget]:
    """Reads one TARGET; `oci:DIR` without a tag is every tag of the layout.

    Raises:
        UsageError: the text is neither a directory, a file, nor an image.
    """
    if text.startswith("docker://"):
        return [ImageTarget(_reference(text.removeprefix("docker://")))]
    if text.startswith("oci:"):
        return list(_of_layout(text.removeprefix("oci:"), limits))
    path = Path(text)
    if path.exists():
        return [DirectoryTarget(path)]
    if text.startswith((".", "/", "~")) or text.endswith("/") or path.name.lower().endswith(_FILE_ENDINGS):
        raise UsageError(f"there is no directory or file {text}")
    for transport in (
        "oci-archive:",
        "docker-archive:",
        "k8s://",
        "registry://",
        "containers-storage:",
        "docker-daemon:",
    ):
        if text.startswith(transport):
            raise UsageError(
                f"the transport {transport} is not supported yet",
                remedy="Copy the image into a layout first, for example with skopeo copy, and name it oci:DIR:TAG.",
            )
    return [ImageTarget(_reference(text))]


def tags_of(layout: LayoutSource) -> list[tuple[Reference, Descriptor]]:
    """What the tags of a layout are called, and what they point to; tags that can be no name are left out."""
    found = []
    for tag, descriptor in layout.tags():
        try:
            found.append((name_of_tag(tag), descriptor))
        except InvalidReference:
            continue
    return found


def name_of_tag(tag: str) -> Reference:
    """A layout's tag as a reference.

    Raises:
        InvalidReference: it can be none.
    """
    head, slash, _ = tag.partition("/")
    full = slash and ("." in head or ":" in head or head == LOCAL)
    return Reference.parse(tag if full else f"{LOCAL}/{tag}")


def _of_layout(text: str, limits: Limits) -> list[ImageTarget]:
    directory, colon, tag = text.partition(":")
    path = Path(directory)
    layout = LayoutSource(path, limits)
    if not colon:
        return [ImageTarget(reference, path) for reference, _ in tags_of(layout)]
    if tag not in {name for name, _ in layout.tags()}:
        known = ", ".join(sorted(name for name, _ in layout.tags())[:10]) or "none"
        raise UsageError(f"{path} has no tag '{tag}'", remedy=f"Its tags: {known}.")
    try:
        return [ImageTarget(name_of_tag(tag), path)]
    except InvalidReference as error:
        raise UsageError(error.message) from error


def _reference(text: str) -> Reference:
    try:
        return Reference.parse(text)
    except InvalidReference as error:
        raise UsageError(
            f"'{text}' is neither a directory, a file nor an image reference", remedy=error.remedy
        ) from error

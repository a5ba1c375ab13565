"""Targets of the command line: a directory to search, or images by the ecosystem's transports.

Transports are those of containers/image (`containers-transports(5)`): `docker://REF` and everything in `TRANSPORTS`; a
bare name that is no directory is a reference. An image without a name is called after where it lies, with its digest.
"""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import msgspec

from basewise.engine.local import LOCAL, LocalImages, name_of_tag
from basewise.model.errors import ImageError, InvalidReference, UsageError
from basewise.model.image import Descriptor
from basewise.model.redaction import without_login
from basewise.model.reference import Reference
from basewise.oci.interface import Listed
from basewise.oci.quoting import enumerated
from basewise.oci.transports import TRANSPORTS

_FILE_ENDINGS = (".yaml", ".yml", ".json", "dockerfile", "containerfile")
"""A text that ends so was meant as a file, and is never looked up in a registry."""
_PLANNED = ("k8s://", "registry://")
_FORMS = "A layout is named oci:DIR:TAG, an archive docker-archive:FILE or oci-archive:FILE."
_NO_NAME = re.compile(r"[^a-z0-9]+")
_STEM_CHARACTERS = 64


class DirectoryTarget(msgspec.Struct, frozen=True):
    """Files to search for references."""

    path: Path


class ImageTarget(msgspec.Struct, frozen=True):
    """One image that was asked for by name."""

    reference: Reference


class FailedTarget(msgspec.Struct, frozen=True):
    """Images that were asked for and cannot be had."""

    text: str
    """As it was written."""
    reason: str


Target = DirectoryTarget | ImageTarget | FailedTarget


def parse_target(text: str, local: LocalImages) -> list[Target]:
    """Reads one TARGET; a layout or archive without a tag is all of its images.

    Raises:
        UsageError: the text is neither a directory, a file, nor an image.
    """
    if text.startswith("docker://"):
        return [ImageTarget(_reference(text.removeprefix("docker://")))]
    name, colon, rest = text.partition(":")
    if colon and name in TRANSPORTS:
        return _of_transport(name, rest, local)
    path = Path(text)
    if _exists(text):
        return [DirectoryTarget(path)]
    if text.startswith((".", "/", "~")) or text.endswith("/") or path.name.lower().endswith(_FILE_ENDINGS):
        is_path = text.startswith((".", "/", "~")) and not text.startswith("//")
        raise UsageError(f"there is no directory or file {text if is_path else without_login(text)}")
    for transport in _PLANNED:
        if text.startswith(transport):
            raise UsageError(
                f"the transport {transport} is not supported yet",
                remedy="Copy the image into a layout first, for example with skopeo copy, and name it oci:DIR:TAG.",
            )
    return [ImageTarget(_reference(text))]


def parse_image(text: str, local: LocalImages) -> list[Target]:
    """Reads one TARGET that is a single image.

    Raises:
        UsageError: as `parse_target`, or it is files, or a layout or archive of several images; the remedy names them
            as they can be typed.
    """
    if _exists(text):
        raise UsageError(f"{text} is a file or directory, not an image", remedy=_FORMS)
    found = parse_target(text, local)
    if len(found) == 1:
        return found
    name, _, rest = text.partition(":")
    transport = TRANSPORTS[name]
    location, _ = transport.split(rest)
    source = local.at(name, location)
    choices = [shlex.quote(f"{name}:{transport.join(location, choice)}") for choice in source.choices()]
    raise UsageError(f"{source.name} holds {len(found)} images", remedy=f"Name one of them: {enumerated(choices)}.")


def _exists(text: str) -> bool:
    """True for what is a file or directory; a name that is too long for one is none."""
    return os.path.exists(text)  # noqa: PTH110 -- Path.exists raises, and an error of the system quotes the name


def _of_transport(transport: str, text: str, local: LocalImages) -> list[Target]:
    location, selected = TRANSPORTS[transport].split(text)
    written = f"{transport}:{TRANSPORTS[transport].shown(text)}"
    if not location:
        raise UsageError(f"{written} names nothing", remedy=f"Write {TRANSPORTS[transport].syntax}.")
    try:
        source = local.at(transport, location)
    except ImageError as error:
        return [FailedTarget(written, error.diagnostics())]
    if selected:
        return [_target(source.select(selected), selected, written, location, local)]
    if not source.listed:
        return [FailedTarget(written, f"{source.name} holds no image")]
    return [_target(listed, "", written, location, local) for listed in source.listed]


def _target(listed: Listed, selected: str, written: str, location: str, local: LocalImages) -> Target:
    if listed.descriptor is None:
        name = "" if selected else "".join(f":{name}" for name in listed.names[:1])
        return FailedTarget(written + name, listed.failure)
    for text in sorted(listed.names, key=lambda name: name != selected):
        try:
            return ImageTarget(local.reference_to(name_of_tag(text), listed.descriptor))
        except InvalidReference:
            continue
    return ImageTarget(_unnamed(location, listed.descriptor))


def _unnamed(location: str, descriptor: Descriptor) -> Reference:
    stem = _NO_NAME.sub("-", Path(location).name.partition(".")[0].lower())[:_STEM_CHARACTERS].strip("-")
    return Reference(LOCAL, stem or "image", None, descriptor.digest)


def _reference(text: str) -> Reference:
    try:
        return Reference.parse(text)
    except InvalidReference as error:
        raise UsageError(
            f"'{without_login(text)}' is neither a directory, a file nor an image reference", remedy=error.remedy
        ) from error

"""Images of the store that Podman, Buildah and CRI-O share: `containers-storage:[[DRIVER@]ROOT[+RUNROOT]]REF`.

What the store holds can only be read with its drivers, so one of the programs that have them writes a docker-archive.
Layers come out of a store as plain archives, so the manifest digest is the archive's, not the one that was pulled.
"""

from __future__ import annotations

import re

from basewise.model.errors import InvalidReference
from basewise.model.redaction import without_login
from basewise.model.reference import Reference
from basewise.oci.interface import Opening
from basewise.oci.programs import StoreTransport, first_present, image_argument, images_from, plain_argument
from basewise.oci.stored import StoredSource

_IMAGE_ID = re.compile(r"[0-9a-f]{12,64}")
_SPECIFIER = re.compile(r"\[[^\]]*\]")


class ContainersStorage(StoreTransport):
    """One image of a store."""

    syntax = "containers-storage:REF"

    def shown(self, text: str) -> str:
        store, image = _store_and_image(text)
        return store + without_login(image)

    def open(self, location: str, opening: Opening) -> StoredSource:
        plain_argument(location, "containers-storage")
        store, image = _store_and_image(location)
        image_argument(image, "containers-storage")
        target = "docker-archive:/dev/stdout" + _destination(image)
        programs = {
            "skopeo": ["copy", "--quiet", "--remove-signatures", f"containers-storage:{location}", target],
            "podman": ["save", "--quiet", "--format", "docker-archive", "--", image],
            "buildah": ["push", "--quiet", "--remove-signatures", "--", image, target],
        }
        if store:
            programs = {"skopeo": programs["skopeo"]}  # the others take the store from options of their own
        what = f"containers-storage:{location}"
        return images_from(first_present(programs, what, opening), what, opening)


def _store_and_image(text: str) -> tuple[str, str]:
    """`[DRIVER@ROOT+RUNROOT]`, or nothing, and what follows."""
    specifier = _SPECIFIER.match(text)
    store = specifier[0] if specifier else ""
    return store, text.removeprefix(store)


def _destination(image: str) -> str:
    """The name that the archive gives the image; none for an image that is named by its id."""
    if _IMAGE_ID.fullmatch(image):
        return ""
    try:
        reference = Reference.parse(image)
    except InvalidReference:
        return ""
    return "" if reference.digest else f":{reference.line}"

"""Images of Docker's own store: `docker-daemon:REF` or `docker-daemon:sha256:ID`, through `docker save`."""

from __future__ import annotations

from basewise.oci.interface import Opening
from basewise.oci.programs import StoreTransport, first_present, image_argument, images_from
from basewise.oci.stored import StoredSource


class DockerDaemon(StoreTransport):
    """One image of the daemon that the docker program speaks to."""

    syntax = "docker-daemon:REF"

    def open(self, location: str, opening: Opening) -> StoredSource:
        image = image_argument(location, "docker-daemon")
        what = f"docker-daemon:{image}"
        return images_from(first_present({"docker": ["save", "--", image]}, what, opening), what, opening)

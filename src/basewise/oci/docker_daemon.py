"""Images of Docker's own store: `docker-daemon:REF` or `docker-daemon:sha256:ID`, through `docker save`."""

from __future__ import annotations

from basewise.oci.interface import Opening
from basewise.oci.programs import first_present, images_from, plain_argument
from basewise.oci.stored import StoredSource, Transport


class DockerDaemon(Transport):
    """One image of the daemon that the docker program speaks to."""

    syntax = "docker-daemon:REF"

    def split(self, text: str) -> tuple[str, str]:
        return text, ""

    def open(self, location: str, opening: Opening) -> StoredSource:
        image = plain_argument(location, "docker-daemon")
        what = f"docker-daemon:{image}"
        return images_from(first_present({"docker": ["save", "--", image]}, what, opening), what, opening)

"""Every way to name images that lie here, by the name before the colon (containers-transports(5))."""

from __future__ import annotations

from basewise.oci.containers_storage import ContainersStorage
from basewise.oci.docker_daemon import DockerDaemon
from basewise.oci.files import DockerArchive, OciArchive, OciLayout
from basewise.oci.stored import Transport

TRANSPORTS: dict[str, Transport] = {
    "oci": OciLayout(),
    "oci-archive": OciArchive(),
    "docker-archive": DockerArchive(),
    "containers-storage": ContainersStorage(),
    "docker-daemon": DockerDaemon(),
}

"""What a registry says when it is well, and time that passes only when somebody waits."""

from __future__ import annotations

import json
import os

from tests.integration.oci.faulty import Reply

from basewise.model.digest import sha256_of
from basewise.model.image import OCI_MANIFEST, Descriptor
from basewise.model.reference import Reference
from basewise.oci.interface import ImageSource
from basewise.oci.waits import Waits

MANIFEST = json.dumps({"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": {}, "layers": []}).encode()
DIGEST = sha256_of(MANIFEST)
HEADERS = {"content-type": OCI_MANIFEST, "docker-content-digest": DIGEST}
GOOD = Reply(headers=HEADERS, body=MANIFEST)
BLOB = os.urandom(300_000)
LAYER = Descriptor("application/vnd.oci.image.layer.v1.tar+gzip", sha256_of(BLOB), len(BLOB))
TAG_PATH, BLOB_PATH = "/v2/app/manifests/1", f"/v2/app/blobs/{LAYER.digest}"
START = 1_800_000_000.0


class Clock:
    """Time that passes only when somebody waits."""

    def __init__(self) -> None:
        self.now = START
        self.waits: list[float] = []

    @property
    def held(self) -> Waits:
        """For whoever is to wait by this clock."""
        return Waits(sleep=self.sleep, monotonic=lambda: self.now)

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


def pull(source: ImageSource, reference: Reference, descriptor: Descriptor = LAYER) -> bytes:
    with source.blob(reference, descriptor) as chunks:
        return b"".join(chunks)

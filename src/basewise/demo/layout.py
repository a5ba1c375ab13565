"""Builds OCI image layouts from described files: what the demo shows and the tests read.

The archives are made with the standard library's tarfile, so the reader in `archive/` is never tested against its own
writer. Everything is reproducible: same input, same digests.
"""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import zstandard

from basewise.model.digest import sha256_of
from basewise.model.image import (
    OCI_CONFIG,
    OCI_INDEX,
    OCI_MANIFEST,
    Compression,
    Descriptor,
    ImageConfig,
    Platform,
)

FIXED_MTIME = 1_700_000_000
_MEDIA_TYPE: dict[Compression, str] = {
    "none": "application/vnd.oci.image.layer.v1.tar",
    "gzip": "application/vnd.oci.image.layer.v1.tar+gzip",
    "zstd": "application/vnd.oci.image.layer.v1.tar+zstd",
}


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One member of a layer archive."""

    path: str
    data: bytes = b""
    mode: int = 0o644
    link: str = ""
    """Target of a symbolic link."""
    hard_link: str = ""
    """Target of a hard link."""
    directory: bool = False
    uid: int = 0
    gid: int = 0
    mtime: int = FIXED_MTIME


def whiteout(path: str) -> Entry:
    """Removes `path` of the layers below (OCI Layer specification, "Whiteouts")."""
    folder, _, name = path.rpartition("/")
    return Entry(path=f"{folder}/.wh.{name}" if folder else f".wh.{name}")


def opaque(folder: str) -> Entry:
    """Hides everything that layers below have in `folder`."""
    return Entry(path=f"{folder}/.wh..wh..opq" if folder else ".wh..wh..opq")


def archive(entries: Iterable[Entry], *, end_blocks: bool = True) -> bytes:
    """The tar archive of `entries`, in order; `end_blocks=False` leaves out the end-of-archive blocks, as umoci."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for entry in entries:
            info = tarfile.TarInfo(entry.path)
            info.mode, info.uid, info.gid, info.mtime = entry.mode, entry.uid, entry.gid, entry.mtime
            if entry.directory:
                info.type, info.mode = tarfile.DIRTYPE, entry.mode | 0o111
            elif entry.link:
                info.type, info.linkname = tarfile.SYMTYPE, entry.link
            elif entry.hard_link:
                info.type, info.linkname = tarfile.LNKTYPE, entry.hard_link
            info.size = len(entry.data)
            tar.addfile(info, io.BytesIO(entry.data))
        length = tar.offset
    return buffer.getvalue() if end_blocks else buffer.getvalue()[:length]


def compress(data: bytes, compression: Compression) -> bytes:
    """`data` as a layer blob of that compression."""
    if compression == "gzip":
        return gzip.compress(data, compresslevel=6, mtime=0)
    if compression == "zstd":
        return zstandard.ZstdCompressor().compress(data)
    return data


class BuiltLayer(msgspec.Struct, frozen=True):
    """A layer blob that was written."""

    descriptor: Descriptor
    diff_id: str


class LayoutBuilder:
    """Writes one OCI image layout (OCI Image Layout Specification 1.0)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._manifests: list[dict[str, Any]] = []
        (path / "blobs" / "sha256").mkdir(parents=True, exist_ok=True)
        (path / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
        self._write_index()

    def blob(self, data: bytes, media_type: str) -> Descriptor:
        """Writes a blob under its digest."""
        digest = sha256_of(data)
        (self.path / "blobs" / "sha256" / digest.removeprefix("sha256:")).write_bytes(data)
        return Descriptor(media_type, digest, len(data))

    def layer(
        self, entries: Iterable[Entry], compression: Compression = "gzip", *, end_blocks: bool = True
    ) -> BuiltLayer:
        """Writes a layer of `entries`."""
        data = archive(entries, end_blocks=end_blocks)
        return BuiltLayer(self.blob(compress(data, compression), _MEDIA_TYPE[compression]), sha256_of(data))

    def manifest(
        self,
        layers: Sequence[BuiltLayer],
        config: ImageConfig = ImageConfig(),
        *,
        platform: Platform = Platform(),
        history: Sequence[str] = (),
        annotations: dict[str, str] | None = None,
    ) -> Descriptor:
        """Writes configuration and manifest of one image; `history` has one build step per layer, or none."""
        body: dict[str, Any] = {
            "architecture": platform.architecture,
            "os": platform.os,
            "config": {
                "User": config.user,
                "Entrypoint": config.entrypoint or None,
                "Cmd": config.cmd or None,
                "WorkingDir": config.working_dir,
                "Env": config.env,
                "ExposedPorts": {port: {} for port in config.exposed_ports},
                "Volumes": {volume: {} for volume in config.volumes},
                "Labels": config.labels,
            },
            "rootfs": {"type": "layers", "diff_ids": [layer.diff_id for layer in layers]},
            "history": [{"created_by": step} for step in history],
        }
        if config.healthcheck:
            body["config"]["Healthcheck"] = {"Test": config.healthcheck}
        if config.created:
            body["created"] = config.created
        if platform.variant:
            body["variant"] = platform.variant
        descriptor = self.blob(json.dumps(body, sort_keys=True).encode(), OCI_CONFIG)
        manifest = {
            "schemaVersion": 2,
            "mediaType": OCI_MANIFEST,
            "config": msgspec.to_builtins(descriptor),
            "layers": [msgspec.to_builtins(layer.descriptor) for layer in layers],
            "annotations": annotations or {},
        }
        return self.blob(json.dumps(manifest, sort_keys=True).encode(), OCI_MANIFEST)

    def index(self, manifests: Sequence[tuple[Descriptor, Platform | None, dict[str, str]]]) -> Descriptor:
        """Writes an index of (manifest, platform, annotations)."""
        entries = [
            msgspec.structs.replace(descriptor, platform=platform, annotations=annotations)
            for descriptor, platform, annotations in manifests
        ]
        body = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": msgspec.to_builtins(entries)}
        return self.blob(json.dumps(body, sort_keys=True).encode(), OCI_INDEX)

    def tag(self, name: str, descriptor: Descriptor) -> None:
        """Gives a manifest or index a name, as `org.opencontainers.image.ref.name`."""
        entry = msgspec.to_builtins(descriptor)
        entry["annotations"] = {"org.opencontainers.image.ref.name": name}
        self._manifests = [m for m in self._manifests if m["annotations"] != entry["annotations"]] + [entry]
        self._write_index()

    def image(
        self, name: str, layers: Sequence[BuiltLayer], config: ImageConfig = ImageConfig(), **more: Any
    ) -> Descriptor:
        """Writes a manifest (see `manifest`) and tags it."""
        descriptor = self.manifest(layers, config, **more)
        self.tag(name, descriptor)
        return descriptor

    def _write_index(self) -> None:
        body = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": self._manifests}
        (self.path / "index.json").write_text(json.dumps(body, indent=1))

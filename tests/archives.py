"""Writes archives of images with the standard library's tarfile, in the forms that `docker save` has had.

The older one follows the Docker Image Specification 1.2, "Combined Image JSON + Filesystem Changeset Format"; the newer
one is an OCI layout with a manifest.json beside its index.
"""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import zstandard

from basewise.model.image import Descriptor

Item = tarfile.TarInfo | tuple[str, bytes]


def link(path: str, target: str, kind: bytes = tarfile.SYMTYPE) -> tarfile.TarInfo:
    """A symbolic or hard link."""
    info = tarfile.TarInfo(path)
    info.type, info.linkname = kind, target
    return info


def tar_bytes(items: Iterable[Item]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for item in items:
            if isinstance(item, tarfile.TarInfo):
                tar.addfile(item)
                continue
            info = tarfile.TarInfo(item[0])
            info.size = len(item[1])
            tar.addfile(info, io.BytesIO(item[1]))
    return buffer.getvalue()


def oci_archive(layout: Path, path: Path) -> Path:
    """The layout as an archive, its members in the order of their names."""
    files = sorted(file for file in layout.rglob("*") if file.is_file())
    path.write_bytes(tar_bytes((str(file.relative_to(layout)), file.read_bytes()) for file in files))
    return path


def parts(layout: Path, image: Descriptor) -> tuple[bytes, list[bytes]]:
    """Configuration and inflated layers of an image."""
    manifest = json.loads(blob(layout, image.digest))
    layers = [plain(blob(layout, layer["digest"]), layer["mediaType"]) for layer in manifest["layers"]]
    return blob(layout, manifest["config"]["digest"]), layers


def blob(layout: Path, digest: str) -> bytes:
    return (layout / "blobs" / digest.replace(":", "/")).read_bytes()


def plain(data: bytes, media_type: str) -> bytes:
    if media_type.endswith("gzip"):
        return gzip.decompress(data)
    return zstandard.ZstdDecompressor().decompressobj().decompress(data) if media_type.endswith("zstd") else data


def legacy_items(layout: Path, images: Sequence[tuple[Descriptor, Sequence[str] | None]]) -> list[Item]:
    """`ID/layer.tar` with `ID/json` and `VERSION`, a layer that was there before as a link, manifest.json last."""
    items: list[Item] = []
    listed: list[dict[str, Any]] = []
    repositories: dict[str, dict[str, str]] = {}
    written: dict[bytes, str] = {}
    for number, (image, names) in enumerate(images):
        config, layers = parts(layout, image)
        paths = []
        for at, layer in enumerate(layers):
            identity = f"{number:032x}{at:032x}"
            items += [(f"{identity}/VERSION", b"1.0"), (f"{identity}/json", json.dumps({"id": identity}).encode())]
            path = f"{identity}/layer.tar"
            items.append(link(path, f"../{written[layer]}") if layer in written else (path, layer))
            written.setdefault(layer, path)
            paths.append(path)
        name = f"{image.digest.removeprefix('sha256:')}.json"
        items.append((name, config))
        listed.append({"Config": name, "RepoTags": names, "Layers": paths})
        for text in names or []:
            repository, _, tag = text.rpartition(":")
            repositories.setdefault(repository, {})[tag] = paths[-1].partition("/")[0] if paths else ""
    manifest = ("manifest.json", json.dumps(listed).encode())
    return [*items, manifest, ("repositories", json.dumps(repositories).encode())]


def newer_items(layout: Path, images: Sequence[tuple[Descriptor, str]]) -> list[Item]:
    """The layout itself, its index with full names as containerd writes them, and manifest.json."""
    files = [file for file in sorted((layout / "blobs").rglob("*")) if file.is_file()]
    items: list[Item] = [(str(file.relative_to(layout)), file.read_bytes()) for file in files]
    entries, listed = [], []
    for image, name in images:
        annotations = {
            "io.containerd.image.name": f"docker.io/library/{name}",
            "org.opencontainers.image.ref.name": name.rpartition(":")[2],
        }
        entries.append(
            {"mediaType": image.media_type, "digest": image.digest, "size": image.size, "annotations": annotations}
        )
        manifest = json.loads(blob(layout, image.digest))
        paths = [f"blobs/{part['digest'].replace(':', '/')}" for part in (manifest["config"], *manifest["layers"])]
        listed.append({"Config": paths[0], "RepoTags": [name], "Layers": paths[1:]})
    index = {"schemaVersion": 2, "manifests": entries}
    return [
        *items,
        ("index.json", json.dumps(index).encode()),
        ("manifest.json", json.dumps(listed).encode()),
        ("oci-layout", b'{"imageLayoutVersion": "1.0.0"}'),
    ]

"""The least that reading a layout's layers can cost: inflate each unique one once, hash the blob and the content.

Run as a program it does that and prints what it read as JSON: `python -m benchmarks.bound LAYOUT`.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from pathlib import Path
from typing import Any

_CHUNK = 1 << 17  # bytes; the fastest of 64 KiB to 1 MiB here, by 5 %: it stays in the processor's cache


def unique_layers(layout: Path) -> dict[str, str]:
    """Media types of all layers of all images of a layout, by digest."""
    found: dict[str, str] = {}
    pending = [entry["digest"] for entry in json.loads((layout / "index.json").read_text())["manifests"]]
    while pending:
        body: dict[str, Any] = json.loads(blob_path(layout, pending.pop()).read_bytes())
        pending += [entry["digest"] for entry in body.get("manifests", ())]
        found |= {layer["digest"]: layer["mediaType"] for layer in body.get("layers", ())}
    return found


def blob_path(layout: Path, digest: str) -> Path:
    """Where a layout keeps a blob."""
    return layout / "blobs" / digest.replace(":", "/", 1)


def _inflater(media_type: str) -> Any:
    if media_type.endswith("zstd"):
        import zstandard  # noqa: PLC0415 - loaded only where a layout has such layers

        return zstandard.ZstdDecompressor().decompressobj()
    from isal import isal_zlib  # noqa: PLC0415 - as above

    return isal_zlib.decompressobj(wbits=31)


def read(path: Path, media_type: str) -> tuple[int, int]:
    """Reads, inflates and hashes one layer; returns its bytes compressed and inflated."""
    blob, content, compressed, inflated = hashlib.sha256(), hashlib.sha256(), 0, 0
    plain = media_type.endswith(("tar", "diff.tar"))
    stream = None if plain else _inflater(media_type)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            blob.update(chunk)
            data = chunk if stream is None else stream.decompress(chunk)
            content.update(data)
            compressed, inflated = compressed + len(chunk), inflated + len(data)
            if stream is not None and stream.eof and stream.unused_data:
                sys.exit(f"{path.name} has several compressed members, which this measurement does not read")
    if f"sha256/{blob.hexdigest()}" != "/".join(path.parts[-2:]):
        sys.exit(f"{path.name} is not what its name says")
    return compressed, inflated


def main() -> None:
    """Reads every unique layer of the layout on the command line."""
    layout = Path(sys.argv[1])
    started = time.perf_counter()
    sizes = [read(blob_path(layout, digest), kind) for digest, kind in unique_layers(layout).items()]
    result = {
        "layers": len(sizes),
        "bytes_compressed": sum(size for size, _ in sizes),
        "bytes_inflated": sum(size for _, size in sizes),
        "seconds_without_start": time.perf_counter() - started,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()

import json
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.bound import blob_path, read, unique_layers

from basewise.demo.layout import Entry, LayoutBuilder, archive
from basewise.model.image import Compression

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("compression", ["none", "gzip", "zstd"])
def test_every_compression_is_read_to_its_end(tmp_path: Path, compression: Compression) -> None:
    entries = [Entry(path="data", data=bytes(range(256)) * 4000)]
    layer = LayoutBuilder(tmp_path).layer(entries, compression).descriptor
    assert read(blob_path(tmp_path, layer.digest), layer.media_type) == (layer.size, len(archive(entries)))


def test_a_shared_layer_is_counted_once(tmp_path: Path) -> None:
    builder = LayoutBuilder(tmp_path)
    shared, own = (builder.layer([Entry(path=name)]) for name in ("base", "app"))
    builder.image("base", [shared])
    builder.image("app", [shared, own])
    assert set(unique_layers(tmp_path)) == {shared.descriptor.digest, own.descriptor.digest}
    command = [sys.executable, "-m", "benchmarks.bound", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout)["layers"] == 2


def test_a_blob_that_is_not_what_its_name_says_ends_the_measurement(tmp_path: Path) -> None:
    layer = LayoutBuilder(tmp_path).layer([Entry(path="a")], "none").descriptor
    path = blob_path(tmp_path, layer.digest)
    path.write_bytes(bytes(1024))
    with pytest.raises(SystemExit, match="not what its name says"):
        read(path, layer.media_type)

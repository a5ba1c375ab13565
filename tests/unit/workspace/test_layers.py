"""Layer contents are kept by blob digest, whole or not at all."""

from pathlib import Path

import msgspec

from basewise.model.contents import LayerContents, PackageRecord
from basewise.model.evidence import Status
from basewise.model.limits import Limits
from basewise.workspace.layers import LayerStore

BLOB = "sha256:" + "a" * 64
CONTENTS = LayerContents(
    blob=BLOB,
    diff_id="sha256:" + "b" * 64,
    files=b"bin/sh\0etc/passwd",
    records=[PackageRecord(type="deb", database="var/lib/dpkg/status", name="bash", version="5")],
)


def test_contents_come_back_as_they_were_put(tmp_path: Path) -> None:
    LayerStore(tmp_path).put(CONTENTS)
    assert LayerStore(tmp_path).get(BLOB) == CONTENTS


def test_a_layer_that_was_not_read_to_its_end_is_not_kept(tmp_path: Path) -> None:
    store = LayerStore(tmp_path)
    store.put(LayerContents(blob=BLOB, diff_id="", status=Status("not_assessed", "cut")))
    assert store.get(BLOB) is None


def test_a_damaged_file_is_read_anew(tmp_path: Path) -> None:
    store = LayerStore(tmp_path)
    store.put(CONTENTS)
    (file,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    file.write_bytes(file.read_bytes()[:-3])
    assert store.get(BLOB) is None


def test_a_file_that_inflates_to_more_than_the_limit_is_read_anew(tmp_path: Path) -> None:
    contents = msgspec.structs.replace(CONTENTS, files=bytes(1_000_000))
    LayerStore(tmp_path).put(contents)
    assert LayerStore(tmp_path, Limits(kept_contents_bytes=1_100_000)).get(BLOB) == contents
    assert LayerStore(tmp_path, Limits(kept_contents_bytes=900_000)).get(BLOB) is None


def test_a_directory_that_cannot_be_written_costs_time_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "layers").write_text("in the way")
    store = LayerStore(tmp_path)
    store.put(CONTENTS)
    assert store.get(BLOB) is None

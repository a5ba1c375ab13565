import io
import json
import tarfile
from pathlib import Path

from basewise.demo.layout import Entry, LayoutBuilder, archive, compress, opaque, whiteout
from basewise.model.digest import sha256_of


def test_an_archive_has_the_members_in_order() -> None:
    entries = [
        Entry(path="etc", directory=True),
        Entry(path="etc/hosts", data=b"x", mode=0o600, uid=7),
        Entry(path="h", hard_link="etc/hosts"),
    ]
    with tarfile.open(fileobj=io.BytesIO(archive(entries))) as tar:
        members = tar.getmembers()
    assert [member.name for member in members] == ["etc", "etc/hosts", "h"]
    assert (members[1].mode, members[1].uid, members[1].size) == (0o600, 7, 1)
    assert members[2].islnk()


def test_an_archive_can_lack_its_end_blocks() -> None:
    entries = [Entry(path="a", data=b"x")]
    assert len(archive(entries, end_blocks=False)) == 1024
    assert archive(entries).startswith(archive(entries, end_blocks=False))


def test_whiteouts_are_named_as_the_specification_says() -> None:
    assert whiteout("etc/passwd").path == "etc/.wh.passwd"
    assert whiteout("bin").path == ".wh.bin"
    assert opaque("var/lib").path == "var/lib/.wh..wh..opq"


def test_a_layer_knows_the_digest_of_its_archive_and_of_its_blob(tmp_path: Path) -> None:
    entries = [Entry(path="a", data=b"x")]
    layer = LayoutBuilder(tmp_path).layer(entries)
    assert layer.diff_id == sha256_of(archive(entries))
    assert layer.descriptor.digest == sha256_of(compress(archive(entries), "gzip"))


def test_a_name_given_twice_is_the_last_image(tmp_path: Path) -> None:
    builder = LayoutBuilder(tmp_path)
    builder.image("app:1", [builder.layer([Entry(path="a")])])
    second = builder.image("app:1", [builder.layer([Entry(path="b")])])
    manifests = json.loads((tmp_path / "index.json").read_text())["manifests"]
    assert [entry["digest"] for entry in manifests] == [second.digest]

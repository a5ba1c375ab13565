from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from basewise.demo.layout import Entry, LayoutBuilder
from basewise.model.digest import sha256_of
from basewise.model.errors import DigestMismatch, ImageError, ImageNotFound, LimitExceeded, WrongKind
from basewise.model.image import OCI_INDEX, OCI_MANIFEST, Descriptor, Platform
from basewise.model.limits import Limits
from basewise.model.reference import Reference
from basewise.oci.layout import LayoutSource

REFERENCE = Reference.parse("registry.test/orders")


def blob_path(builder: LayoutBuilder, digest: str) -> Path:
    return builder.path / "blobs" / "sha256" / digest.removeprefix("sha256:")


def read(source: LayoutSource, descriptor: Descriptor) -> bytes:
    with source.blob(REFERENCE, descriptor) as chunks:
        return b"".join(chunks)


@pytest.mark.parametrize(
    ("tag", "reference"),
    [
        ("orders", "registry.test/orders"),
        ("orders", "registry.test/orders:latest"),
        ("orders:latest", "registry.test/orders"),
        ("orders:2", "registry.test/team/orders:2"),
        ("team/orders", "registry.test/team/orders"),
        ("registry.test/orders:2", "registry.test/orders:2"),
        ("python:3.12-slim", "python:3.12-slim"),
        ("docker.io/library/python:3.12-slim", "python:3.12-slim"),
        ("index.docker.io/library/python:3.12-slim", "docker.io/library/python:3.12-slim"),
        ("library/python:3.12-slim", "python:3.12-slim"),
        ("python", "python"),
    ],
)
def test_a_tag_answers_for(builder: LayoutBuilder, tag: str, reference: str) -> None:
    descriptor = builder.image(tag, [])
    assert LayoutSource(builder.path).resolve(Reference.parse(reference)).digest == descriptor.digest


@pytest.mark.parametrize(
    ("tag", "reference"),
    [
        ("orders", "registry.test/orders:2"),
        ("orders:2", "registry.test/orders"),
        ("orders", "registry.test/reorders"),
        ("orders", "registry.test/orders/api"),
        ("2", "registry.test/orders:2"),
        ("latest", "registry.test/orders"),
        ("python:3.12", "python:3.12-slim"),
        ("other.test/orders", "registry.test/orders"),
    ],
)
def test_a_tag_does_not_answer_for(builder: LayoutBuilder, tag: str, reference: str) -> None:
    builder.image(tag, [])
    with pytest.raises(ImageNotFound) as caught:
        LayoutSource(builder.path).resolve(Reference.parse(reference))
    assert tag in caught.value.remedy


def test_the_longest_tag_wins(builder: LayoutBuilder) -> None:
    builder.image("orders", [builder.layer([])])
    longer = builder.image("team/orders", [])
    assert LayoutSource(builder.path).resolve(Reference.parse("registry.test/team/orders")).digest == longer.digest


def test_the_full_name_that_docker_save_writes_answers_too(builder: LayoutBuilder) -> None:
    descriptor = builder.image("3.12-slim", [])
    index = builder.path / "index.json"
    body = json.loads(index.read_text())
    body["manifests"][0]["annotations"]["io.containerd.image.name"] = "docker.io/library/python:3.12-slim"
    index.write_text(json.dumps(body))
    source = LayoutSource(builder.path)
    assert source.resolve(Reference.parse("python:3.12-slim")).digest == descriptor.digest
    assert [name for name, _ in source.tags()] == ["docker.io/library/python:3.12-slim"]
    assert source.select("3.12-slim") == source.select("python:3.12-slim") == source.listed[0]


def test_a_digest_decides_over_the_tag(builder: LayoutBuilder) -> None:
    builder.image("orders", [])
    other = builder.image("billing", [builder.layer([])])
    reference = Reference.parse(f"registry.test/orders@{other.digest}")
    assert LayoutSource(builder.path).resolve(reference).digest == other.digest


def test_a_digest_that_the_index_does_not_list_is_answered_when_it_names_a_manifest(builder: LayoutBuilder) -> None:
    inner = builder.manifest([])
    outer = builder.index([(inner, Platform(), {})])
    builder.tag("orders", outer)
    found = LayoutSource(builder.path).resolve(Reference.parse(f"orders@{inner.digest}"))
    assert found == Descriptor(OCI_MANIFEST, inner.digest, inner.size)


def test_a_digest_of_something_else_is_not_an_image(builder: LayoutBuilder) -> None:
    layer = builder.layer([]).descriptor
    with pytest.raises(ImageError):
        LayoutSource(builder.path).resolve(Reference.parse(f"orders@{layer.digest}"))
    with pytest.raises(ImageNotFound):
        LayoutSource(builder.path).resolve(Reference.parse("orders@sha256:" + "0" * 64))


def test_tags_are_listed_in_order(builder: LayoutBuilder) -> None:
    first, second = builder.image("b", []), builder.image("a", [builder.layer([])])
    assert [(name, entry.digest) for name, entry in LayoutSource(builder.path).tags()] == [
        ("b", first.digest),
        ("a", second.digest),
    ]


@pytest.mark.parametrize("compression", ["none", "gzip", "zstd"])
def test_a_blob_is_streamed_as_stored(builder: LayoutBuilder, compression: str) -> None:
    layer = builder.layer([Entry(path="f", data=os.urandom(700_000))], compression)  # type: ignore[arg-type]
    data = read(LayoutSource(builder.path), layer.descriptor)
    assert sha256_of(data) == layer.descriptor.digest


def test_a_blob_with_other_content_is_a_digest_mismatch_after_the_last_chunk(builder: LayoutBuilder) -> None:
    descriptor = builder.blob(b"a" * 300_000, "x")
    blob_path(builder, descriptor.digest).write_bytes(b"b" * 300_000)
    received: list[bytes] = []
    with (
        LayoutSource(builder.path).blob(REFERENCE, descriptor) as chunks,
        pytest.raises(DigestMismatch, match="other content"),
    ):
        received.extend(chunks)
    assert sum(map(len, received)) == 300_000


def test_a_truncated_blob_is_a_digest_mismatch_that_tells_the_lengths(builder: LayoutBuilder) -> None:
    descriptor = builder.blob(b"a" * 1000, "x")
    blob_path(builder, descriptor.digest).write_bytes(b"a" * 400)
    with pytest.raises(DigestMismatch, match="ends after 400 of 1000"):
        read(LayoutSource(builder.path), descriptor)


def test_a_blob_longer_than_announced_is_a_digest_mismatch(builder: LayoutBuilder) -> None:
    descriptor = builder.blob(b"a" * 1000, "x")
    with pytest.raises(DigestMismatch, match="longer"):
        read(LayoutSource(builder.path), Descriptor("x", descriptor.digest, 999))


def test_a_sha512_blob_is_verified(builder: LayoutBuilder) -> None:
    import hashlib  # noqa: PLC0415 - needed by this case alone

    data = b"strong"
    digest = "sha512:" + hashlib.sha512(data).hexdigest()
    path = builder.path / "blobs" / "sha512" / digest.removeprefix("sha512:")
    path.parent.mkdir()
    path.write_bytes(data)
    assert read(LayoutSource(builder.path), Descriptor("x", digest, len(data))) == data


def test_a_manifest_with_other_content_is_a_digest_mismatch(builder: LayoutBuilder) -> None:
    descriptor = builder.image("orders", [])
    blob_path(builder, descriptor.digest).write_bytes(b"{}")
    with pytest.raises(DigestMismatch):
        LayoutSource(builder.path).manifest(REFERENCE, descriptor)


def test_a_manifest_larger_than_its_limit_is_refused(builder: LayoutBuilder) -> None:
    descriptor = builder.image("orders", [])
    with pytest.raises(LimitExceeded, match="manifest_bytes = 100"):
        LayoutSource(builder.path, Limits(manifest_bytes=100, layout_index_bytes=10_000)).manifest(
            REFERENCE, descriptor
        )


def test_a_missing_blob_is_not_found(builder: LayoutBuilder) -> None:
    descriptor = Descriptor("x", "sha256:" + "1" * 64, 5)
    with pytest.raises(ImageNotFound, match="missing"):
        read(LayoutSource(builder.path), descriptor)


def test_a_digest_never_becomes_a_path(builder: LayoutBuilder) -> None:
    with pytest.raises(ImageError, match="no digest"):
        read(LayoutSource(builder.path), Descriptor("x", "sha256:../../index.json", 5))


def test_a_link_out_of_the_layout_is_not_followed(builder: LayoutBuilder, tmp_path: Path) -> None:
    outside = tmp_path / "secret"
    outside.write_bytes(b"secret")
    digest = sha256_of(b"secret")
    blob_path(builder, digest).symlink_to(outside)
    with pytest.raises(ImageError, match="symbolic link"):
        read(LayoutSource(builder.path), Descriptor("x", digest, 6))


def test_a_fifo_does_not_block(builder: LayoutBuilder) -> None:
    digest = "sha256:" + "2" * 64
    os.mkfifo(blob_path(builder, digest))
    with pytest.raises(ImageError, match="no regular file"):
        read(LayoutSource(builder.path), Descriptor("x", digest, 6))


def test_a_directory_that_is_no_layout_is_of_the_wrong_kind(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent"):
        with pytest.raises(WrongKind, match="is no OCI layout") as caught:
            LayoutSource(path)
        assert "skopeo" in caught.value.remedy


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("index.json", "{", "not JSON"),
        ("index.json", '{"manifests": [{"digest": "x"}]}', r"manifests\[0\]"),
        ("index.json", '{"layers": [], "manifests": []}', "at once"),
        ("oci-layout", "[]", "oci-layout has a field of the wrong type"),
        ("oci-layout", '{"imageLayoutVersion": "2.0.0"}', "version '2.0.0'"),
    ],
)
def test_a_broken_layout_is_an_image_error(builder: LayoutBuilder, file: str, text: str, message: str) -> None:
    (builder.path / file).write_text(text)
    with pytest.raises(ImageError, match=message):
        LayoutSource(builder.path)


def test_a_layout_without_index_is_of_the_wrong_kind(builder: LayoutBuilder) -> None:
    (builder.path / "index.json").unlink()
    with pytest.raises(WrongKind, match=r"no index\.json"):
        LayoutSource(builder.path)


def test_a_file_is_no_layout_and_the_name_of_an_archive_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_bytes(b"")
    with pytest.raises(WrongKind, match="it is no directory") as caught:
        LayoutSource(tmp_path / "x.tar")
    assert "oci-archive:FILE" in caught.value.remedy


def test_an_index_larger_than_its_limit_is_refused(builder: LayoutBuilder) -> None:
    with pytest.raises(LimitExceeded, match="larger than 10 bytes"):
        LayoutSource(builder.path, Limits(layout_index_bytes=10))


def test_a_real_layout_with_attestations_is_read() -> None:
    data = os.environ.get("BASEWISE_TEST_DATA")
    if not data:
        pytest.skip("BASEWISE_TEST_DATA is not set: no real layout to read")
    source = LayoutSource(Path(data) / "samples" / "oci-layouts" / "slsa-gha-container-v2.1.0")
    digest = "sha256:234e2c830c2fb31ac5671789d22adfe44d30c3ee831d01beae5e237841a13122"
    found = source.resolve(Reference.parse(f"ghcr.io/slsa-framework/example@{digest}"))
    assert found.media_type == OCI_INDEX
    assert sha256_of(source.manifest(REFERENCE, found)) == digest

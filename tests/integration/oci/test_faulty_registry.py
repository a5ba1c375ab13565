from __future__ import annotations

import itertools
from contextlib import closing
from email.utils import formatdate

import pytest
from tests.integration.oci.answers import (
    BLOB_PATH,
    DIGEST,
    GOOD,
    HEADERS,
    MANIFEST,
    START,
    TAG_PATH,
    Clock,
    pull,
)
from tests.integration.oci.faulty import FaultyRegistry, Reply

from basewise.model.digest import sha256_of
from basewise.model.errors import AccessDenied, DigestMismatch, ImageError, ImageNotFound, LimitExceeded
from basewise.model.image import DOCKER_MANIFEST, OCI_CONFIG, OCI_INDEX, OCI_MANIFEST, Descriptor
from basewise.model.limits import Limits
from basewise.model.reference import Reference
from basewise.oci.registry import RegistrySource
from basewise.oci.waits import Waits


def test_a_tag_is_resolved_by_head_alone(
    registry: FaultyRegistry, source: RegistrySource, reference: Reference
) -> None:
    registry.on(TAG_PATH, GOOD)
    assert source.resolve(reference) == Descriptor(OCI_MANIFEST, DIGEST, len(MANIFEST))
    (seen,) = registry.seen
    assert seen.method == "HEAD"
    assert {OCI_INDEX, OCI_MANIFEST, DOCKER_MANIFEST} <= set(seen.headers["accept"].split(", "))
    assert "authorization" not in seen.headers


@pytest.mark.parametrize(
    "head",
    [
        Reply(405),
        Reply(501),
        Reply(headers={"content-type": OCI_MANIFEST}, body=MANIFEST),
        Reply(headers=HEADERS | {"content-type": "application/json"}, body=MANIFEST),
        Reply(headers=HEADERS | {"docker-content-digest": "sha256:short"}, body=MANIFEST),
    ],
)
def test_get_answers_where_head_does_not(
    registry: FaultyRegistry, source: RegistrySource, reference: Reference, head: Reply
) -> None:
    registry.on(TAG_PATH, head, Reply(headers={"content-type": "application/json"}, body=MANIFEST))
    assert source.resolve(reference) == Descriptor(OCI_MANIFEST, DIGEST, len(MANIFEST))
    assert [seen.method for seen in registry.seen] == ["HEAD", "GET"]


def test_a_digest_is_resolved_without_its_tag(
    registry: FaultyRegistry, source: RegistrySource, reference: Reference
) -> None:
    registry.on(f"/v2/app/manifests/{DIGEST}", GOOD)
    assert source.resolve(reference.with_digest(DIGEST)).digest == DIGEST


def test_a_registry_that_answers_another_digest_is_caught(
    registry: FaultyRegistry, source: RegistrySource, reference: Reference
) -> None:
    other = sha256_of(b"other")
    registry.on(f"/v2/app/manifests/{other}", GOOD)
    with pytest.raises(DigestMismatch):
        source.resolve(reference.with_digest(other))
    registry.on(TAG_PATH, Reply(405), Reply(headers=HEADERS | {"docker-content-digest": other}, body=MANIFEST))
    with pytest.raises(DigestMismatch):
        source.resolve(reference)


def test_manifests_and_configurations_have_their_own_endpoints_and_are_verified(
    registry: FaultyRegistry, source: RegistrySource, reference: Reference
) -> None:
    config = b"{}"
    registry.on(f"/v2/app/manifests/{DIGEST}", GOOD, Reply(headers=HEADERS, body=MANIFEST + b" "))
    registry.on(f"/v2/app/blobs/{sha256_of(config)}", Reply(body=config))
    descriptor = Descriptor(OCI_MANIFEST, DIGEST, len(MANIFEST))
    assert source.manifest(reference, descriptor) == MANIFEST
    assert source.manifest(reference, Descriptor(OCI_CONFIG, sha256_of(config), 2)) == config
    with pytest.raises(DigestMismatch):
        source.manifest(reference, descriptor)


@pytest.mark.parametrize(
    ("status", "error", "message"),
    [(404, ImageNotFound, "does not have"), (403, AccessDenied, "refuses access"), (418, ImageError, "status 418")],
)
def test_a_status_becomes_a_reason(
    registry: FaultyRegistry, source: RegistrySource, reference: Reference, status: int, error: type, message: str
) -> None:
    registry.on(TAG_PATH, Reply(status))
    registry.on(BLOB_PATH, Reply(status))
    with pytest.raises(error, match=message) as caught:
        source.resolve(reference)
    with pytest.raises(error, match=message):
        pull(source, reference)
    assert registry.host in caught.value.diagnostics()


def test_a_web_page_instead_of_a_manifest_is_told(
    registry: FaultyRegistry, source: RegistrySource, reference: Reference
) -> None:
    registry.on(TAG_PATH, Reply(headers={"content-type": "text/html; charset=utf-8"}, body=b"<html>log in</html>"))
    with pytest.raises(ImageError, match="web page") as caught:
        source.resolve(reference)
    assert "proxy" in caught.value.remedy


def test_json_that_is_no_manifest_is_an_image_error(
    registry: FaultyRegistry, source: RegistrySource, reference: Reference
) -> None:
    for body in (b"[]", b"\xff", b'{"errors": []}', b'{"mediaType": 5}'):
        registry.on(TAG_PATH, Reply(headers={"content-type": "application/json"}, body=body))
        with pytest.raises(ImageError):
            source.resolve(reference)


@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_that_the_registry_asks_for_is_kept(
    registry: FaultyRegistry, source: RegistrySource, reference: Reference, clock: Clock, status: int
) -> None:
    date = formatdate(START + 7 + 30, usegmt=True)
    registry.on(
        TAG_PATH, Reply(status, {"retry-after": "7"}), Reply(status, {"retry-after": date}), Reply(status, {}), GOOD
    )
    assert source.resolve(reference).digest == DIGEST
    assert clock.waits[:2] == [7.0, 30.0]
    assert len(clock.waits) == 3


def test_a_wait_that_is_too_long_is_told_and_the_host_left_alone(
    registry: FaultyRegistry, source: RegistrySource, reference: Reference, clock: Clock
) -> None:
    registry.on(TAG_PATH, Reply(429, {"retry-after": "3600"}), GOOD)
    for _ in range(3):
        with pytest.raises(ImageError, match=r"throttles us .*429.* 3600 seconds"):
            source.resolve(reference)
    assert (len(registry.seen), clock.waits) == (1, [])
    clock.now += 3601
    assert source.resolve(reference).digest == DIGEST


def test_a_server_error_is_tried_again_with_growing_waits(
    registry: FaultyRegistry, source: RegistrySource, reference: Reference, clock: Clock
) -> None:
    registry.on(TAG_PATH, Reply(502), Reply(500), GOOD)
    assert source.resolve(reference).digest == DIGEST
    assert clock.waits == [0.5, 1.0]
    registry.on(TAG_PATH, Reply(500))
    with pytest.raises(ImageError, match="status 500"):
        source.resolve(reference)
    assert len(registry.asked(TAG_PATH)) == 3 + 5


def test_a_host_that_is_not_there_is_asked_once_for_all_images(source: RegistrySource, clock: Clock) -> None:
    with FaultyRegistry() as gone:
        reference = Reference.parse(f"{gone.host}/app:1")
    with pytest.raises(ImageError, match="connection refused"):
        source.resolve(reference)
    waits = len(clock.waits)
    assert waits == 4
    with pytest.raises(ImageError, match="connection refused"):
        source.resolve(reference)
    assert len(clock.waits) == waits


def test_endless_bodies_end(registry: FaultyRegistry, source: RegistrySource, reference: Reference) -> None:
    endless = Reply(headers={"content-type": OCI_MANIFEST}, body=itertools.repeat(b"0" * 65536))
    registry.on(BLOB_PATH, endless)
    with pytest.raises(DigestMismatch, match="longer than its 300000 bytes"):
        pull(source, reference)
    registry.on(TAG_PATH, Reply(405), endless)
    with pytest.raises(LimitExceeded, match="100000 bytes"):
        source.resolve(reference)


def test_an_answer_that_takes_too_long_is_given_up(registry: FaultyRegistry, reference: Reference) -> None:
    registry.on(TAG_PATH, Reply(405), GOOD)
    ticks = itertools.count(START, 30)  # half a minute passes between any two looks at the clock
    source = RegistrySource(limits=Limits(answer_seconds=20), waits=Waits(monotonic=lambda: next(ticks)))
    with closing(source), pytest.raises(LimitExceeded, match="answer_seconds = 20"):
        source.resolve(reference)

from __future__ import annotations

import logging

import pytest
from tests.integration.oci.answers import BLOB, BLOB_PATH, LAYER, START, Clock, pull
from tests.integration.oci.faulty import FaultyRegistry, Reply, Seen

from basewise.model.errors import AccessDenied, DigestMismatch, ImageError, LimitExceeded
from basewise.model.reference import Reference
from basewise.oci.registry import RegistrySource


def test_a_blob_is_streamed_and_verified(
    registry: FaultyRegistry, source: RegistrySource, reference: Reference
) -> None:
    registry.on(BLOB_PATH, Reply(body=BLOB))
    assert pull(source, reference) == BLOB


def test_a_blob_that_breaks_off_is_taken_up_where_it_broke(
    registry: FaultyRegistry, source: RegistrySource, reference: Reference
) -> None:
    rest = Reply(206, {"content-range": f"bytes 100000-299999/{len(BLOB)}"}, BLOB[100_000:])
    registry.on(BLOB_PATH, Reply(body=BLOB, cut_after=100_000), rest)
    assert pull(source, reference) == BLOB
    assert [seen.headers.get("range") for seen in registry.seen] == [None, "bytes=100000-"]


def test_a_server_without_ranges_sends_all_again_and_no_byte_comes_twice(
    registry: FaultyRegistry, source: RegistrySource, reference: Reference
) -> None:
    registry.on(BLOB_PATH, Reply(body=BLOB, cut_after=100_000), Reply(body=BLOB, cut_after=50_000), Reply(body=BLOB))
    assert pull(source, reference) == BLOB


def test_the_rest_of_another_upload_of_the_same_content_is_taken(
    registry: FaultyRegistry, source: RegistrySource, reference: Reference
) -> None:
    rest = Reply(206, {"content-range": f"bytes 100000-299999/{len(BLOB)}", "etag": '"b"'}, BLOB[100_000:])
    registry.on(BLOB_PATH, Reply(headers={"etag": '"a"'}, body=BLOB, cut_after=100_000), rest)
    assert pull(source, reference) == BLOB


@pytest.mark.parametrize("whole", [True, False])
def test_content_that_changed_in_between_is_never_passed_off_as_the_blob(
    registry: FaultyRegistry,
    source: RegistrySource,
    reference: Reference,
    whole: bool,  # noqa: FBT001 - a column of the table
) -> None:
    other = bytes(len(BLOB))
    part = {"content-range": f"bytes 100000-299999/{len(BLOB)}", "etag": '"b"'}
    again = Reply(headers={"etag": '"b"'}, body=other) if whole else Reply(206, part, other[100_000:])
    registry.on(BLOB_PATH, Reply(headers={"etag": '"a"'}, body=BLOB, cut_after=100_000), again)
    with pytest.raises(DigestMismatch, match="other content"):
        pull(source, reference)


def test_a_range_that_the_server_no_longer_has_is_told(
    registry: FaultyRegistry, source: RegistrySource, reference: Reference
) -> None:
    registry.on(BLOB_PATH, Reply(body=BLOB, cut_after=100_000), Reply(416))
    with pytest.raises(ImageError, match="status 416"):
        pull(source, reference)


def test_a_login_that_ended_while_the_blob_was_cut_is_renewed_for_the_rest(
    registry: FaultyRegistry, source: RegistrySource, reference: Reference, clock: Clock
) -> None:
    tokens = Reply(body=b'{"token": "one", "expires_in": 300}'), Reply(body=b'{"token": "two", "expires_in": 300}')
    registry.on("/token", *tokens)

    def answer(seen: Seen) -> Reply:
        token = seen.headers.get("authorization", "").removeprefix("Bearer ")
        if token == "one" and clock.now < START + 300:
            clock.now += 400
            return Reply(body=BLOB, cut_after=100_000)
        if token == "two" and seen.headers.get("range") == "bytes=100000-":
            return Reply(206, {"content-range": f"bytes 100000-299999/{len(BLOB)}"}, BLOB[100_000:])
        return Reply(401, {"www-authenticate": f'Bearer realm="{registry.url}/token",service="s"'})

    registry.on(BLOB_PATH, answer)
    assert pull(source, reference) == BLOB
    assert len(registry.asked("/token")) == 2


def test_a_blob_that_never_gets_further_is_given_up(
    registry: FaultyRegistry, source: RegistrySource, reference: Reference
) -> None:
    registry.on(BLOB_PATH, Reply(body=BLOB, cut_after=1000))
    with pytest.raises(ImageError, match="at 1000 of 300000 bytes"):
        pull(source, reference)
    assert len(registry.seen) == 5


def test_another_range_than_asked_for_is_refused(
    registry: FaultyRegistry, source: RegistrySource, reference: Reference
) -> None:
    wrong = Reply(206, {"content-range": f"bytes 0-199999/{len(BLOB)}"}, BLOB[:200_000])
    registry.on(BLOB_PATH, Reply(body=BLOB, cut_after=100_000), wrong)
    with pytest.raises(ImageError, match="another part"):
        pull(source, reference)


def test_a_blob_with_other_content_is_a_digest_mismatch(
    registry: FaultyRegistry, source: RegistrySource, reference: Reference
) -> None:
    registry.on(BLOB_PATH, Reply(body=bytes(len(BLOB))))
    with pytest.raises(DigestMismatch, match="other content"):
        pull(source, reference)


def test_a_blob_is_followed_to_another_host_which_sees_no_credentials(
    registry: FaultyRegistry, elsewhere: FaultyRegistry, source: RegistrySource, reference: Reference
) -> None:
    registry.on("/token", Reply(body=b'{"token": "t0ken"}'))
    challenge = {"www-authenticate": f'Bearer realm="{registry.url}/token",service="s"'}
    moved = Reply(307, {"location": f"{elsewhere.url}/store?signature=s1gned", "set-cookie": "c=1"})
    registry.on(BLOB_PATH, Reply(401, challenge), moved)
    elsewhere.on("/store", Reply(body=BLOB))
    assert pull(source, reference) == BLOB
    assert registry.seen[-1].headers["authorization"] == "Bearer t0ken"
    (seen,) = elsewhere.seen
    assert "authorization" not in seen.headers
    assert "cookie" not in seen.headers


def test_a_login_asked_for_by_a_redirect_target_is_refused(
    registry: FaultyRegistry, elsewhere: FaultyRegistry, source: RegistrySource, reference: Reference
) -> None:
    registry.on(BLOB_PATH, Reply(307, {"location": f"{elsewhere.url}/store"}))
    elsewhere.on("/store", Reply(401, {"www-authenticate": f'Bearer realm="{elsewhere.url}/token"'}))
    with pytest.raises(ImageError, match="login of its own"):
        pull(source, reference)
    assert elsewhere.asked("/token") == []


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://169.254.169.254/latest/meta-data", "without TLS"),
        ("https://169.254.169.254/latest/meta-data", "link-local"),
        ("http://cdn.example/x", "without TLS"),
        ("https://user:s3cret@cdn.example/x", "no plain web address"),
        ("file:///etc/passwd", "no plain web address"),
        ("", "more than redirects"),
        ("https://cdn.example:port/x", "redirects to nowhere"),
        ("https://cdn.example:70000/x", "no plain web address"),
        (f"https://{'a' * 70}.example/x", "no such address can exist"),
    ],
)
def test_a_redirect_to_where_it_must_not_lead_is_refused(
    registry: FaultyRegistry, source: RegistrySource, reference: Reference, location: str, reason: str
) -> None:
    registry.on(BLOB_PATH, Reply(302, {"location": location}))
    with pytest.raises(ImageError, match=reason) as caught:
        pull(source, reference)
    assert "s3cret" not in caught.value.diagnostics()


def test_a_redirect_without_target_leads_nowhere(
    registry: FaultyRegistry, source: RegistrySource, reference: Reference
) -> None:
    registry.on(BLOB_PATH, Reply(302))
    with pytest.raises(ImageError, match="nowhere"):
        pull(source, reference)


def test_a_redirect_loop_ends(registry: FaultyRegistry, source: RegistrySource, reference: Reference) -> None:
    registry.on(BLOB_PATH, Reply(302, {"location": BLOB_PATH}))
    with pytest.raises(LimitExceeded, match="redirects = 5"):
        pull(source, reference)
    assert len(registry.seen) == 6


def test_addresses_with_signatures_reach_no_log(
    registry: FaultyRegistry,
    elsewhere: FaultyRegistry,
    source: RegistrySource,
    reference: Reference,
    caplog: pytest.LogCaptureFixture,
) -> None:
    registry.on(BLOB_PATH, Reply(307, {"location": f"{elsewhere.url}/store?signature=s1gned"}))
    elsewhere.on("/store", Reply(403))
    with caplog.at_level(logging.DEBUG), pytest.raises(AccessDenied) as caught:
        pull(source, reference)
    assert "s1gned" not in caplog.text
    assert "s1gned" not in caught.value.diagnostics()


def test_a_stream_that_is_left_early_is_closed(
    registry: FaultyRegistry, source: RegistrySource, reference: Reference
) -> None:
    registry.on(BLOB_PATH, Reply(body=BLOB))
    with source.blob(reference, LAYER) as chunks:
        assert next(chunks)
    with source.blob(reference, LAYER):
        pass
    assert pull(source, reference) == BLOB

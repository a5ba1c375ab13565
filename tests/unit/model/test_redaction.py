"""Whatever is told of a name, it is not the login that somebody typed into it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.model.redaction import without_login
from basewise.model.reference import Reference

DIGEST = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("bob:S3cret@h/x", "***@h/x"),
        ("bob:S3cret@registry.example:5000/x:1", "***@registry.example:5000/x:1"),
        ("T0ken@h", "***@h"),
        ("https://bob:S3cret@h/x", "https://***@h/x"),
        ("docker://bob:S3cret@h/x", "docker://***@h/x"),
        ("//bob:S3cret@h/x", "//***@h/x"),
        ("https://bob:S3@cr/et@h/x", "https://***@h/x"),
        ("bob:S3cr/et?#@h/x", "***@h/x"),
        ("bob:S3@cret@h/x", "***@h/x"),
        ("a.test=bob:S3cret@h", "***@h"),
        (f"bob:S3cret@h/x:1@{DIGEST}", f"***@h/x:1@{DIGEST}"),
        ("bob:S3cret@${REGISTRY}/x", "***@${REGISTRY}/x"),
        ("bob:S3cret@$SHARED_REGISTRY", "***@$SHARED_REGISTRY"),
        ("{{ .Values.user }}:S3cret@{{ .Values.registry }}/x", "***@{{ .Values.registry }}/x"),
        ("bob:S3cret@h/x@${DIGEST}", "***@h/x@${DIGEST}"),
        ("bob:S3cret@sha256:5000/x", "***@sha256:5000/x"),
    ],
)
def test_a_login_is_hidden_and_the_rest_told(text: str, shown: str) -> None:
    assert without_login(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        f"python:3.12-slim@{DIGEST}",
        "python@sha256:abc",
        "python@md5:00",
        "python:3.12@${DIGEST}",
        "python:3.12@$PYTHON_SHA256",
        "{{ .Values.repository }}:{{ .Values.tag }}@{{ .Values.image.digest }}",
        "{{ .Values.repository }}{{ if .Values.digest }}@{{ .Values.digest }}{{ else }}:{{ .Values.tag }}{{ end }}",
        "https://mirror.example:8080/npm/@scope/x",
        "https://[::1]:5000/a@b",
        "@3",
        "@",
        "",
    ],
)
def test_an_at_sign_that_begins_no_host_hides_nothing(text: str) -> None:
    assert without_login(text) == text


def test_what_stands_for_the_login_can_be_left_out() -> None:
    assert without_login("https://bob:S3cret@h/x", hidden="") == "https://h/x"


anything = st.text(max_size=20).filter(lambda text: "@" not in text)


@given(
    st.sampled_from(["", "docker://", "A=", "registry.example/x@"]),
    anything,
    anything,
    st.sampled_from(["", f"@{DIGEST}"]),
)
def test_no_password_is_told_whatever_it_is_made_of(before: str, first: str, second: str, digest: str) -> None:
    told = without_login(f"{before}bob:{first}S3cret@{second}S3cret@h.example/x:1{digest}")
    assert "S3cret" not in told
    assert told.endswith(f"***@h.example/x:1{digest}")


component = st.from_regex(r"[a-z0-9]{1,6}([._-][a-z0-9]{1,4})?", fullmatch=True)


@given(
    st.sampled_from(["docker.io", "reg.example.com", "localhost:5000", "[::1]:5000"]),
    st.lists(component, min_size=1, max_size=3),
    st.sampled_from([None, "1", "v1.2.3-rc_1"]),
    st.sampled_from([None, DIGEST, "sha512:" + "f" * 128]),
)
def test_every_reference_is_told_whole(host: str, path: list[str], tag: str | None, digest: str | None) -> None:
    text = str(Reference(host, "/".join(path), tag, digest))
    assert without_login(text) == text

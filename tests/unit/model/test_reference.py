"""References follow the distribution grammar and have one normal form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.model.errors import InvalidReference
from basewise.model.reference import Reference

DIGEST = "sha256:" + "0" * 64

CANONICAL = [
    ("python", "docker.io/library/python"),
    ("python:3.12-slim", "docker.io/library/python:3.12-slim"),
    ("library/python", "docker.io/library/python"),
    ("docker.io/python", "docker.io/library/python"),
    ("docker.io/library/python", "docker.io/library/python"),
    ("index.docker.io/library/python:3", "docker.io/library/python:3"),
    ("registry-1.docker.io/library/python:3", "docker.io/library/python:3"),
    ("bitnami/redis:7", "docker.io/bitnami/redis:7"),
    ("localhost/app", "localhost/app"),
    ("localhost:5000/app:1", "localhost:5000/app:1"),
    ("127.0.0.1:5000/hub/python:3", "127.0.0.1:5000/hub/python:3"),
    ("[::1]:5000/app", "[::1]:5000/app"),
    ("REG.example.com/app", "reg.example.com/app"),
    ("MyReg/app:1", "MyReg/app:1"),
    ("reg.example.com/a/b/c:tag_1.2-x", "reg.example.com/a/b/c:tag_1.2-x"),
    ("reg.example.com:443/a__b/c.d-e:V1", "reg.example.com:443/a__b/c.d-e:V1"),
    (f"python@{DIGEST}", f"docker.io/library/python@{DIGEST}"),
    (f"python:3.12@{DIGEST}", f"docker.io/library/python:3.12@{DIGEST}"),
    ("  python  ", "docker.io/library/python"),
]


@pytest.mark.parametrize(("text", "canonical"), CANONICAL)
def test_every_spelling_has_one_normal_form(text: str, canonical: str) -> None:
    assert str(Reference.parse(text)) == canonical
    assert Reference.parse(canonical) == Reference.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "Python", "python:", "python:-x", "a//b", "/a", "a/", "reg.example.com/", "python@sha256:abc",
        "python@md5:00",
        "python:" + "x" * 129,
        "{{ .Values.image }}", "a b", "-reg.example.com/a", "a/" + "b" * 300,
        "${BASE}", "reg.example.com/A",
        "python:3\n", "a___b/c", "a..b/c",
    ],
)  # fmt: skip
def test_what_is_no_reference_is_refused(text: str) -> None:
    if text == "python:3\n":
        assert str(Reference.parse(text)).endswith(":3")  # surrounding white space is no part of a reference
        return
    with pytest.raises(InvalidReference):
        Reference.parse(text)


@pytest.mark.parametrize(
    "text", ["bob:S3cret@h/x", "https://bob:S3cret@h/x", f"bob:S3cret@h/x@{DIGEST}", "T0ken@h/S3cret@h"]
)
def test_a_login_is_no_part_of_a_reference_and_is_not_repeated(text: str) -> None:
    with pytest.raises(InvalidReference, match="only a digest may follow an '@'") as error:
        Reference.parse(text)
    assert "S3cret" not in error.value.diagnostics()
    assert "T0ken" not in error.value.diagnostics()


@pytest.mark.parametrize(
    "text", ["python:3.12-slim", "bitnami/redis:7", "ghcr.io/acme/app:1", "localhost:5000/a", f"python:3@{DIGEST}"]
)
def test_the_familiar_form_is_what_people_write(text: str) -> None:
    assert Reference.parse(text).familiar == text


def test_the_line_is_repository_and_tag_whatever_the_digest() -> None:
    assert Reference.parse(f"python:3.12@{DIGEST}").line == "docker.io/library/python:3.12"
    assert Reference.parse("python").line == "docker.io/library/python:latest"
    assert Reference.parse(f"python@{DIGEST}").line == "docker.io/library/python"


component = st.from_regex(r"[a-z0-9]{1,6}([._-][a-z0-9]{1,4})?", fullmatch=True)


@given(
    st.sampled_from(["", "docker.io/", "reg.example.com/", "localhost:5000/"]),
    st.lists(component, min_size=1, max_size=3),
    st.sampled_from(["", ":1", ":latest", ":v1.2.3-rc_1"]),
    st.sampled_from(["", f"@{DIGEST}"]),
)
def test_familiar_and_canonical_forms_read_back_as_the_same_reference(
    host: str, path: list[str], tag: str, digest: str
) -> None:
    reference = Reference.parse(host + "/".join(path) + tag + digest)
    assert Reference.parse(str(reference)) == reference
    assert Reference.parse(reference.familiar) == reference

from __future__ import annotations

import base64
import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from basewise.model.errors import UsageError
from basewise.oci.credentials import Credential, Credentials, load_credentials


def load(tmp_path: Path, **body: object) -> Credentials:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(body))
    return load_credentials(path)


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "key", ["https://index.docker.io/v1/", "docker.io", "registry-1.docker.io", "https://index.docker.io/v2/"]
)
def test_every_spelling_of_docker_hub_is_one(tmp_path: Path, key: str) -> None:
    found = load(tmp_path, auths={key: {"auth": encoded("me:pass:word")}}).find("docker.io", "library/python")
    assert found == Credential(username="me", password="pass:word")


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"auth": encoded("me:pw")}, Credential(username="me", password="pw")),
        ({"username": "me", "password": "pw"}, Credential(username="me", password="pw")),
        (
            {"auth": encoded("me:"), "identitytoken": "refresh"},
            Credential(username="me", password="", identity_token="refresh"),
        ),
        ({}, None),
        (None, None),
    ],
)
def test_an_entry_is_read(tmp_path: Path, entry: object, expected: Credential | None) -> None:
    assert load(tmp_path, auths={"https://registry.test:5000": entry}).find("registry.test:5000", "a/b") == expected


def test_the_most_specific_entry_wins_and_paths_stay_paths(tmp_path: Path) -> None:
    auths = {"quay.io": {"auth": encoded("a:1")}, "quay.io/team": {"auth": encoded("b:2")}}
    credentials = load(tmp_path, auths=auths)
    assert credentials.find("quay.io", "team/app") == Credential(username="b", password="2")
    assert credentials.find("quay.io", "teamwork/app") == Credential(username="a", password="1")
    assert credentials.find("other.test", "team/app") is None


def test_a_credential_helper_is_told_as_the_reason(tmp_path: Path) -> None:
    credentials = load(tmp_path, credHelpers={"aws.test": "ecr-login"}, credsStore="desktop")
    assert "'ecr-login'" in credentials.missing_because("aws.test")
    assert "'desktop'" in credentials.missing_because("registry.test")
    assert load(tmp_path).missing_because("registry.test") == ""


def test_an_entry_that_cannot_be_decoded_spoils_no_other(tmp_path: Path) -> None:
    credentials = load(tmp_path, auths={"a.test": {"auth": "%%%"}, "b.test": {"auth": encoded("me:pw")}})
    assert credentials.find("a.test", "x") is None
    assert "cannot be decoded" in credentials.missing_because("a.test")
    assert credentials.find("b.test", "x") is not None


def test_a_file_that_does_not_exist_holds_nothing(tmp_path: Path) -> None:
    assert load_credentials(tmp_path / "absent.json").find("docker.io", "library/python") is None


@pytest.mark.parametrize("text", ['{"auths": {"a.test": {"auth": "c2VjcmV0', '{"auths": ["c2VjcmV0"]}'])
def test_a_broken_file_is_a_usage_error_that_quotes_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.json"
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        load_credentials(path)
    assert "c2VjcmV0" not in caught.value.diagnostics()


def test_a_directory_in_place_of_the_file_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_credentials(tmp_path)


def test_no_text_form_holds_a_secret() -> None:
    credential = Credential(username="me", password="hunter2", identity_token="refresh9")
    for text in (repr(credential), str(credential), f"{credential}", repr(Credentials({"a.test": credential}))):
        assert "hunter2" not in text
        assert "refresh9" not in text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200))
def test_any_bytes_are_credentials_or_a_usage_error(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "config.json"
    path.write_bytes(data)
    with contextlib.suppress(UsageError):
        assert load_credentials(path).find("docker.io", "library/x") is None

from __future__ import annotations

import base64
import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.oci.credentials.sources import NOW, find, told

from basewise.model.errors import UsageError
from basewise.model.limits import Limits
from basewise.oci.credentials import credentials
from basewise.oci.credentials.chain import Credentials
from basewise.oci.credentials.files import load
from basewise.oci.credentials.interface import Credential, CredentialSource
from basewise.oci.settings import Logins


def read(path: Path) -> list[CredentialSource]:
    return load(path, {}, Limits(), now=lambda: NOW)


def written(tmp_path: Path, **body: object) -> list[CredentialSource]:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(body))
    return read(path)


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "key", ["https://index.docker.io/v1/", "docker.io", "registry-1.docker.io", "https://index.docker.io/v2/"]
)
def test_every_spelling_of_docker_hub_is_one(tmp_path: Path, key: str) -> None:
    found = find(written(tmp_path, auths={key: {"auth": encoded("me:pass:word")}}), "docker.io", "library/python")
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
    assert find(written(tmp_path, auths={"https://registry.test:5000": entry}), "registry.test:5000") == expected


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("robot$shop+reader", "s$ec:ret$$"),  # Harbor
        ("$oauthtoken", "nvapi-key"),  # Quay, NVIDIA
        ("_json_key", json.dumps({"type": "service_account", "private_key": "-----BEGIN\nx:y\n"}, indent=2)),  # Google
        ("oauth2accesstoken", "ya29.token"),  # Google
        ("someone", "ghp_token"),  # GitHub
        ("00000000-0000-0000-0000-000000000000", "eyJ.refresh"),  # Azure
        ("ünïcode", "pässwörd"),
    ],
)
def test_what_registries_call_users_and_passwords_survives_as_it_is(
    tmp_path: Path, username: str, password: str
) -> None:
    found = find(
        written(tmp_path, auths={"registry.test": {"auth": encoded(f"{username}:{password}")}}), "registry.test"
    )
    assert found == Credential(username=username, password=password)
    assert base64.b64decode(found.basic().removeprefix("Basic ")).decode() == f"{username}:{password}"


def test_the_most_specific_entry_wins_and_paths_stay_paths(tmp_path: Path) -> None:
    auths = {
        "quay.io": {"auth": encoded("a:1")},
        "quay.io/team": {"auth": encoded("b:2")},
        "quay.io/team/app": {"auth": encoded("c:3")},
    }
    sources = written(tmp_path, auths=auths)
    assert find(sources, "quay.io", "team/app") == Credential(username="c", password="3")
    assert find(sources, "quay.io", "team/app/part") == Credential(username="c", password="3")
    assert find(sources, "quay.io", "team/other") == Credential(username="b", password="2")
    assert find(sources, "quay.io", "teamwork/app") == Credential(username="a", password="1")
    assert find(sources, "other.test", "team/app") is None


def test_an_entry_that_cannot_be_decoded_spoils_no_other(tmp_path: Path) -> None:
    sources = written(tmp_path, auths={"a.test": {"auth": "%%%"}, "b.test": {"auth": encoded("me:pw")}})
    assert told(sources, "a.test") == (None, "its entry in the credentials file cannot be decoded")
    assert find(sources, "b.test") is not None


def test_the_first_of_several_files_that_knows_the_registry_decides(tmp_path: Path) -> None:
    for name, auths in {"a": {"a.test": "first:1"}, "b": {"a.test": "second:2", "b.test": "second:2"}}.items():
        text = json.dumps({"auths": {host: {"auth": encoded(login)} for host, login in auths.items()}})
        (tmp_path / name).write_text(text)
    logins = Logins(files=(tmp_path / "none", tmp_path / "a", tmp_path / "b"))
    found = credentials(logins, Limits(), now=lambda: NOW)._sources
    assert find(found, "a.test") == Credential(username="first", password="1")
    assert find(found, "b.test") == Credential(username="second", password="2")


def test_a_file_that_does_not_exist_holds_nothing(tmp_path: Path) -> None:
    assert read(tmp_path / "absent.json") == []


@pytest.mark.parametrize("text", ['{"auths": {"a.test": {"auth": "c2VjcmV0', '{"auths": ["c2VjcmV0"]}'])
def test_a_broken_file_is_a_usage_error_that_quotes_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.json"
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        read(path)
    assert "c2VjcmV0" not in caught.value.diagnostics()


def test_a_directory_in_place_of_the_file_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read(tmp_path)


def test_no_text_form_holds_a_secret(tmp_path: Path) -> None:
    credential = Credential(username="me", password="hunter2", identity_token="refresh9")
    sources = written(tmp_path, auths={"a.test": {"auth": encoded("me:hunter2"), "identitytoken": "refresh9"}})
    logins = Logins(environment={"TOKEN": "hunter2"}, azure_token="refresh9")
    for text in (
        repr(credential),
        str(credential),
        f"{credential}",
        repr(sources),
        repr(Credentials(sources)),
        repr(logins),
    ):
        assert "hunter2" not in text
        assert "refresh9" not in text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200))
def test_any_bytes_are_credentials_or_a_usage_error(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "config.json"
    path.write_bytes(data)
    with contextlib.suppress(UsageError):
        assert find(read(path), "docker.io", "library/x") is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    username=st.text(st.characters(exclude_characters=":", exclude_categories=["Cs"])),
    password=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1),
)
def test_any_login_that_docker_can_write_comes_back(tmp_path: Path, username: str, password: str) -> None:
    auths = {"a.test": {"auth": encoded(f"{username}:{password}")}}
    assert find(written(tmp_path, auths=auths), "a.test") == Credential(username=username, password=password)

from __future__ import annotations

import os
import select
import stat
from pathlib import Path

import pytest
from tests.unit.oci.credentials.sources import NOW, find, no_network, told

from basewise.model.limits import Limits
from basewise.oci.credentials.chain import Credentials
from basewise.oci.credentials.helper import Helpers
from basewise.oci.credentials.interface import Credential, CredentialUnavailable
from basewise.oci.mirrors import Place

LIMITS = Limits(helper_seconds=30, helper_bytes=10_000)


def program(folder: Path, name: str, script: str) -> dict[str, str]:
    """Puts a helper into `folder`; the environment that finds it."""
    path = folder / f"docker-credential-{name}"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return {"PATH": f"{folder}:/usr/bin:/bin"}


def helpers(environment: dict[str, str], limits: Limits = LIMITS, store: str = "") -> list[Helpers]:
    return [Helpers({"a.test:5000": "one"}, store, environment, limits, now=lambda: NOW)]


ANSWERS = 'echo "$1 $(cat)" >> "$(dirname "$0")/asked"; echo \'{"ServerURL": "x", "Username": "me", "Secret": "p$w"}\''


def test_a_helper_reads_the_host_and_its_answer_is_the_credential(tmp_path: Path) -> None:
    environment = program(tmp_path, "one", ANSWERS)
    assert find(helpers(environment), "a.test:5000") == Credential(username="me", password="p$w")
    assert (tmp_path / "asked").read_text() == "get a.test:5000\n"
    assert find(helpers(environment), "b.test") is None


def test_docker_hub_is_asked_for_as_docker_stores_it(tmp_path: Path) -> None:
    environment = program(tmp_path, "all", ANSWERS)
    assert find(helpers(environment, store="all"), "docker.io", "library/x") is not None
    assert (tmp_path / "asked").read_text() == "get https://index.docker.io/v1/\n"


def test_a_secret_of_the_user_token_is_an_identity_token(tmp_path: Path) -> None:
    environment = program(tmp_path, "one", 'cat >/dev/null; echo \'{"Username": "<token>", "Secret": "r9"}\'')
    assert find(helpers(environment), "a.test:5000") == Credential(username="<token>", identity_token="r9")


def test_a_helper_gets_the_environment_that_was_handed_in_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BASEWISE_TEST_OUTSIDE", "visible")
    environment = program(
        tmp_path, "one", 'echo "{\\"Username\\": \\"$MINE\\", \\"Secret\\": \\"x$BASEWISE_TEST_OUTSIDE\\"}"'
    )
    found = find(helpers(environment | {"MINE": "handed in"}), "a.test:5000")
    assert found == Credential(username="handed in", password="x")


def test_a_helper_that_has_nothing_is_no_problem(tmp_path: Path) -> None:
    environment = program(tmp_path, "one", "echo 'credentials not found in native keychain'; exit 1")
    assert told(helpers(environment), "a.test:5000") == (None, "")


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo s3cret; exit 3", "credential helper 'one' ended with 3"),
        ("echo s3cret", "credential helper 'one' answers with something that is no credential"),
        ("echo '{\"Secret\": 5}'", "credential helper 'one' answers with something that is no credential"),
        ("head -c 20000 /dev/zero", "credential helper 'one' answers with more than helper_bytes = 10000"),
        ("exec cat /dev/zero", "credential helper 'one' answers with more than helper_bytes = 10000"),
        ("kill -TERM $$", "credential helper 'one' ended with -15"),
    ],
)
def test_a_helper_that_fails_is_the_reason_without_what_it_printed(tmp_path: Path, script: str, reason: str) -> None:
    assert told(helpers(program(tmp_path, "one", script)), "a.test:5000") == (None, reason)


@pytest.mark.parametrize("script", ["sleep 60", "sleep 60 & wait", "sleep 60 &", "exec >&-; sleep 60"])
def test_a_helper_that_hangs_is_stopped_with_what_it_started(tmp_path: Path, script: str) -> None:
    os.mkfifo(tmp_path / "alive")
    with os.fdopen(os.open(tmp_path / "alive", os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0) as alive:
        environment = program(tmp_path, "one", f'exec 9>"$(dirname "$0")/alive"; echo begun >&9; {script}')
        _, because = told(helpers(environment, Limits(helper_seconds=0.5)), "a.test:5000")
        assert because == "credential helper 'one' takes longer than helper_seconds = 0.5"
        assert alive.read(100) == b"begun\n"
        assert select.select([alive], [], [], 30) == ([alive], [], [])
        assert alive.read(100) == b""  # the end: nobody holds it open any more


@pytest.mark.parametrize("name", ["../one", "a/b", "", "-x", "one two", "one;true", "x" * 65, "ö"])
def test_a_name_that_is_none_is_never_run(tmp_path: Path, name: str) -> None:
    environment = program(tmp_path, "one", ANSWERS)
    credential, because = told([Helpers({"a.test": name}, "", environment, LIMITS, now=lambda: NOW)], "a.test")
    assert credential is None
    assert not name or "is no name of one" in because
    assert not (tmp_path / "asked").exists()


def test_a_helper_that_is_not_installed_is_the_reason(tmp_path: Path) -> None:
    for environment in ({"PATH": str(tmp_path)}, {}):
        assert told(helpers(environment), "a.test:5000")[1] == (
            "credential helper 'one' is configured for it, but there is no docker-credential-one in PATH"
        )


def test_an_answer_is_remembered_until_it_is_old_or_refused(tmp_path: Path) -> None:
    environment = program(tmp_path, "one", ANSWERS)
    clock = [NOW]
    source = Helpers({"a.test": "one"}, "", environment, LIMITS, now=lambda: clock[0])
    place = Place("a.test", "app")

    def asked() -> int:
        with no_network() as exchange:
            source.find(place, exchange)
        return len((tmp_path / "asked").read_text().splitlines())

    assert [asked(), asked()] == [1, 1]
    source.forget(place)
    assert asked() == 1  # it was asked a moment ago
    clock[0] += 20
    source.forget(place)
    assert [asked(), asked()] == [2, 2]
    clock[0] += LIMITS.helper_answer_seconds
    assert asked() == 3


def test_a_failure_is_remembered_too(tmp_path: Path) -> None:
    environment = program(tmp_path, "one", 'echo x >> "$(dirname "$0")/asked"; exit 1')
    (source,) = helpers(environment)
    with no_network() as exchange:
        for _ in range(3):
            with pytest.raises(CredentialUnavailable):
                source.find(Place("a.test:5000", "app"), exchange)
    assert (tmp_path / "asked").read_text() == "x\n"


def test_a_credential_that_was_refused_for_a_repository_is_not_given_for_it_again(tmp_path: Path) -> None:
    credentials = Credentials(helpers(program(tmp_path, "one", ANSWERS)))
    with no_network() as exchange:
        found = credentials.find(Place("a.test:5000", "app"), exchange)
        assert found is not None
        credentials.refuse(Place("a.test:5000", "app"), found)
        assert credentials.find(Place("a.test:5000", "app"), exchange) is None
        assert credentials.find(Place("a.test:5000", "other"), exchange) == found

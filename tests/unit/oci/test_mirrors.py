from __future__ import annotations

import pytest

from basewise.model.errors import UsageError
from basewise.model.reference import Reference
from basewise.oci.mirrors import Mirrors, Place


@pytest.mark.parametrize(
    ("rules", "reference", "host", "repository"),
    [
        ([], "python", "docker.io", "library/python"),
        (["docker.io=127.0.0.1:5000/hub"], "python:3", "127.0.0.1:5000", "hub/library/python"),
        (["index.docker.io=127.0.0.1:5000"], "acme/app", "127.0.0.1:5000", "acme/app"),
        (["docker.io/library=mirror.test/official"], "python", "mirror.test", "official/python"),
        (["docker.io/library/python=mirror.test/py"], "python", "mirror.test", "py"),
        (["docker.io=a.test", "docker.io/library=b.test/x"], "python", "b.test", "x/python"),
        (["docker.io=a.test", "docker.io/library=b.test/x"], "acme/app", "a.test", "acme/app"),
        (["registry.test:5000=localhost"], "registry.test:5000/a/b", "localhost", "a/b"),
        (["registry.test=localhost:1"], "registry.test:5000/a/b", "registry.test:5000", "a/b"),
        (["registry.test/team=a.test"], "registry.test/teamwork/x", "registry.test", "teamwork/x"),
        (["quay.io=docker.io/quay"], "quay.io/a/b", "docker.io", "quay/a/b"),
        (["docker.io=mirror.test/"], "python", "mirror.test", "library/python"),
    ],
)
def test_a_repository_is_asked_for_at(rules: list[str], reference: str, host: str, repository: str) -> None:
    assert Mirrors.parse(rules).place(Reference.parse(reference)) == Place(host, repository)


@pytest.mark.parametrize(
    "rule",
    [
        "docker.io",
        "=mirror.test",
        "docker.io=",
        "docker.io=https://mirror.test",
        "docker.io=mirror",
        "a.test=B.test/Upper",
        "docker.io=user:secret@mirror.test",
        "docker.io=mirror.test:port/x",
    ],
)
def test_a_rule_that_cannot_be_read_is_a_usage_error(rule: str) -> None:
    with pytest.raises(UsageError) as caught:
        Mirrors.parse([rule])
    assert "docker.io=mirror.example:5000/hub" in caught.value.remedy


def test_two_rules_for_one_origin_contradict() -> None:
    with pytest.raises(UsageError, match="contradicts"):
        Mirrors.parse(["docker.io=a.test", "index.docker.io=b.test"])


@pytest.mark.parametrize(
    "rule",
    [
        "a.test=bob:S3cret@h",
        "a.test=https://bob:S3cret@h/x",
        "bob:S3cret@h=a.test",
        "bob:S3cret@h",
        "a.test=bob:S3=cret@h",
    ],
)
def test_a_login_in_a_rule_is_refused_and_not_repeated(rule: str) -> None:
    with pytest.raises(UsageError, match="holds a login") as caught:
        Mirrors.parse([rule])
    assert "cret" not in caught.value.diagnostics()
    assert "bob" not in caught.value.diagnostics()

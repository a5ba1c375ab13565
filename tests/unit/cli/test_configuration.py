from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.cli.configuration import find_configuration, read_configuration
from basewise.model.configuration import Configuration
from basewise.model.errors import UsageError
from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.model.policy import RoleLevels

WHOLE = """\
# what may be used
own: [ghcr.io/acme]
check:
  allow: &allowed
    - quay.io/**
    - "python:3.*"
  refuse:
    - {match: "**/openjdk", reason: no longer updated, instead: cgr.dev/acme/jre}
  rules:
    unpinned: warning
    latest: {ci: off, build: warning}
  roles: [runtime, ci]
  kinds: [dockerfile]
  baseline: known.json
  exceptions:
    - match: centos
      path: services/old
      rules: [end-of-life]
      owner: team-a
      reason: moves in May
      expires: 2027-05-31
    - path: vendor-images
      owner: team-b
      reason: theirs
      expires: "2027-01-01"
"""
EXCEPTION = "check:\n  exceptions:\n    - {{match: x, owner: a, reason: b, expires: {expires}}}\n"


def read(folder: Path, text: str | bytes, limits: Limits = DEFAULT_LIMITS) -> Configuration:
    file = folder / "basewise.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_configuration(file, limits).configuration


def test_a_whole_configuration_is_read(tmp_path: Path) -> None:
    found = read(tmp_path, WHOLE)
    policy = found.check
    assert found.own == ["ghcr.io/acme"]
    assert policy.allow == ["quay.io/**", "python:3.*"]
    assert policy.refuse[0].instead == "cgr.dev/acme/jre"
    assert (policy.rules.unpinned, policy.rules.latest) == ("warning", RoleLevels(ci="off", build="warning"))
    assert (policy.roles, policy.kinds, policy.baseline) == (["runtime", "ci"], ["dockerfile"], "known.json")
    assert [one.expires for one in policy.exceptions] == [date(2027, 5, 31), date(2027, 1, 1)]


def test_exceptions_know_their_line(tmp_path: Path) -> None:
    file = tmp_path / "basewise.yaml"
    file.write_text(WHOLE)
    assert read_configuration(file, DEFAULT_LIMITS).exception_lines == [16, 22]


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n", "~\n", b"\xef\xbb\xbf# with a mark\n"])
def test_an_empty_file_is_the_defaults(tmp_path: Path, text: str | bytes) -> None:
    assert read(tmp_path, text) == Configuration()


@pytest.mark.parametrize(
    ("text", "place", "message", "remedy"),
    [
        ("check:\n  alow: []\n", "2:3", "no key 'alow' in check", "Did you mean allow?"),
        ("chekc: {}\n", "1:1", "no key 'chekc' in the file", "Did you mean check?"),
        ("check:\n  rules:\n    unpined: off\n", "3:5", "no key 'unpined' in check.rules", "Did you mean unpinned?"),
        ("check:\n  rules:\n    latest: {cii: off}\n", "3:14", "no key 'cii' in check.rules.latest", "ci?"),
        ("check:\n  rules:\n    latest: fatal\n", "3:13", "'fatal' is no value", "error, off, warning"),
        ("check:\n  rules:\n    latest: {ci: no}\n", "3:18", "'no' is no value", "error, off, warning"),
        ("check:\n  roles: [runtime, prod]\n", "2:20", "'prod' is no value of check.roles", "build, ci, dev, runtime"),
        ("check:\n  allow: python\n", "2:10", "check.allow is text and has to be a list", "after a hyphen"),
        ("check:\n  allow:\n", "2:9", "check.allow is nothing and has to be a list", "after a hyphen"),
        ("check:\n  allow:\n    - [a]\n", "3:7", "check.allow is a list and has to be text", "single value"),
        ("check: []\n", "1:1", "check is a list and has to be a table", "Write keys below it: allow,"),
        ("- a\n", "1:1", "the file is a list and has to be a table", "own, check"),
        ("own: [acme]\n", "1:7", "'acme' is no beginning", "ghcr.io/acme"),
        ("check:\n  allow: ['a b']\n", "2:11", "'a b' is no pattern", "registry/repository"),
        ("check:\n  refuse: [{match: a**, reason: b}]\n", "2:20", "has ** beside", "alone"),
        ("check:\n  refuse: [{match: a, reason: ''}]\n", "2:31", "'reason' is empty", "few words"),
        ("check:\n  refuse:\n    - match: a\n", "3:7", "'reason' is missing in check.refuse", "Write reason:"),
        (EXCEPTION.format(expires="2026-02-30"), "3:48", "is no date", "2027-03-31"),
        (EXCEPTION.format(expires="soon"), "3:48", "is no date", "2027-03-31"),
        (
            "check:\n  exceptions:\n    - owner: a\n      reason: b\n      expires: 2027-01-01\n",
            "3:7", "this exception covers everything", "Add match, path or both",
        ),
        (
            "check:\n  exceptions:\n    - match: a\n      reason: b\n      expires: 2027-01-01\n",
            "3:7", "'owner' is missing in check.exceptions", "Write owner:",
        ),
        (
            "check:\n  exceptions:\n    - {path: ../x, owner: a, reason: b, expires: 2027-01-01}\n",
            "3:14", "is no path below the root", "services/old/**",
        ),
        (
            "check:\n  exceptions:\n    - {path: x, owner: ' ', reason: b, expires: 2027-01-01}\n",
            "3:24", "'owner' is empty", "few words",
        ),
        ("own: []\nown: [ghcr.io/a]\n", "2:1", "the key 'own' is there twice", "Keep one"),
        ("check: {{ policy }}\n", "1:8", "a table stands in the place of a key", "Quote"),
        ("check:\n  allow: [\n", "3", "did not find", "Correct the YAML"),
        ("own: []\n---\nown: []\n", "3", "a second document", "one document"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place_and_what_to_write(
    tmp_path: Path, text: str, place: str, message: str, remedy: str
) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, text)
    assert caught.value.message.startswith(f"{tmp_path / 'basewise.yaml'}:{place}: ")
    assert message in caught.value.message
    assert remedy in caught.value.remedy


@pytest.mark.parametrize(
    ("data", "limits", "message"),
    [
        (b"own: [\xff]\n", DEFAULT_LIMITS, "is not text in UTF-8"),
        (b"#" * 65, Limits(configuration_bytes=64), "larger than configuration_bytes = 64"),
        (b"own: [a.b, a.b, a.b]\n", Limits(configuration_nodes=3), "more nodes than"),
        (b"[" * 200, DEFAULT_LIMITS, "nested deeper than"),
        (b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n" * 1, Limits(configuration_nodes=10), "more nodes than"),
    ],
)
def test_a_file_beyond_the_bounds_is_refused(tmp_path: Path, data: bytes, limits: Limits, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read(tmp_path, data, limits)


def test_a_file_that_cannot_be_read_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_configuration(tmp_path, DEFAULT_LIMITS)


def test_the_nearest_file_counts(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "basewise.yaml").write_text("")
    (tmp_path / "a" / "basewise.yaml").write_text("")
    assert find_configuration([tmp_path / "a" / "b", tmp_path / "a", tmp_path]) == tmp_path / "a" / "basewise.yaml"
    assert find_configuration([tmp_path / "a" / "b"]) is None


KEYS = ["own", "check", "allow", "refuse", "rules", "exceptions", "match", "expires", "latest", "other"]
VALUES = st.recursive(
    st.sampled_from(["", "~", "x", "2027-01-01", "'", "*a", "&a b", "[", "{", "off", "\u00e9", "!!int 3"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3).map(
            lambda table: "{" + ", ".join(f"{key}: {value}" for key, value in table.items()) + "}"
        )
    ),
    max_leaves=12,
)


@given(value=VALUES)
def test_any_file_is_a_configuration_or_a_mistake_with_its_place(
    tmp_path_factory: pytest.TempPathFactory, value: str
) -> None:
    folder = tmp_path_factory.mktemp("any", numbered=True)
    try:
        read(folder, f"check: {value}\n")
    except UsageError as error:
        assert error.message.startswith(f"{folder / 'basewise.yaml'}:")  # noqa: PT017 -- either answer is one

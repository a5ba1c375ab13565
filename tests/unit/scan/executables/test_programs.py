"""Each rule finds its own example, and a program whose version cannot be told is said."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.scan.executables.elf_files import elf_file

from basewise.catalogue.programs import ProgramRule, program_rules
from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.scan.executables.programs import Programs
from basewise.scan.interface import FileContents

RULES = {rule.id: rule for rule in program_rules()}


def holding(text: str) -> bytes:
    r"""A program with this text, in which `\0` stands for NUL."""
    return elf_file({b".text": b"code", b".rodata": text.replace("\\0", "\0").encode("latin-1")})


def read(name: str, text: str, limits: Limits = DEFAULT_LIMITS) -> FileContents:
    return Programs().read(f"usr/local/bin/{name}", holding(text), limits)


def found(contents: FileContents) -> list[str]:
    return [f"{record.name} {record.version}" for record in contents.records]


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_each_rule_finds_its_example(rule: ProgramRule) -> None:
    contents = read(rule.example_file, rule.example)
    assert found(contents) == [f"{rule.name} {rule.expects}"]
    assert contents.status.is_ok
    assert [(record.type, record.path) for record in contents.records] == [
        ("generic", f"usr/local/bin/{rule.example_file}")
    ]


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_program_that_only_has_the_name_is_said_unless_its_library_may_tell(rule: ProgramRule) -> None:
    contents = read(rule.example_file, "something else")
    assert contents.records == []
    assert contents.status.is_ok == rule.partner
    if not rule.partner:
        assert "but tells no version of it" in contents.status.reason


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("python3.13", r"\03.13.0rc2\0", "python 3.13.0rc2"),
        ("libpython2.7.so.1.0", r"\02.7.18\0", "python 2.7.18"),
        ("php-fpm", "X-Powered-By: PHP/8.4.0RC1", "php 8.4.0RC1"),
        ("ruby", r"\0ruby 3.4.0preview1 (2024-05-16 master) [x86_64-linux]", "ruby 3.4.0preview1"),
        ("haproxy", " version 3.1-dev7, released 2024/09/05", "haproxy 3.1-dev7"),
        ("postgres", "postgres (PostgreSQL) 17beta1", "postgresql 17beta1"),
        ("openssl", r"\0OpenSSL 1.1.1w  11 Sep 2023", "openssl 1.1.1w"),
        ("redis-server", r"\04.0.11\04.0.1\0\04.0.11841ce7054bd9-1542359302000000000\0", "redis 4.0.11"),
        ("mysqld", r"\011.4.2-MariaDB-log\0", "mariadb 11.4.2"),
        ("nginx", r"\0nginx version: openresty/1.21.4.1\0", "openresty 1.21.4.1"),
        ("libpython3.11.so.1.0", r"\0/opt/python/3.11.7\0", "python 3.11.7"),
        ("httpd-prefork", r"\0Apache/2.4.58 (Unix)\0", "apache 2.4.58"),
        ("perl5.36-x86_64-linux-gnu", r"\0/usr/lib/perl/5.36.0\0", "perl 5.36.0"),
        ("libsqlite3-2f1b8a3c.so.0.8.6", r"\03.45.2\0", "sqlite 3.45.2"),
        ("libcrypto-5a4cc9ad.so.1.1", r"\0OpenSSL 1.1.1w  11 Sep 2023", "openssl 1.1.1w"),
        ("libcurl-8e1fae7a.so.4.8.0", r"\0libcurl/8.5.0", "curl 8.5.0"),
        ("node-22", r"\0node.js/v22.1.0\0", "node 22.1.0"),
        ("lsphp", "X-Powered-By: PHP/8.3.1", "php 8.3.1"),
        ("bash-static", "@(#)Bash version 5.2.15(1) release GNU", "bash 5.2.15"),
        ("busybox-extras", "BusyBox v1.36.1 (2024-06-10 07:11:47 UTC)", "busybox 1.36.1"),
    ],
)
def test_other_spellings_are_understood(name: str, text: str, expected: str) -> None:
    assert found(read(name, text)) == [expected]


@pytest.mark.parametrize("name", ["python", "python2", "python3", "platform-python", "libpython3.so"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\0cpython-311\0 \03.11.2\0 \03.2.0\0", ["python 3.11.2"]),
        (r"\0cpython-313\0 \0/root/.pyenv/versions/3.13.0\0 lib/python2.5/site-packages \02.5.1\0", ["python 3.13.0"]),
        (r"\0lib/python2.7\0 \02.7.18+\0", ["python 2.7.18"]),
        (r"\0cpython-38\0 \0lib/python3.8\0 \03.8.18\0 \03.45.1\0", ["python 3.8.18"]),
        (r"\03.11.2\0", []),  # of whom it is the version, nothing says
    ],
)
def test_a_copy_of_python_under_a_shorter_name_is_known_by_what_it_holds(
    name: str, text: str, expected: list[str]
) -> None:
    contents = read(name, text)
    assert found(contents) == expected
    assert contents.status.is_ok


def test_two_pythons_in_one_file_are_none_and_are_said() -> None:
    contents = read("python3", r"\0cpython-311\0 \03.11.2\0 \0cpython-312\0 \03.12.4\0")
    assert contents.records == []
    assert "python 3.11.2 or 3.12.4: its version cannot be told" in contents.status.reason


@pytest.mark.parametrize(
    "name",
    [
        "python3.11-config",
        "python4",
        "pythons",
        "mypython3.11",
        "libpython3.11.a",
        "nodes",
        "node-gyp",
        "curl.1",
        "rubygems",
    ],
)
def test_files_of_other_names_are_not_looked_into(name: str) -> None:
    everything = "".join(rule.example for rule in RULES.values())
    assert read(name, everything) == FileContents()


def test_another_release_line_in_the_file_is_not_its_version() -> None:
    assert found(read("python3.11", r"\03.11.2\0 and \03.9.2\0")) == ["python 3.11.2"]


def test_two_versions_are_none_and_are_said() -> None:
    contents = read("git", r"\0git/2.39.5\0 \0git/2.40.1\0")
    assert contents.records == []
    assert "git 2.39.5 or 2.40.1: its version cannot be told" in contents.status.reason


def test_a_version_that_begins_another_is_not_a_second_one() -> None:
    assert found(read("git", r"\0git/2.39.5\0 \0git/2.39\0")) == ["git 2.39.5"]


@pytest.mark.parametrize(
    ("text", "limits", "named"),
    [
        ("curl/ " * 20, Limits(version_places=10), "version_places = 10"),
        ("".join(rf"\0curl/1.{n}.0" for n in range(20)), Limits(version_candidates=10), "version_candidates = 10"),
        ("".join(rf"\0cpython-3{n}\0" for n in range(20)), Limits(version_candidates=10), "version_candidates = 10"),
    ],
)
def test_a_file_full_of_markers_is_left_with_the_limit(text: str, limits: Limits, named: str) -> None:
    contents = read("python3" if "cpython" in text else "curl", text, limits)
    assert contents.records == []
    assert named in contents.status.reason


def test_libraries_are_wanted_by_their_names() -> None:
    wants = Programs().wants
    assert wants("usr/local/lib/libpython3.11.so.1.0")
    assert wants("usr/lib/x86_64-linux-gnu/libnode.so.108")
    assert not wants("usr/lib/x86_64-linux-gnu/libz.so.1")


@given(st.sampled_from(sorted({rule.example_file for rule in RULES.values()})), st.binary(max_size=300))
def test_no_content_raises(name: str, data: bytes) -> None:
    contents = Programs().read(name, b"\x7fELF" + data, DEFAULT_LIMITS)
    assert contents.status.is_ok or contents.status.reason


@given(st.sampled_from(list(RULES.values())), st.binary(max_size=200), st.binary(max_size=200))
def test_the_version_is_found_wherever_it_stands(rule: ProgramRule, before: bytes, behind: bytes) -> None:
    example = rule.example.replace("\\0", "\0").encode("latin-1")
    noise = re.compile(rb"[0-9]|" + re.escape(example[:4]))
    data = noise.sub(b"", before) + b"\0" + example + b"\0" + noise.sub(b"", behind)
    assert found(Programs().read(rule.example_file, data, DEFAULT_LIMITS)) == [f"{rule.name} {rule.expects}"]


def test_what_stands_in_code_is_no_version() -> None:
    code = elf_file({b".text": b"\x003.11.9\0", b".rodata": b"\x003.11.2\0"})
    found = Programs().read("usr/bin/python3.11", code, DEFAULT_LIMITS)
    assert [record.version for record in found.records] == ["3.11.2"]
    bare = Programs().read("usr/bin/python3.11", elf_file({b".x": b"\x003.11.2\0"}, table=False), DEFAULT_LIMITS)
    assert [record.version for record in bare.records] == ["3.11.2"]

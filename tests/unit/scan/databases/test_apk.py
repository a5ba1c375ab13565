import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.scan.databases.apk import INSTALLED, Apk
from basewise.scan.interface import DatabaseContents

MUSL = b"""C:Q1z+invalid+but+shaped+like+one=
P:musl
V:1.2.5-r0
A:x86_64
S:407278
T:the musl c library (libc) implementation
U:https://musl.libc.org/
L:MIT
o:musl
m:Timo Teras <timo.teras@iki.fi>
t:1709222852
F:lib
R:ld-musl-x86_64.so.1
a:0:0:755
F:usr/share/doc
R:musl
"""
SSL = b"""P:libssl3
V:3.3.0-r2
A:x86_64
o:openssl
R:in-the-root
F:usr/lib
R:libssl.so.3
"""


def read(data: bytes, path: str = INSTALLED[0]) -> DatabaseContents:
    return Apk().read({path: data}, DEFAULT_LIMITS)


def test_a_stanza_becomes_a_record() -> None:
    musl, ssl = read(MUSL + b"\n" + SSL + b"\n").records
    assert (musl.type, musl.name, musl.version, musl.architecture) == ("apk", "musl", "1.2.5-r0", "x86_64")
    assert (musl.source, musl.maintainer) == ("", "Timo Teras <timo.teras@iki.fi>")
    assert (ssl.source, ssl.source_version, ssl.database) == ("openssl", "", "lib/apk/db/installed")


def test_owned_files_are_put_together_from_folders_and_names() -> None:
    assert [(owned.package, owned.paths.split(b"\0")) for owned in read(MUSL + b"\n" + SSL).owned] == [
        ("musl", [b"lib/ld-musl-x86_64.so.1", b"usr/share/doc/musl"]),
        ("libssl3", [b"in-the-root", b"usr/lib/libssl.so.3"]),
    ]


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        (MUSL.replace(b"P:musl\n", b""), "stanza 2 has no valid package name (P)"),
        (MUSL.replace(b"V:1.2.5-r0\n", b""), "stanza 2 (musl) has no valid version (V)"),
        (MUSL.replace(b"V:1.2.5-r0", b"V:\xff\x00"), "stanza 2 (musl) has no valid version (V)"),
        (b"\x00\xff junk", "stanza 2 has no valid package name (P)"),
    ],
)
def test_a_broken_stanza_makes_the_database_partial_and_leaves_the_others(broken: bytes, problem: str) -> None:
    contents = read(SSL + b"\n" + broken + b"\n\n" + SSL.replace(b"libssl3", b"libcrypto3"))
    assert [record.name for record in contents.records] == ["libssl3", "libcrypto3"]
    assert contents.databases[0].status.status == "partial"
    assert problem in contents.databases[0].status.reason


def test_an_empty_database_is_no_silent_zero() -> None:
    assert read(b"").databases[0].status.reason == "lib/apk/db/installed records no package"


def test_packages_beyond_the_limit_make_the_database_partial() -> None:
    contents = Apk().read({INSTALLED[0]: MUSL + b"\n" + SSL}, Limits(layer_packages=1))
    assert len(contents.records) == 1
    assert "layer_packages" in contents.databases[0].status.reason


@pytest.mark.parametrize("path", INSTALLED)
def test_both_places_of_the_database_are_known_and_are_one(path: str) -> None:
    apk = Apk()
    assert apk.wants(path)
    assert apk.is_database(path)
    assert path.startswith(apk.folders)
    assert all(apk.merged_away(path, [other]) for other in INSTALLED)
    assert not apk.merged_away(path, ["var/lib/dpkg/status"])
    assert not apk.wants(path + ".new")


@given(st.binary(max_size=400))
def test_any_bytes_are_a_database_with_a_status(data: bytes) -> None:
    contents = read(data)
    assert contents.records or not contents.databases[0].status.is_ok

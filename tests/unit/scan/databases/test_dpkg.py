import gc
import sys
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.scan.databases.dpkg import STATUS, STATUS_D, Dpkg
from basewise.scan.interface import DatabaseContents

BASH = b"""Package: bash
Essential: yes
Status: install ok installed
Priority: required
Maintainer: Matthias Klose <doko@debian.org>
Architecture: amd64
Version: 5.1-2+deb11u1
Description: GNU Bourne Again SHell
 Version: 9 is said in this line, which continues the description.
 .
 The end.
"""
LIBC = b"""Package: libc6
Status: install ok installed
Architecture: amd64
Multi-Arch: same
Source: glibc
Version: 2.31-13+deb11u7
"""
ZLIB = b"""Package: zlib1g
Status: install ok installed
Architecture: amd64
Source: zlib (1:1.2.11.dfsg-2)
Version: 1:1.2.11.dfsg-2+b1
"""


def read(data: bytes, path: str = STATUS, **more: bytes) -> DatabaseContents:
    return Dpkg().read({path: data, **more}, DEFAULT_LIMITS)


def names(contents: DatabaseContents) -> list[str]:
    return [record.name for record in contents.records]


def test_a_stanza_becomes_a_record() -> None:
    (record,) = read(BASH).records
    assert (record.type, record.database, record.name, record.version) == ("deb", STATUS, "bash", "5.1-2+deb11u1")
    assert (record.architecture, record.maintainer) == ("amd64", "Matthias Klose <doko@debian.org>")
    assert (record.source, record.source_version) == ("", "")


def test_the_source_package_and_its_version_are_told_apart() -> None:
    libc, zlib = read(LIBC + b"\n" + ZLIB).records
    assert (libc.source, libc.source_version) == ("glibc", "")
    assert (zlib.source, zlib.source_version) == ("zlib", "1:1.2.11.dfsg-2")


@pytest.mark.parametrize(
    "state",
    ["installed", "half-installed", "half-configured", "unpacked", "triggers-awaited", "triggers-pending"],
)
def test_a_package_with_files_on_disk_is_present(state: str) -> None:
    assert names(read(BASH.replace(b"ok installed", f"ok {state}".encode()))) == ["bash"]
    assert names(read(BASH.replace(b"install ok installed", f"hold reinstreq {state}".encode()))) == ["bash"]


@pytest.mark.parametrize("state", [b"deinstall ok config-files", b"purge ok not-installed"])
def test_a_removed_package_is_absent(state: bytes) -> None:
    removed = BASH.replace(b"install ok installed", state)
    contents = read(removed + b"\n" + LIBC)
    assert names(contents) == ["libc6"]
    assert contents.databases[0].status.is_ok
    assert read(removed).databases[0].status.is_ok


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        (BASH.replace(b"Version: 5", b"Revision: 5"), "stanza 2 (bash) has no valid Version"),
        (BASH.replace(b"Version: 5.1", b"Version: 5 1"), "stanza 2 (bash) has no valid Version"),
        (BASH.replace(b"Package:", b"Paquet:"), "stanza 2 has no valid Package"),
        (BASH.replace(b"Package: bash", b"Package: b\xff\x00sh"), "stanza 2 has no valid Package"),
        (BASH.replace(b"Status:", b"State:"), "stanza 2 has no Status"),
        (b"\x7fELF\x01\x02\x03\xff binary junk", "stanza 2 has no Status"),
    ],
)
def test_a_broken_stanza_makes_the_database_partial_and_leaves_the_others(broken: bytes, problem: str) -> None:
    contents = read(LIBC + b"\n" + broken + b"\n\n" + ZLIB)
    assert names(contents) == ["libc6", "zlib1g"]
    status = contents.databases[0].status
    assert status.status == "partial"
    assert problem in status.reason
    assert status.reason.startswith("var/lib/dpkg/status: ")


def test_a_source_that_is_none_is_said_and_the_package_stands_for_itself() -> None:
    contents = read(LIBC.replace(b"glibc", b"glibc (broken"))
    assert (contents.records[0].source, contents.databases[0].status.status) == ("", "partial")


def test_a_database_with_nothing_readable_is_not_assessed() -> None:
    assert read(b"junk\n\nmore junk").databases[0].status.status == "not_assessed"


def test_an_empty_database_is_no_silent_zero() -> None:
    status = read(b"\n\n").databases[0].status
    assert (status.status, status.reason) == ("partial", "var/lib/dpkg/status records no package")


def test_many_broken_stanzas_are_counted_not_listed() -> None:
    reason = read(b"Package: x\n\n" * 1000 + BASH).databases[0].status.reason
    assert "stanza 3" in reason
    assert "and 997 more" in reason
    assert len(reason) < 200


def test_field_names_may_be_written_in_other_letter_case() -> None:
    assert names(read(BASH.replace(b"Package:", b"package:").replace(b"Version: 5", b"VERSION:5"))) == ["bash"]


def test_packages_beyond_the_limit_make_the_database_partial() -> None:
    contents = Dpkg().read({STATUS: BASH + b"\n" + LIBC}, Limits(layer_packages=1))
    assert names(contents) == ["bash"]
    assert "layer_packages" in contents.databases[0].status.reason


def test_files_of_status_d_need_no_status() -> None:
    contents = read(BASH.replace(b"Status: install ok installed\n", b""), STATUS_D + "bash")
    assert names(contents) == ["bash"]
    assert contents.databases[0].path == "var/lib/dpkg/status.d/bash"
    assert contents.databases[0].status.is_ok


def test_owned_files_come_from_lists_and_checksums() -> None:
    contents = Dpkg().read(
        {
            "var/lib/dpkg/info/bash.list": b"/.\n/bin\n/bin/bash\n",
            "var/lib/dpkg/status.d/tzdata.md5sums": b"d41d8  usr/share/zoneinfo/UTC\nbroken line\n00  ./etc/x\n",
        },
        DEFAULT_LIMITS,
    )
    assert [(owned.package, owned.paths.split(b"\0")) for owned in contents.owned] == [
        ("bash", [b".", b"bin", b"bin/bash"]),
        ("tzdata", [b"usr/share/zoneinfo/UTC", b"etc/x"]),
    ]
    assert contents.databases == []


@pytest.mark.parametrize(
    ("path", "wanted", "database"),
    [
        (STATUS, True, True),
        (STATUS_D + "tzdata", True, True),
        (STATUS_D + "tzdata.md5sums", True, False),
        (STATUS_D + ".hidden", False, False),
        (STATUS_D + "a/b", False, False),
        ("var/lib/dpkg/info/bash.list", True, False),
        ("var/lib/dpkg/info/bash.md5sums", False, False),
        ("var/lib/dpkg/status-old", False, False),
        ("var/lib/dpkg/available", False, False),
    ],
)
def test_only_files_that_tell_something_are_kept(path: str, wanted: bool, database: bool) -> None:  # noqa: FBT001  # a table
    assert (Dpkg().wants(path), Dpkg().is_database(path)) == (wanted, database)


def test_a_database_replaces_only_the_same_file() -> None:
    dpkg = Dpkg()
    assert dpkg.merged_away(STATUS, [STATUS])
    assert not dpkg.merged_away(STATUS, [STATUS_D + "bash"])


WORD = st.text(alphabet="abc+.-~:0123456789", min_size=1, max_size=12)
LINE = st.text(alphabet=st.characters(blacklist_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=20).map(str.strip)


@given(
    st.lists(st.tuples(WORD, WORD, WORD, LINE, st.permutations(range(6))), min_size=1, max_size=8), st.integers(1, 3)
)
def test_stanzas_come_back_whatever_the_order_of_their_fields(
    packages: list[tuple[str, str, str, str, list[int]]], blank: int
) -> None:
    stanzas = []
    for name, version, source, maintainer, order in packages:
        fields = [
            f"Package: {name}",
            f"Version: {version}",
            "Status: install ok installed",
            f"Source: {source}",
            f"Maintainer:{maintainer}",
            f"Description: {maintainer}\n Package: another\n\tVersion: 0",
        ]
        stanzas.append("\n".join(fields[at] for at in order))
    contents = read(("\n" + "\n" * blank).join(stanzas).encode())
    found = [(r.name, r.version, r.source or r.name, r.maintainer) for r in contents.records]
    assert found == [(name, version, source, maintainer) for name, version, source, maintainer, _ in packages]
    assert contents.databases[0].status.is_ok


@given(st.binary(max_size=400))
def test_any_bytes_are_a_database_with_a_status(data: bytes) -> None:
    contents = read(data)
    assert contents.records or not contents.databases[0].status.is_ok


def test_the_work_grows_with_the_packages_and_not_with_their_descriptions() -> None:
    few, many, wordy = calls(100, lines=15), calls(400, lines=15), calls(400, lines=150)
    assert wordy == many
    assert many - few == pytest.approx(300 * few / 100, rel=0.05)
    assert many < 400 * 100


def calls(packages: int, lines: int) -> int:
    """How many functions are called, Python's own included, to read so many packages with descriptions that long."""
    text = b"\n".join(
        BASH.replace(b"bash", b"package%03d" % number) + b" A longer line of the description, as they are.\n" * lines
        for number in range(packages)
    )
    made = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal made
        made += event in {"call", "c_call"}

    before = sys.getprofile()
    gc.disable()  # what listens to the collector would be counted too
    sys.setprofile(count)
    try:
        contents = read(text)
    finally:
        sys.setprofile(before)
        gc.enable()
    assert len(contents.records) == packages
    return made

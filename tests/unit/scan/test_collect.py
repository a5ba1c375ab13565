import pytest
from tests.unit.scan.databases.rpm.writers import sqlite

from basewise.archive.tar_header import DIRECTORY, FILE, HARD_LINK, SPARSE, SYMLINK, Member
from basewise.model.contents import LayerContents
from basewise.model.errors import LimitExceeded
from basewise.model.evidence import Status
from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.scan.collect import Collector

STATUS = "var/lib/dpkg/status"
STANZA = b"Package: bash\nStatus: install ok installed\nVersion: 5\nArchitecture: amd64\n"


def file(path: str, data: bytes | None = None, *, mode: int = 0o644, mtime: int = 0) -> Member:
    return Member(path, FILE, mode, mtime, len(data or b""), "", data)


def other(path: str, kind: bytes, link: str = "", mode: int = 0o777) -> Member:
    return Member(path, kind, mode, 0, 0, link, None)


def collected(*members: Member, limits: Limits = DEFAULT_LIMITS) -> LayerContents:
    collector = Collector(limits)
    for member in members:
        if member.type == FILE and collector.wants(member):
            assert member.data is not None
        else:
            member.data = None
        collector.add(member)
    return collector.finish()


def test_everything_but_directories_counts_as_a_file_in_archive_order() -> None:
    found = collected(file("b"), other("a", SYMLINK, "b"), other("d", DIRECTORY), other("c", b"3"))
    assert found.files == b"b\0a\0c"


def test_more_paths_than_fit_into_one_batch_stay_in_order() -> None:
    found = collected(*(file(f"f{number}") for number in range(20_000)))
    assert found.files.split(b"\0") == [b"f%d" % number for number in range(20_000)]


def test_whiteouts_and_opaque_folders_are_no_files() -> None:
    found = collected(
        file(".wh.top"), file("a/.wh.gone"), file("a/.wh..wh..opq"), file(".wh..wh..opq"), file("x/.wh..wh.plnk/1.2")
    )
    assert found.whiteouts == ["top", "a/gone"]
    assert found.opaque == ["a", ""]
    assert found.files == b"x/.wh..wh.plnk/1.2"


@pytest.mark.parametrize("name", [".wh.", ".wh..", ".wh...", ".wh..wh.aufs"])
def test_a_whiteout_of_nothing_removes_nothing(name: str) -> None:
    assert collected(file(f"a/{name}")).whiteouts == []


def test_kept_databases_are_parsed() -> None:
    found = collected(file(STATUS, STANZA), file("etc/os-release", b"ID=debian"), file("usr/lib/os-release", b"ID=x"))
    assert [record.name for record in found.records] == ["bash"]
    assert [database.path for database in found.databases] == [STATUS]
    assert [release.id for release in found.os_releases] == ["debian", "x"]


def test_the_last_of_two_members_with_one_path_counts() -> None:
    second = STANZA.replace(b"bash", b"dash")
    assert [record.name for record in collected(file(STATUS, STANZA), file(STATUS, second)).records] == ["dash"]
    assert collected(file(STATUS, STANZA), other(STATUS, SYMLINK, "x")).records == []
    assert len(collected(other(STATUS, SYMLINK, "x"), file(STATUS, STANZA)).databases) == 1


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        (other(STATUS, SYMLINK, "/etc/passwd"), "a symbolic link"),
        (other(STATUS, HARD_LINK, "var/lib/dpkg/status"), "a hard link to a file that is not kept"),
        (other(STATUS, SPARSE), "stored as a sparse file"),
        (other(STATUS, b"6"), "no regular file"),
    ],
)
def test_a_database_that_is_no_file_is_not_assessed(member: Member, reason: str) -> None:
    (database,) = collected(member).databases
    assert (database.path, database.type, database.status.status) == (STATUS, "deb", "not_assessed")
    assert database.status.reason == f"{STATUS} is {reason}"


def test_a_hard_link_to_a_kept_file_is_that_file() -> None:
    kept = "usr/lib/apk/db/installed"
    found = collected(file(kept, b"P:musl\nV:1\n"), other("lib/apk/db/installed", HARD_LINK, "./" + kept))
    assert [database.path for database in found.databases] == [kept, "lib/apk/db/installed"]
    assert len(found.records) == 2


def test_a_database_beyond_a_limit_is_not_assessed_with_the_limit() -> None:
    (one,) = collected(file(STATUS, STANZA), limits=Limits(kept_file_bytes=10)).databases
    assert (one.status.status, "kept_file_bytes is 10" in one.status.reason) == ("not_assessed", True)
    found = collected(file(STATUS, STANZA), file(STATUS + ".d/a", STANZA), limits=Limits(kept_layer_bytes=100))
    assert [database.status.status for database in found.databases] == ["ok", "not_assessed"]
    assert "kept_layer_bytes, 100" in found.databases[1].status.reason


def test_a_database_of_rpm_has_bounds_of_its_own_which_it_shares_with_its_log() -> None:
    path = "var/lib/rpm/rpmdb.sqlite"
    beside = Limits(kept_file_bytes=100, kept_layer_bytes=100, rpm_database_bytes=30_000)
    found = collected(file(STATUS, STANZA), file(path, sqlite([b""])), limits=beside)
    assert [database.path for database in found.databases if "_bytes" not in database.status.reason] == [STATUS, path]
    large = collected(file(path, bytes(30_001)), limits=beside).databases
    assert [database.status.reason for database in large] == [f"{path} is 30001 bytes; rpm_database_bytes is 30000"]
    together = collected(file(path, bytes(20_000)), file(path + "-wal", bytes(20_000)), limits=beside).databases
    assert together[1].status == Status("not_assessed", f"{path}-wal is beyond rpm_database_bytes, 30000")


def test_replacing_a_kept_file_frees_its_room() -> None:
    found = collected(*[file(STATUS, STANZA)] * 5, limits=Limits(kept_layer_bytes=len(STANZA)))
    assert [database.status.is_ok for database in found.databases] == [True]


def test_tools_and_privileges_are_noted() -> None:
    found = collected(
        other("bin/sh", SYMLINK, "dash", mode=0o6777),
        file("usr/bin/su", mode=0o4755),
        other("usr/bin/su2", HARD_LINK, "usr/bin/su", mode=0o4755),
        other("var/mail", DIRECTORY, mode=0o2775),
    )
    assert [(entry.kind, entry.path) for entry in found.surface] == [
        ("shell", "bin/sh"),
        ("setuid", "usr/bin/su"),
        ("setuid", "usr/bin/su2"),
    ]


def test_the_newest_owned_file_is_found_also_below_usr() -> None:
    owned = file("var/lib/dpkg/info/bash.list", b"/.\n/bin\n/bin/bash\n/etc/old\n")
    found = collected(
        owned,
        file("usr/bin/bash", mtime=200),
        file("etc/old", mtime=100),
        file("app", mtime=900),
        file("bin/none", mtime=800),
    )
    assert found.newest_owned_mtime == 200


def test_nothing_owned_has_no_time_and_impossible_times_are_none() -> None:
    assert collected(file("app", mtime=900)).newest_owned_mtime == 0
    owned = file("var/lib/dpkg/info/bash.list", b"/a\n/b\n")
    assert collected(owned, file("a", mtime=2**80), file("b", mtime=5)).newest_owned_mtime == 5


def test_paths_together_have_a_limit() -> None:
    with pytest.raises(LimitExceeded, match="layer_path_bytes"):
        collected(*(file("p" * 100) for _ in range(9000)), limits=Limits(layer_path_bytes=100_000))


def test_lists_of_files_do_not_take_the_room_of_their_database() -> None:
    lists = [file(f"var/lib/dpkg/info/p{number}.list", b"/x" * 100) for number in range(20)]
    database = file("var/lib/dpkg/status", STANZA)
    found = collected(*lists, database, limits=Limits(kept_layer_bytes=1000, kept_lists_bytes=1000))
    assert [record.name for record in found.records] == ["bash"]
    assert len(found.owned) == 5

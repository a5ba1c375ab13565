"""Files that record packages by themselves are read as they pass by, and what could not be read is said."""

import pytest

from basewise.archive.tar_header import DIRECTORY, FILE, HARD_LINK, SYMLINK, Member
from basewise.model.contents import PackageRecord
from basewise.model.evidence import Status
from basewise.model.limits import DEFAULT_LIMITS, Limits
from basewise.scan.interface import Executable, FileContents, PackageFile
from basewise.scan.single_files import SingleFiles


class Notes(PackageFile):
    """One package per line, `name version`; a line without a version makes the file partial."""

    type = "pypi"
    endings = (".notes",)

    def wants(self, path: str) -> bool:
        return not path.startswith("tmp/")

    def read(self, path: str, data: bytes, limits: Limits) -> FileContents:  # noqa: ARG002 - the interface's
        lines = [line.split() for line in data.decode().splitlines()]
        status = (
            Status() if all(len(line) == 2 for line in lines) else Status("partial", f"{path}: a line has no version")
        )
        records = [
            PackageRecord(type="pypi", database=path, name=line[0], version=line[1], path=path)
            for line in lines
            if len(line) == 2
        ]
        return FileContents(records=records, status=status)


class Banner(Executable):
    """A program whose content ends in its name."""

    type = "golang"

    def read(self, path: str, data: bytes, limits: Limits) -> FileContents:  # noqa: ARG002 - the interface's
        name = data.rpartition(b" ")[2].decode()
        return FileContents(records=[PackageRecord(type="golang", database=path, name=name, version="1", path=path)])

    def wants(self, path: str) -> bool:
        return path.endswith("/libapp.so.1")


def read(*members: Member, limits: Limits = DEFAULT_LIMITS) -> SingleFiles:
    found = SingleFiles(limits, [Notes()], [Banner()])
    for member in members:
        if member.type == FILE and not found.wants(member):
            continue
        found.add(member)
    return found


def file(path: str, data: bytes, mode: int = 0o644) -> Member:
    return Member(path, FILE, mode, 0, len(data), "", data)


ELF = b"\x7fELF" + bytes(60) + b" app"


def names(found: SingleFiles) -> list[str]:
    return [record.name for record in found.records]


def test_only_files_that_a_kind_wants_are_read() -> None:
    assert names(read(file("a.notes", b"x 1\ny 2"), file("tmp/a.notes", b"z 1"), file("a.txt", b"z 1"))) == ["x", "y"]


def test_a_file_that_is_broken_in_part_gives_the_rest_and_says_so() -> None:
    found = read(file("a.notes", b"x 1\ny"))
    assert names(found) == ["x"]
    assert [(broken.path, broken.status.status) for broken in found.broken] == [("a.notes", "partial")]


def test_programs_are_read_when_they_may_be_executed() -> None:
    assert names(read(file("bin/app", ELF, 0o755), file("share/app", ELF), file("bin/script", b"#!" * 99, 0o755))) == [
        "app"
    ]


@pytest.mark.parametrize("path", ["bin/app", "sbin/app", "usr/local/bin/app", "opt/tool/sbin/app"])
def test_a_program_that_lost_its_bit_is_read_in_a_folder_of_programs(path: str) -> None:
    assert names(read(file(path, ELF))) == ["app"]
    assert names(read(file(path, b"#!/bin/sh\nexec app"))) == []


@pytest.mark.parametrize("path", ["app", "usr/lib/app", "cabin/app", "usr/bin/plugins/app", "usr/bin.d/app", "bin"])
def test_a_program_that_lost_its_bit_is_not_read_elsewhere(path: str) -> None:
    assert names(read(file(path, ELF))) == []
    assert names(read(file(path, ELF, 0o755))) == ["app"]


def test_a_library_that_may_not_be_executed_is_read_when_its_name_is_wanted() -> None:
    assert names(read(file("lib/libapp.so.1", ELF), file("lib/libother.so.1", ELF), file("share/libapp", ELF))) == [
        "app"
    ]


def test_a_file_beyond_its_limit_is_not_assessed_with_the_limit() -> None:
    found = read(
        file("a.notes", b"x 1"), file("app", ELF, 0o755), limits=Limits(package_file_bytes=2, executable_bytes=9)
    )
    assert [broken.status.reason for broken in found.broken] == [
        "a.notes has 3 bytes; package_file_bytes is 2",
        f"app has {len(ELF)} bytes; executable_bytes is 9",
    ]


def test_the_last_of_two_members_with_one_path_counts() -> None:
    assert names(read(file("a.notes", b"x 1"), file("a.notes", b"y 1"))) == ["y"]


def test_more_packages_than_allowed_are_cut_and_said() -> None:
    found = read(file("a.notes", b"x 1\ny 2\nz 3"), limits=Limits(layer_packages=2))
    assert names(found) == ["x", "y"]
    assert "layer_packages = 2" in found.broken[0].status.reason


def link(path: str, target: str) -> Member:
    return Member(path, HARD_LINK, 0o644, 0, 0, target, None)


def test_a_second_name_of_a_file_records_the_same_at_another_place() -> None:
    found = read(file("store/a.notes", b"x 1"), link("app/b.notes", "./store/a.notes"))
    assert [(record.name, record.database, record.path) for record in found.records] == [
        ("x", "store/a.notes", "store/a.notes"),
        ("x", "app/b.notes", "app/b.notes"),
    ]
    assert found.broken == []


def test_a_second_name_of_a_file_that_was_not_read_is_said() -> None:
    found = read(file("store/1a2b", b"x 1"), link("app/b.notes", "store/1a2b"), link("app/c.txt", "store/1a2b"))
    assert [(broken.path, broken.status.status) for broken in found.broken] == [("app/b.notes", "partial")]


def test_second_names_count_against_the_limit() -> None:
    links = [link(f"app/{number}.notes", "a.notes") for number in range(100)]
    found = read(file("a.notes", b"x 1\ny 2"), *links, limits=Limits(layer_packages=7))
    assert len(found.records) == 7


def test_paths_of_packages_may_not_grow_without_end() -> None:
    members = [file(f"{'x' * 90}/{number}.notes", b"x 1") for number in range(10)]
    found = read(*members, limits=Limits(layer_path_bytes=500))
    assert len(found.records) == 5
    assert "layer_path_bytes = 500" in found.broken[0].status.reason


@pytest.mark.parametrize("kind", [SYMLINK, DIRECTORY])
def test_something_else_in_the_place_of_a_file_takes_its_packages_away(kind: str) -> None:
    found = read(file("a.notes", b"x 1\ny"), Member("a.notes", kind, 0o777, 0, 0, "elsewhere", None))
    assert (found.records, found.broken) == ([], [])


class Named(Banner):
    """Of a program whose name alone tells what it is."""

    def read(self, path: str, data: bytes, limits: Limits) -> FileContents:
        return super().read(path, data, limits) if self.wants(path) else FileContents()

    def wants(self, path: str) -> bool:
        return path.endswith("/app")


def program(path: str) -> Member:
    return file(path, ELF, 0o755)


def named(*members: Member, limits: Limits = DEFAULT_LIMITS) -> SingleFiles:
    found = SingleFiles(limits, [Notes()], [Named()])
    for member in members:
        if member.type == FILE and not found.wants(member):
            continue
        found.add(member)
    return found


def test_a_program_is_known_by_any_of_its_names() -> None:
    found = named(program("bin/["), link("bin/app", "bin/["), link("bin/cat", "bin/["))
    assert [(record.name, record.path) for record in found.records] == [("app", "bin/app")]
    assert found.broken == []


def test_a_program_is_at_both_its_places() -> None:
    assert [record.path for record in read(program("bin/a"), link("opt/b", "bin/a")).records] == ["bin/a", "opt/b"]


def test_a_name_that_comes_long_after_the_program_is_said() -> None:
    late = [program("bin/["), program("bin/other"), link("bin/app", "bin/["), link("bin/cat", "bin/[")]
    found = named(*late, limits=Limits(linked_program_bytes=len(ELF) + 5))
    assert found.records == []
    assert [broken.status for broken in found.broken] == [
        Status("partial", "bin/app is a hard link to a file that was not read in full")
    ]


def test_what_a_program_says_of_itself_is_at_a_late_name_too() -> None:
    late = [program("bin/a"), program("bin/other"), link("bin/b", "bin/a")]
    found = read(*late, limits=Limits(linked_program_bytes=len(ELF) + 5))
    assert [record.path for record in found.records] == ["bin/a", "bin/other", "bin/b"]
    assert found.broken == []


def test_a_name_in_a_folder_of_programs_for_a_file_that_nobody_looked_at_is_said() -> None:
    found = read(file("srv/store", ELF), link("usr/local/bin/app", "srv/store"), link("srv/app", "srv/store"))
    assert [broken.path for broken in found.broken] == ["usr/local/bin/app"]


def test_a_script_may_have_many_names() -> None:
    found = read(file("bin/a", b"#!/bin/sh", 0o755), link("bin/b", "bin/a"))
    assert (found.records, found.broken) == ([], [])


def test_a_second_name_of_a_file_that_says_nothing_says_nothing() -> None:
    found = read(file("store/a.notes", b""), link("app/a.notes", "store/a.notes"))
    assert (found.records, found.broken) == ([], [])

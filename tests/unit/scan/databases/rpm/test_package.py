import pytest
from tests.unit.scan.databases.rpm.writers import Tag, files, header, numbers, package, text, texts

from basewise.model.contents import PackageRecord
from basewise.model.limits import DEFAULT_LIMITS
from basewise.scan.databases.rpm.header import BrokenHeader, Header
from basewise.scan.databases.rpm.package import fields_of, owned_paths, problem_of, record_of


def record(*more: Tag, name: str = "bash") -> PackageRecord:
    return record_of("db", fields_of(Header(package(name, "5.1.8", "9.el9", *more), DEFAULT_LIMITS)))


def test_a_header_becomes_a_record() -> None:
    found = record(
        text(1011, "Rocky"), text(1022, "x86_64"), text(1044, "bash-5.1.8-9.el9.src.rpm"), text(5096, "a:1:2:3")
    )
    assert found == PackageRecord(
        type="rpm",
        database="db",
        name="bash",
        version="5.1.8-9.el9",
        architecture="x86_64",
        maintainer="Rocky",
        module="a:1:2:3",
    )


@pytest.mark.parametrize(("epoch", "version"), [([], "5.1.8-9.el9"), ([1], "1:5.1.8-9.el9"), ([0], "0:5.1.8-9.el9")])
def test_an_epoch_that_is_stored_is_part_of_the_version(epoch: list[int], version: str) -> None:
    assert record(*(numbers(1003, each) for each in epoch)).version == version


@pytest.mark.parametrize(
    ("source_rpm", "expected"),
    [
        ("bash-5.1.8-9.el9.src.rpm", ("", "")),
        ("bash-5.2-1.src.rpm", ("", "5.2-1")),
        ("glibc-langpack-2.34-100.el9.src.rpm", ("glibc-langpack", "2.34-100.el9")),
        ("vmware-1-2.nosrc.rpm", ("vmware", "1-2")),
        ("(none)", ("", "")),
        ("bash.src.rpm", ("", "")),
        ("bash-1-2.x86_64.rpm", ("", "")),
        ("-1-2.src.rpm", ("", "")),
        ("", ("", "")),
    ],
)
def test_the_source_package_is_that_of_the_source_rpm(source_rpm: str, expected: tuple[str, str]) -> None:
    found = record(text(1044, source_rpm))
    assert (found.source, found.source_version) == expected


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (header(text(1001, "1"), text(1002, "1")), "has no valid name"),
        (package("two words"), "has no valid name"),
        (header(text(1000, "bash"), text(1002, "1")), "(bash) has no valid version and release"),
        (package("bash", "1", ""), "(bash) has no valid version and release"),
        (package("bash", "1\n2"), "(bash) has no valid version and release"),
    ],
)
def test_a_header_without_name_or_version_is_no_package(data: bytes, problem: str) -> None:
    assert problem_of(fields_of(Header(data, DEFAULT_LIMITS))) == problem


def owned(*tags: Tag, room: int = 1000) -> list[bytes]:
    return owned_paths(Header(header(*tags), DEFAULT_LIMITS), room).split(b"\0")


def test_paths_are_put_together_from_folders_and_names() -> None:
    paths = ("/usr/bin/bash", "/etc/skel/.bashrc", "/usr/bin/sh", "/in-the-root")
    assert owned(*files(*paths)) == [path[1:].encode() for path in paths]
    assert owned() == [b""]


@pytest.mark.parametrize(
    "tags",
    [
        (numbers(1116, 0), texts(1117, "a", "b"), texts(1118, "/")),
        (numbers(1116, 0, 1), texts(1117, "a", "b"), texts(1118, "/")),
        (numbers(1116, 0), texts(1117, "a")),
        (texts(1117, "a"),),
    ],
)
def test_lists_that_do_not_fit_together_own_nothing(tags: tuple[Tag, ...]) -> None:
    with pytest.raises(BrokenHeader, match="do not fit together"):
        owned(*tags)


def test_one_long_folder_named_often_does_not_fill_the_memory() -> None:
    often = 100_000
    lists = (numbers(1116, *[0] * often), texts(1117, *["a"] * often), texts(1118, "/" + "f" * 100_000))
    with pytest.raises(BrokenHeader, match="layer_path_bytes"):
        owned(*lists, room=DEFAULT_LIMITS.layer_path_bytes)

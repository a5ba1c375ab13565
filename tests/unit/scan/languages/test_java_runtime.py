import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.scan.languages.reading import packages, read

from basewise.advisories.versions.bitnami import BitnamiScheme
from basewise.scan.interface import FileContents
from basewise.scan.languages.java_runtime import java_version

PATH = "opt/java/openjdk/release"


def runtime(**settings: str) -> FileContents:
    lines = [f'{name}="{value}"' for name, value in settings.items()]
    return read(PATH, "\n".join(['IMPLEMENTOR="Eclipse Adoptium"', *lines, 'MODULES="java.base"']).encode())


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ("17.0.9", "17.0.9"),
        ("21", "21"),
        ("21.0.12.1", "21.0.12.1"),
        ("17.0.9+9", "17.0.9"),
        ("1.8.0_392", "8.0.392"),
        ("1.8.0_05", "8.0.5"),
        ("1.8.0", "8.0.0"),
        ("1.7.0_80", "7.0.80"),
        ("1.8.0_302-b08", "8.0.302"),
        ("1.8.0_212-8u212-b03-1~deb9u1-b03", "8.0.212"),
        ("1.8.0_152-release-1024-b6", "8.0.152"),
        ("8.0.302", "8.0.302"),
    ],
)
def test_a_runtime_has_the_version_that_advisories_write(said: str, version: str) -> None:
    found = runtime(JAVA_VERSION=said)
    assert (packages(found), found.status.is_ok) == ([("java", version, "opt/java/openjdk")], True)
    assert found.records[0].type == "generic"


@pytest.mark.parametrize(
    ("number", "whole"),
    [
        ("17.0.15", "17.0.15+6-Debian-1deb12u1"),
        ("25.0.3", "25.0.3+9-LTS"),
        ("1.8.0_441", "1.8.0_441-b07"),
        ("17.0.9", "23-ea+12"),
        ("17.0.9", "unknown"),
    ],
)
def test_a_build_of_a_release_is_the_release(number: str, whole: str) -> None:
    assert runtime(JAVA_VERSION=number, JAVA_RUNTIME_VERSION=whole) == runtime(JAVA_VERSION=number)
    assert runtime(JAVA_VERSION=number, JAVA_RUNTIME_VERSION=whole).status.is_ok


@pytest.mark.parametrize(
    ("settings", "version"),
    [
        ({"JAVA_VERSION": "9-ea"}, "9-ea"),
        ({"JAVA_VERSION": "23", "JAVA_RUNTIME_VERSION": "23-ea+12"}, "23-ea"),
        ({"JAVA_VERSION": "17.0.9", "JAVA_RUNTIME_VERSION": "17.0.9-internal+0-adhoc.root.jdk"}, "17.0.9-internal"),
        ({"JAVA_VERSION": "21.0.5", "FULL_VERSION": "21.0.5-beta+9-ea"}, "21.0.5-beta"),
        ({"JAVA_VERSION": "1.9.0-ea"}, "9.0.0-ea"),
        ({"JAVA_VERSION": "1.8.0_302-ea"}, "8.0.302-ea"),
        ({"JAVA_VERSION": "1.8.0_302", "JAVA_RUNTIME_VERSION": "1.8.0_302-ea-b05"}, "8.0.302-ea"),
    ],
)
def test_a_pre_release_is_partial_with_the_reason(settings: dict[str, str], version: str) -> None:
    found = runtime(**settings)
    assert packages(found) == [("java", version, "opt/java/openjdk")]
    assert (found.status.status, found.status.reason) == (
        "partial",
        f"opt/java/openjdk: java {version} is a pre-release, and advisories speak of releases only",
    )


@pytest.mark.parametrize("said", ["nightly", "v17", "1.", "1.8", "17.", "17..1", "1.8.0_", "1.8.0_x1", "17_9", "017"])
def test_what_is_no_version_of_java_is_partial_with_the_reason(said: str) -> None:
    found = runtime(JAVA_VERSION=said)
    assert packages(found) == [("java", said, "opt/java/openjdk")]
    assert found.status.reason.endswith(f"'{said}' is no version of Java that could be compared with others")


@pytest.mark.parametrize("data", [b"", b"Debian 12", b"\xff\xfe", b'#JAVA_VERSION="17"', b"JAVA_VERSION=17"])
def test_other_files_of_that_name_say_nothing(data: bytes) -> None:
    found = read(PATH, data)
    assert (found.records, found.status.is_ok) == ([], True)


def test_an_empty_version_is_said() -> None:
    assert read(PATH, b'JAVA_VERSION=""\n').status.reason == "opt/java/openjdk: java has no version"


@given(st.text("0123456789._-+eabu"))
def test_every_version_that_is_understood_has_its_place_in_the_order_of_advisories(text: str) -> None:
    version = java_version(text)
    found = runtime(JAVA_VERSION=text)
    assert (version is None) <= (not found.status.is_ok)
    if version is not None:
        release, stage = BitnamiScheme().key(version.number), BitnamiScheme().key(f"{version.number}-x{version.stage}")
        assert stage < release


@given(st.integers(1, 8), st.integers(0, 999), st.integers(0, 999))
def test_updates_of_old_javas_rise_as_their_numbers_do(feature: int, one: int, other: int) -> None:
    older, newer = (java_version(f"1.{feature}.0_{update}") for update in sorted([one, other]))
    assert older is not None
    assert newer is not None
    order = BitnamiScheme().compare(older.number, newer.number)
    assert (order < 0, order == 0) == (one != other, one == other)

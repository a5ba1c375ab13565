import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.scan.languages.reading import is_wanted, packages, read, zipped

METADATA = "usr/local/lib/python3.12/site-packages/PyYAML-6.0.1.dist-info/METADATA"
TEXT = b"Metadata-Version: 2.1\nName: PyYAML\nVersion: 6.0.1\nSummary: YAML\n\nName: other\nVersion: 9\n"


def test_name_and_version_are_those_of_the_header_as_written() -> None:
    found = read(METADATA, TEXT)
    assert packages(found) == [("PyYAML", "6.0.1", METADATA.removesuffix("/METADATA"))]
    assert (found.records[0].type, found.records[0].database) == ("pypi", METADATA)
    assert packages(read(METADATA, TEXT.replace(b"\n", b"\r\n"))) == packages(found)


def test_headers_may_be_in_any_order_and_case() -> None:
    assert packages(read(METADATA, b"version:6.0.1 \nNAME:\tPyYAML\n"))[0][:2] == ("PyYAML", "6.0.1")


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("usr/lib/python3/dist-packages/six-1.16.egg-info/PKG-INFO", "usr/lib/python3/dist-packages/six-1.16.egg-info"),
        ("usr/lib/python3/dist-packages/six-1.16.egg-info", "usr/lib/python3/dist-packages/six-1.16.egg-info"),
        ("app/six-1.16-py3.egg/EGG-INFO/PKG-INFO", "app/six-1.16-py3.egg/EGG-INFO"),
    ],
)
def test_older_tools_wrote_it_elsewhere(path: str, place: str) -> None:
    assert packages(read(path, b"Name: six\nVersion: 1.16\n")) == [("six", "1.16", place)]


def test_an_egg_that_was_never_unpacked_is_read() -> None:
    egg = zipped({"six.py": "x = 1", "EGG-INFO/PKG-INFO": "Name: six\nVersion: 1.16\n"})
    assert packages(read("app/six-1.16-py3.egg", egg)) == [("six", "1.16", "app/six-1.16-py3.egg")]
    assert read("app/six-1.16-py3.egg", egg[:-30]).status.status == "not_assessed"


def test_metadata_of_something_else_is_not_asked_for() -> None:
    assert not is_wanted("srv/METADATA")
    assert not is_wanted("srv/PKG-INFO")


def test_metadata_without_a_version_is_not_assessed() -> None:
    found = read(METADATA, b"Name: PyYAML\n")
    assert found.status.status == "not_assessed"
    assert "PyYAML has no version" in found.status.reason


@settings(deadline=None)
@given(st.binary())
def test_whatever_is_in_the_file_there_is_a_record_or_a_reason(data: bytes) -> None:
    found = read(METADATA, data)
    assert bool(found.records) == found.status.is_ok

"""Files here are written for these tests, after the published format; tests/integration has one that was installed."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.scan.languages.reading import is_wanted, packages, read
from tests.unit.scan.stacks import DEBIAN, layer, merged

from basewise.demo.layout import Entry
from basewise.model.contents import Package, Unowned
from basewise.model.limits import Limits
from basewise.scan.languages.conda import channel_name

PATH = "opt/conda/conda-meta/requests-2.31.0-py312h06a4308_1.json"
REQUESTS = {
    "arch": None,
    "build": "py312h06a4308_1",
    "build_number": 1,
    "channel": "https://repo.anaconda.com/pkgs/main/linux-64",
    "depends": ["python >=3.12,<3.13.0a0"],
    "extracted_package_dir": "/opt/conda/pkgs/requests-2.31.0-py312h06a4308_1",
    "files": ["lib/python3.12/site-packages/requests/api.py", "bin/requests"],
    "link": {"source": "/opt/conda/pkgs/requests-2.31.0-py312h06a4308_1", "type": 1},
    "name": "requests",
    "subdir": "linux-64",
    "version": "2.31.0",
}


def encoded(**changes: Any) -> bytes:
    return json.dumps(REQUESTS | changes).encode()


def merged_package(**changes: Any) -> Package:
    (package,) = merged(layer(DEBIAN, Entry(path=PATH, data=encoded(**changes)))).packages
    return package


def test_a_package_is_known_by_the_file_that_conda_wrote_of_it() -> None:
    found = read(PATH, encoded())
    assert packages(found) == [("requests", "2.31.0", PATH)]
    assert (found.records[0].type, found.records[0].build, found.records[0].channel) == (
        "conda",
        "py312h06a4308_1",
        "main",
    )
    assert found.status.is_ok


def test_its_package_url_names_build_channel_and_platform() -> None:
    package = merged_package()
    assert package.purl == "pkg:conda/requests@2.31.0?build=py312h06a4308_1&channel=main&subdir=linux-64"
    assert merged_package(build=None, channel=None, subdir=None).purl == "pkg:conda/requests@2.31.0"


def test_no_advisories_speak_of_it() -> None:
    assert merged_package().ecosystem == ""


def test_its_files_are_its_own_and_the_library_of_python_in_it_is_another_package() -> None:
    metadata = "lib/python3.12/site-packages/requests-2.31.0.dist-info/METADATA"
    contents = merged(
        layer(
            DEBIAN,
            Entry(path=PATH, data=encoded(files=[metadata, *REQUESTS["files"], "../../srv/other"])),
            Entry(path=f"opt/conda/{metadata}", data=b"Name: requests\nVersion: 2.31.0\n"),
            Entry(path="opt/conda/bin/requests", data=b"0" * 9),
            Entry(path="srv/other", data=b"0" * 10),
        )
    )
    assert [(package.type, package.ecosystem, package.owned_by) for package in contents.packages] == [
        ("conda", "", ""),
        ("pypi", "PyPI", ""),
    ]
    assert contents.unowned == Unowned(files=2, bytes=len(DEBIAN.data) + 10)


@pytest.mark.parametrize(
    ("channel", "name"),
    [
        ("https://conda.anaconda.org/conda-forge/linux-64", "conda-forge"),
        ("https://conda.anaconda.org/conda-forge/linux-64/", "conda-forge"),
        ("https://repo.anaconda.com/pkgs/main/linux-64", "main"),
        ("pkgs/main", "main"),
        ("conda-forge", "conda-forge"),
        ("file:///srv/channel/linux-64", "channel"),
        ("https://conda.anaconda.org/t/tk-secret/acme/linux-64", "acme"),
        ("https://conda.anaconda.org/t/tk-secret/linux-64", ""),
        ("https://me:secret@conda.test/linux-64", ""),
        ("https://me:secret@conda.test/acme/linux-64", "acme"),
        ("", ""),
    ],
)
def test_a_channel_is_called_by_its_name_and_a_login_is_in_none(channel: str, name: str) -> None:
    assert channel_name(channel, "linux-64") == name


def test_other_files_of_an_environment_are_not_asked_for() -> None:
    assert is_wanted("conda-meta/a-1-0.json")
    assert not is_wanted("opt/conda/conda-meta/history")
    assert not is_wanted("opt/conda/pkgs/a-1-0/info/index.json")


@pytest.mark.parametrize("data", [b"", b"[]", b'{"name": 1}', b"{}", encoded(version=None), b"[" * 100_000])
def test_a_broken_file_is_not_assessed(data: bytes) -> None:
    assert read(PATH, data).status.status == "not_assessed"


@pytest.mark.parametrize("files", [None, {}, [1]])
def test_a_broken_list_of_files_is_said_and_the_package_counts(files: Any) -> None:
    found = read(PATH, encoded(files=files))
    assert ([record.name for record in found.records], found.status.status) == (["requests"], "partial")
    assert "its list of files cannot be read" in found.status.reason


def test_a_build_may_not_grow_without_end() -> None:
    (record,) = read(PATH, encoded(build="b" * 99), Limits(package_name_characters=9)).records
    assert record.build == "b" * 9


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(REQUESTS)), st.none() | st.text() | st.lists(st.text())))
def test_whatever_is_in_the_file_there_is_a_record_or_a_reason(changes: dict[str, Any]) -> None:
    found = read(PATH, encoded(**changes))
    assert found.records or found.status.reason

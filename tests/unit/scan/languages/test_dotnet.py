"""Files here are written for these tests, after the published format; no .NET program made them."""

import json

import pytest
from tests.unit.scan.languages.reading import packages, read

APPLICATION = {
    "runtimeTarget": {"name": ".NETCoreApp,Version=v8.0/linux-x64", "signature": ""},
    "compilationOptions": {},
    "targets": {".NETCoreApp,Version=v8.0/linux-x64": {"Shop/1.0.0": {"dependencies": {"Newtonsoft.Json": "13.0.1"}}}},
    "libraries": {
        "Shop/1.0.0": {"type": "project", "serviceable": False, "sha512": ""},
        "Newtonsoft.Json/13.0.1": {
            "type": "package",
            "serviceable": True,
            "sha512": "sha512-AAAA",
            "path": "newtonsoft.json/13.0.1",
            "hashPath": "newtonsoft.json.13.0.1.nupkg.sha512",
        },
        "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1": {"type": "runtimepack", "serviceable": False},
        "Own.Library/2.0.0": {"type": "reference"},
    },
}


def test_packages_and_the_runtime_that_is_carried_along_are_found() -> None:
    found = read("app/Shop.deps.json", json.dumps(APPLICATION).encode("utf-8-sig"))
    assert packages(found) == [
        ("Newtonsoft.Json", "13.0.1", "app"),
        ("Microsoft.NETCore.App.Runtime.linux-x64", "8.0.1", "app"),
    ]
    assert found.status.is_ok


FRAMEWORK = "usr/share/dotnet/shared/Microsoft.NETCore.App/8.0.1/Microsoft.NETCore.App.deps.json"


def test_a_framework_lists_itself() -> None:
    libraries = {"Microsoft.NETCore.App.Runtime.linux-x64/8.0.1": {"type": "package", "serviceable": True}}
    found = read(FRAMEWORK, json.dumps({"libraries": libraries}).encode())
    assert [record.name for record in found.records] == ["Microsoft.NETCore.App.Runtime.linux-x64"]


def test_a_framework_that_does_not_is_known_by_its_folder() -> None:
    (record,) = read(FRAMEWORK, b'{"libraries": {}}').records
    assert (record.name, record.version, record.rule) == ("Microsoft.NETCore.App", "8.0.1", "folder")


@pytest.mark.parametrize(
    "data", [b"", b"[]", b'{"libraries": []}', b'{"libraries": {"a/1": 1}}', b'{"libraries":' * 9999]
)
def test_a_broken_file_is_not_assessed(data: bytes) -> None:
    assert read("app/Shop.deps.json", data).status.status == "not_assessed"


@pytest.mark.parametrize("odd", [None, 1, {"type": 5}])
def test_one_odd_library_takes_no_other_with_it(odd: object) -> None:
    libraries = {"a/1.0": {"type": "package"}, "odd/2.0": odd, "b/3.0": {"type": "package"}}
    found = read("app/Shop.deps.json", json.dumps({"libraries": libraries}).encode())
    assert [record.name for record in found.records] == ["a", "b"]
    assert found.status.status == "partial"
    assert "odd/2.0 cannot be read" in found.status.reason


def test_a_library_without_a_version_is_said_and_the_rest_read() -> None:
    libraries = {"nothing": {"type": "package"}, "a/1.0": {"type": "package"}}
    found = read("app/Shop.deps.json", json.dumps({"libraries": libraries}).encode())
    assert ([record.name for record in found.records], found.status.status) == (["a"], "partial")

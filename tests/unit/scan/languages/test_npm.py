import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.scan.languages.reading import is_wanted, packages, read

from basewise.model.limits import Limits

MANIFEST = "app/node_modules/@babel/core/package.json"
TREE = "app/node_modules/.package-lock.json"


def encoded(value: Any) -> bytes:
    return json.dumps(value).encode()


def test_a_package_is_called_what_its_manifest_says() -> None:
    found = read(MANIFEST, encoded({"name": "@babel/core", "version": "7.24.0", "scripts": {"test": "x"}}))
    assert packages(found) == [("@babel/core", "7.24.0", "app/node_modules/@babel/core")]


def test_a_byte_order_mark_is_no_part_of_the_manifest() -> None:
    assert packages(read(MANIFEST, b"\xef\xbb\xbf" + encoded({"name": "a", "version": "1.0.0"})))[0][0] == "a"


@pytest.mark.parametrize(
    "path",
    [
        "node_modules/a/package.json",
        "usr/local/lib/node_modules/npm/package.json",
        "app/node_modules/.pnpm/a@1.0.0/node_modules/a/package.json",
        "usr/share/nodejs/acorn/package.json",
        "usr/share/nodejs/@types/node/package.json",
        "opt/yarn-v1.22.22/package.json",
    ],
)
def test_packages_are_read_where_they_are_installed(path: str) -> None:
    assert is_wanted(path)


@pytest.mark.parametrize(
    "path",
    [
        "app/package.json",
        "app/node_modules/a/dist/esm/package.json",
        "app/node_modules/package.json",
        "app/node_modules/.cache/package.json",
        "app/node_modules/.bin/a/package.json",
        "app/node_modules/@babel/package.json",
        "app/package-lock.json",
    ],
)
def test_projects_and_helpers_are_no_installed_packages(path: str) -> None:
    assert not is_wanted(path)


@pytest.mark.parametrize("manifest", [{"type": "module"}, {"name": "a"}, {"version": "1.0.0"}, {}])
def test_a_helper_of_the_module_system_is_no_package(manifest: dict[str, str]) -> None:
    found = read(MANIFEST, encoded(manifest))
    assert (found.records, found.status.is_ok) == ([], True)


def test_npms_list_of_the_tree_names_what_lies_where() -> None:
    tree = {
        "name": "app",
        "lockfileVersion": 3,
        "packages": {
            "node_modules/a": {"version": "1.0.0", "resolved": "https://registry.npmjs.org/a/-/a-1.0.0.tgz"},
            "node_modules/a/node_modules/@s/b": {"version": "2.0.0"},
            "node_modules/alias": {"name": "real", "version": "3.0.0"},
            "node_modules/mine": {"resolved": "packages/mine", "link": True},
            "packages/mine": {"version": "1.0.0"},
        },
    }
    assert packages(read(TREE, encoded(tree))) == [
        ("a", "1.0.0", "app/node_modules/a"),
        ("@s/b", "2.0.0", "app/node_modules/a/node_modules/@s/b"),
        ("real", "3.0.0", "app/node_modules/alias"),
    ]


@pytest.mark.parametrize("odd", [{"version": 1}, {"name": None, "version": "1.0.0"}, {"version": "1", "link": "x"}, 7])
def test_one_odd_entry_takes_no_other_with_it(odd: Any) -> None:
    tree = {"node_modules/a": {"version": "1.0.0"}, "node_modules/odd": odd, "node_modules/b": {"version": "2.0.0"}}
    found = read(TREE, encoded({"packages": tree}))
    assert [record.name for record in found.records] == ["a", "b"]
    assert found.status.status == "partial"
    assert "node_modules/odd cannot be read" in found.status.reason


def test_yarns_plug_and_play_is_said_not_to_be_read() -> None:
    found = read("app/.pnp.cjs", b"module.exports = {}")
    assert found.status.status == "not_assessed"
    assert "Plug'n'Play" in found.status.reason


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[1]", b'{"name": 1, "version": "1"}', b"[" * 100_000, b'{"name": "\xff"}']
)
def test_a_broken_manifest_is_not_assessed(data: bytes) -> None:
    assert read(MANIFEST, data).status.status == "not_assessed"
    assert read(TREE, data.replace(b'"name"', b'"packages"')).status.status == "not_assessed"


@settings(deadline=None)
@given(st.recursive(st.none() | st.text() | st.integers(), lambda inner: st.dictionaries(st.text(), inner)))
def test_any_json_is_read_without_an_error(value: Any) -> None:
    for path in (MANIFEST, TREE):
        found = read(path, encoded({"name": value, "version": value, "packages": value}))
        assert found.records == [] or all(record.version for record in found.records)


def test_a_document_beyond_its_limit_is_not_read() -> None:
    found = read(TREE, encoded({"packages": {}}), Limits(package_text_bytes=9))
    assert found.status.reason == f"{TREE}: 16 bytes; package_text_bytes is 9"

"""A package of npm is what lies at its place; npm's list of the tree counts where nothing there speaks for itself."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.scan.stacks import layer

from basewise.demo.layout import Entry, whiteout
from basewise.model.contents import LayerContents, PackageRecord
from basewise.scan.merge import merge
from basewise.scan.places import as_they_lie

TREE = "app/node_modules/.package-lock.json"
CODE = Entry(path="app/node_modules/a/index.js", data=b"0")


def tree(**packages: Any) -> Entry:
    """npm's list: each a version, or a whole entry."""
    entries = {
        f"node_modules/{place}": entry if isinstance(entry, dict) else {"version": entry}
        for place, entry in packages.items()
    }
    return Entry(path=TREE, data=json.dumps({"packages": entries}).encode())


def manifest(place: str, **fields: str) -> Entry:
    return Entry(path=f"app/node_modules/{place}/package.json", data=json.dumps(fields).encode())


def found(*layers: LayerContents) -> list[tuple[str, str, int]]:
    """Name, version and number of the layer of each package."""
    numbers = {each.blob: number for number, each in enumerate(layers)}
    packages = merge("sha256:" + "1" * 64, layers).packages
    return sorted((package.name, package.version, numbers[package.layer]) for package in packages)


INSTALLED = (tree(a="1.0.0"), CODE, manifest("a", name="a", version="1.0.0"))


def test_a_package_that_the_list_and_its_own_file_record_is_one() -> None:
    assert found(layer(*INSTALLED)) == [("a", "1.0.0", 0)]
    assert found(layer(*reversed(INSTALLED))) == [("a", "1.0.0", 0)]


def test_a_package_that_somebody_replaced_by_hand_is_what_lies_there() -> None:
    assert found(layer(tree(a="1.0.0", b="1.0.0"), CODE, manifest("a", name="a", version="2.0.0"))) == [
        ("a", "2.0.0", 0)
    ]


def test_a_package_that_a_later_layer_replaced_is_the_newer_one() -> None:
    newer = layer(manifest("a", name="a", version="2.0.0"))
    assert found(layer(*INSTALLED), newer) == [("a", "2.0.0", 1)]


def test_a_later_list_does_not_bring_back_what_no_longer_lies_there() -> None:
    assert found(layer(*INSTALLED), layer(tree(a="3.0.0"))) == [("a", "1.0.0", 0)]


def test_the_list_speaks_for_a_package_whose_own_file_was_removed() -> None:
    removed = whiteout("app/node_modules/a/package.json")
    assert found(layer(*INSTALLED), layer(removed)) == [("a", "1.0.0", 0)]
    newer = layer(manifest("a", name="a", version="2.0.0"))
    assert found(layer(*INSTALLED), newer, layer(removed)) == [("a", "1.0.0", 2)]


def test_a_package_of_which_nothing_is_left_is_gone() -> None:
    alone = layer(tree(a="1.0.0"), manifest("a", name="a", version="1.0.0"))
    assert found(alone, layer(whiteout("app/node_modules/a/package.json"))) == []
    assert found(layer(*INSTALLED), layer(whiteout("app/node_modules/a"))) == []


@pytest.mark.parametrize("entry", ["1.0.0", {"name": "real", "version": "1.0.0"}])
def test_an_alias_has_the_name_of_what_lies_there(entry: Any) -> None:
    assert found(layer(tree(a=entry), CODE, manifest("a", name="real", version="1.0.0"))) == [("real", "1.0.0", 0)]


@pytest.mark.parametrize("fields", [{"type": "module"}, {"name": "a"}, {"version": "2.0.0"}])
def test_the_list_speaks_where_the_file_tells_no_package(fields: dict[str, str]) -> None:
    assert found(layer(tree(a="1.0.0"), manifest("a", **fields))) == [("a", "1.0.0", 0)]


def test_a_package_inside_another_is_at_a_place_of_its_own() -> None:
    inner = Entry(path="app/node_modules/a/node_modules/b/index.js", data=b"0")
    both = tree(**{"a": "1.0.0", "a/node_modules/b": "1.0.0"})
    assert found(layer(both, inner, manifest("a", name="a", version="2.0.0"))) == [("a", "2.0.0", 0), ("b", "1.0.0", 0)]


PATHS = st.sampled_from(["", "a", "a/b", "ab"])
RECORDS = st.lists(
    st.builds(
        PackageRecord,
        type=st.sampled_from(["npm", "pypi"]),
        database=st.sampled_from(["list", "a", "a/x", "a/b/x", "ab/x", "/x"]),
        name=st.just("n"),
        version=st.sampled_from(["1", "2"]),
        path=PATHS,
    )
)


@given(RECORDS)
def test_no_place_that_is_recorded_is_left_without_a_record(records: list[PackageRecord]) -> None:
    left = list(as_they_lie(records))
    assert {(record.type, record.path) for record in left} == {(record.type, record.path) for record in records}
    assert [record for record in records if record in left] == left
    assert all(record in left for record in records if not record.path)

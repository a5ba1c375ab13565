"""Whose a library is: what a package's list of files says, through everything that layers above do to file and list."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.scan.stacks import DEBIAN, STATUS, dpkg, layer, merged

from basewise.demo.layout import Entry, opaque, whiteout
from basewise.model.contents import ImageContents, LayerContents
from basewise.model.evidence import Status

PLACE = "usr/lib/python3/dist-packages/yaml.egg-info/PKG-INFO"
INFO = "var/lib/dpkg/info"
OLD, NEW = "python3-yaml=5.4-1", "python3-yaml=6.0-1"


def library(version: str, path: str = PLACE, name: str = "PyYAML") -> Entry:
    return Entry(path=path, data=f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode())


def files_of(package: str, *paths: str) -> Entry:
    return Entry(path=f"{INFO}/{package}.list", data="".join(f"/{path}\n" for path in (".", *paths)).encode())


LIST = files_of("python3-yaml", PLACE)
BASE = layer(DEBIAN, dpkg(OLD), LIST, library("5.4"))


def owners(contents: ImageContents) -> dict[str, str]:
    return {f"{package.name}={package.version}": package.owned_by for package in contents.packages}


def brought(contents: ImageContents, layers: Sequence[LayerContents]) -> dict[str, int]:
    """By library that counts, the number of the layer that brought it."""
    blobs = [each.blob for each in layers]
    return {package.name: blobs.index(package.layer) for package in contents.counted if package.path}


def test_a_library_whose_file_a_package_of_the_system_owns_belongs_to_it() -> None:
    found = merged(BASE)
    assert owners(found) == {OLD: "", "PyYAML=5.4": "python3-yaml"}
    assert (found.packages[1].ecosystem, found.packages[1].purl) == ("PyPI", "pkg:pypi/pyyaml@5.4")


def test_a_library_that_an_upper_layer_wrote_over_belongs_to_nobody() -> None:
    layers = [BASE, layer(library("6.0"))]
    assert owners(merged(*layers)) == {OLD: "", "PyYAML=6.0": ""}
    assert brought(merged(*layers), layers) == {"PyYAML": 1}


def test_an_upgrade_stays_nobodys_when_the_database_is_written_again_above_it() -> None:
    later = layer(dpkg(OLD, "curl=7"), files_of("curl", "usr/bin/curl"))
    assert owners(merged(BASE, layer(library("6.0")), later))["PyYAML=6.0"] == ""


def test_a_package_that_takes_the_file_back_owns_it_again() -> None:
    newer = layer(dpkg(NEW), LIST, library("6.0"))
    assert owners(merged(BASE, layer(library("5.9")), newer)) == {NEW: "", "PyYAML=6.0": "python3-yaml"}


@pytest.mark.parametrize(
    "above",
    [
        [library("5.4")],
        [Entry(path=PLACE, data=library("5.4").data, mode=0o600, mtime=9)],
        [dpkg(OLD), LIST, library("5.4")],
        [dpkg(OLD, "curl=7"), library("5.4")],
    ],
    ids=["touched", "chmod", "installed again", "beside another package"],
)
def test_a_file_that_is_written_again_unchanged_stays_its_package_s(above: list[Entry]) -> None:
    assert owners(merged(BASE, layer(*above)))["PyYAML=5.4"] == "python3-yaml"


@pytest.mark.parametrize("removal", [whiteout(f"{INFO}/python3-yaml.list"), whiteout(INFO), opaque(INFO)])
def test_lists_that_a_layer_removed_still_hold_while_their_package_is_installed(removal: Entry) -> None:
    found = merged(BASE, layer(removal))
    assert owners(found)["PyYAML=5.4"] == "python3-yaml"
    assert found.status.is_ok


def test_a_library_whose_package_is_gone_counts_since_that_layer() -> None:
    layers = [BASE, layer(Entry(path="srv/a")), layer(dpkg("bash=5"), whiteout(f"{INFO}/python3-yaml.list"))]
    found = merged(*layers)
    assert owners(found) == {"bash=5": "", "PyYAML=5.4": ""}
    assert brought(found, layers) == {"PyYAML": 2}


def test_a_library_whose_package_lists_it_no_longer_counts_since_that_layer() -> None:
    layers = [BASE, layer(dpkg(NEW), files_of("python3-yaml", "usr/share/doc/python3-yaml"))]
    assert brought(merged(*layers), layers) == {"PyYAML": 1}


def test_without_any_list_a_library_belongs_to_the_package_named_after_it() -> None:
    found = merged(layer(DEBIAN, dpkg("python3-pyyaml=5.4-1"), library("5.4")))
    assert owners(found)["PyYAML=5.4"] == "python3-pyyaml"
    assert found.status.is_ok


def test_without_any_list_what_no_name_tells_is_doubtful() -> None:
    found = merged(layer(DEBIAN, dpkg(OLD), library("5.4")))
    assert owners(found)["PyYAML=5.4"] == ""
    assert found.status == Status(
        "partial",
        "the files of 1 packages (python3-yaml, …) are not listed, so 1 libraries and programs "
        "(usr/lib/python3/dist-packages/yaml.egg-info, …) may belong to them and be counted twice",
    )


def test_what_lies_where_a_distribution_installs_nothing_is_not_doubtful() -> None:
    local = PLACE.replace("usr/lib", "usr/local/lib")
    found = merged(layer(DEBIAN, dpkg("python3-pyyaml=5.4-1"), library("5.4", local)))
    assert (owners(found)["PyYAML=5.4"], found.status.is_ok) == ("", True)


def test_a_broken_library_of_a_package_of_the_system_changes_nothing() -> None:
    whole = layer(DEBIAN, dpkg(OLD), LIST, Entry(path=PLACE))
    assert merged(whole).status.is_ok
    assert merged(whole, layer(Entry(path=PLACE, mtime=9))).status.is_ok
    found = merged(whole, layer(Entry(path=PLACE, data=b"Name: PyYAML\n"))).status
    assert (found.status, "yaml.egg-info" in found.reason) == ("partial", True)


STEPS: list[list[Entry]] = [
    [library("5.4")],
    [library("6.0")],
    [whiteout(PLACE)],
    [dpkg(OLD)],
    [dpkg(NEW)],
    [dpkg("bash=5")],
    [whiteout(STATUS)],
    [whiteout(INFO)],
    [opaque(INFO)],
    [LIST],
    [files_of("python3-yaml", "usr/share/doc")],
    [Entry(path="srv/a")],
    [dpkg(NEW), LIST, library("6.0")],
    [library("1.0", "srv/x/METADATA.egg-info/PKG-INFO", "other")],
    [Entry(path="srv/node_modules/.package-lock.json", data=b'{"packages": {"node_modules/a": {"version": "1.0.0"}}}')],
    [Entry(path="srv/node_modules/a/package.json", data=b'{"name": "a", "version": "1.0.0"}')],
    [Entry(path="srv/node_modules/a/package.json", data=b'{"name": "a", "version": "2.0.0"}')],
    [Entry(path="srv/node_modules/a/index.js")],
    [whiteout("srv/node_modules/a/package.json")],
    [whiteout("srv/node_modules/a")],
]


def there(contents: ImageContents) -> set[tuple[str, str, str, str]]:
    return {(package.type, package.name, package.version, package.path) for package in contents.counted}


@given(st.lists(st.lists(st.sampled_from(STEPS), min_size=1, max_size=3), max_size=6))
def test_what_a_layer_brought_counts_in_the_image_that_ends_with_it(
    steps: list[list[list[Entry]]],
) -> None:
    """So a finding of a base is never one that the base itself has not."""
    unique = [[*(entry for step in more for entry in step), Entry(path=f"n/{n}")] for n, more in enumerate(steps)]
    layers = [BASE, *(layer(*entries) for entries in unique)]
    numbers = {each.blob: number for number, each in enumerate(layers)}
    whole = merged(*layers)
    for package in whole.counted:
        up_to = merged(*layers[: numbers[package.layer] + 1])
        assert (package.type, package.name, package.version, package.path) in there(up_to)

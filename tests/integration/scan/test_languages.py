"""Packages that a language's own tool installed are found in a layer that umoci wrote, as that tool lists them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.integration import language_images
from tests.integration.building import run
from tests.integration.fleet_images import full_fleet_layout
from tests.integration.language_images import image
from tests.integration.real_images import unpack
from tests.integration.scan.scanned import scan
from tests.integration.upgraded_image import upgraded_image

from basewise.model.contents import Package


def libraries(layout: Path, tag: str = "app") -> list[Package]:
    """Packages that a file of their own records."""
    return [package for package in scan(layout, tag).contents.packages if package.path]


def purls(layout: Path) -> list[str]:
    return sorted(package.purl for package in libraries(layout))


def shown(language: str) -> str:
    return f"{language} (fixture)" if language in language_images.FIXTURES else language


@pytest.mark.parametrize("language", language_images.LANGUAGES, ids=shown)
def test_a_package_is_the_images_own_and_nothing_is_in_doubt(language: str) -> None:
    found = scan(image(language), "app").contents
    assert found.packages
    assert {(package.owned_by, package.rule) for package in found.packages} == {("", "")}
    assert found.status.is_ok


def test_python_packages_are_those_that_pip_lists(tmp_path: Path) -> None:
    layout = image("python")
    assert purls(layout) == [f"pkg:pypi/{name}@{version}" for name, version in language_images.PYTHON.items()]
    root = unpack(layout, "app", tmp_path / "unpacked")
    listed = json.loads(run("pip", "list", "--path", str(root / "app"), "--format", "json"))
    assert {(p.name, p.version) for p in libraries(layout)} == {(p["name"], p["version"]) for p in listed}


def test_a_package_of_conda_is_found_with_its_build_and_channel_and_its_files() -> None:
    contents = scan(image("conda"), "app").contents
    name, version, build = language_images.CONDA
    purl = f"pkg:conda/{name}@{version}?build={build}&channel=acme&subdir=noarch"
    assert [(package.purl, package.ecosystem) for package in contents.packages] == [(purl, "")]
    nobodys = {"app/conda-meta/history", "app/CACHEDIR.TAG"}  # what the installer wrote for itself
    assert contents.unowned.files == len(nobodys)


def test_npm_packages_are_those_that_npm_lists(tmp_path: Path) -> None:
    layout = image("npm")
    root = unpack(layout, "app", tmp_path / "unpacked")
    listed = run("npm", "ls", "--prefix", str(root / "app"), "--all", "--parseable", "--long").splitlines()
    expected = {line.rpartition(":")[2]: line.rpartition(":")[0] for line in listed}
    expected = {name: path.removeprefix(f"{root}/") for name, path in expected.items() if "node_modules" in path}
    found = libraries(layout)
    assert {f"{package.name}@{package.version}": package.path for package in found} == expected
    assert len(found) == len(expected) >= 10
    assert "pkg:npm/%40babel/code-frame@7.24.7" in purls(layout)


def test_a_gem_is_found_as_it_was_built() -> None:
    assert purls(image("gem")) == ["pkg:gem/greeter@1.2.3"]


def test_a_package_of_composer_is_found_where_it_was_linked() -> None:
    (package,) = libraries(image("composer"))
    assert (package.purl, package.path) == ("pkg:composer/acme/greeter@1.2.3", "app/vendor/acme/greeter")


def test_a_jar_and_one_inside_another_are_found(tmp_path: Path) -> None:
    layout = image("java")
    version = (unpack(layout, "app", tmp_path / "unpacked") / "app" / "version").read_text().partition("-")[0]
    assert {package.purl for package in libraries(layout)} == {f"pkg:maven/org.apache.commons/commons-lang3@{version}"}
    assert {package.path for package in libraries(layout)} == {
        "app/commons-lang3.jar",
        f"app/shop.jar!/BOOT-INF/lib/commons-lang3-{version}.jar",
    }


def test_packages_of_dotnet_are_those_of_a_file_written_after_the_format() -> None:
    assert purls(image("dotnet")) == sorted(f"pkg:nuget/{n}@{v}" for n, v in language_images.NUGET.items())


def test_crates_of_a_rust_program_are_those_of_a_section_written_after_the_format() -> None:
    assert purls(image("rust")) == sorted(f"pkg:cargo/{n}@{v}" for n, v in language_images.CRATES.items())
    assert {package.path for package in libraries(image("rust"))} == {"app/shop"}


def test_debians_node_has_no_package_of_npm_that_counts_for_itself() -> None:
    contents = scan(full_fleet_layout(), "node").contents
    owners = {package.path: package.owned_by for package in contents.packages if package.type == "npm"}
    assert len(owners) == 25
    assert owners["usr/share/nodejs/acorn"] == "node-acorn"
    assert "" not in owners.values()
    assert {package.type for package in contents.counted} == {"deb"}
    assert contents.status.is_ok


def test_a_library_that_pip_upgraded_over_apts_is_found_as_the_new_version_alone() -> None:
    layout = upgraded_image()
    before = {package.name: package for package in libraries(layout, "apt")}
    after = {package.name: package for package in libraries(layout, "pip")}
    assert (before["idna"].version, before["idna"].owned_by) == ("2.10", "python3-idna")
    assert (after["idna"].version, after["idna"].owned_by) == ("3.7", "")
    assert sum(package.name == "idna" for package in libraries(layout, "pip")) == 1
    assert (after["wheel"].version, after["wheel"].owned_by) == (before["wheel"].version, "python3-wheel")
    assert "python3-idna" in {package.name for package in scan(layout, "pip").contents.packages}

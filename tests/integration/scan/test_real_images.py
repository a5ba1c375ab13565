"""What the scan says of real images is what the programs say that made them: dpkg, umoci and the file system."""

from __future__ import annotations

import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.real_images import STATUS_D_PACKAGES, TAGS, unpack
from tests.integration.scan.scanned import read_layers, scan

WITH_DPKG = ("base", "python", "app", "slim")
QUERY = "${Package} ${Version} ${Architecture} ${source:Package} ${source:Version}\n"


@pytest.fixture(scope="module", params=TAGS)
def unpacked(
    request: pytest.FixtureRequest, debian_layout: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """Tag and unpacked root file system of one image after the other."""
    folder = tmp_path_factory.mktemp("unpacked") / request.param
    yield request.param, unpack(debian_layout, request.param, folder)
    shutil.rmtree(folder)


def files_of(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_symlink() or not path.is_dir()]


def with_bit(root: Path, bit: int) -> list[str]:
    regular = (path for path in files_of(root) if stat.S_ISREG(path.lstat().st_mode))
    return sorted(str(path.relative_to(root)) for path in regular if path.lstat().st_mode & bit)


@pytest.mark.parametrize("unpacked", WITH_DPKG, indirect=True)
def test_packages_are_those_of_dpkg_query(unpacked: tuple[str, Path], debian_layout: Path) -> None:
    tag, root = unpacked
    command = ["dpkg-query", f"--admindir={root}/var/lib/dpkg", "-W", "-f", QUERY]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = scan(debian_layout, tag).contents
    assert sorted(
        f"{p.name} {p.version} {p.architecture} {p.source} {p.source_version}" for p in found.counted
    ) == sorted(listed.splitlines())
    assert found.status.is_ok


def test_files_and_privileges_are_those_of_the_unpacked_image(unpacked: tuple[str, Path], debian_layout: Path) -> None:
    tag, root = unpacked
    surface = scan(debian_layout, tag).contents.surface
    assert surface.files == len(files_of(root))
    assert surface.setuid_files == with_bit(root, stat.S_ISUID)
    assert surface.setgid_files == with_bit(root, stat.S_ISGID)
    assert all((root / path).is_symlink() or (root / path).exists() for path in surface.shells)


@pytest.mark.parametrize("tag", TAGS)
def test_computed_diff_ids_are_those_that_umoci_wrote(tag: str, debian_layout: Path) -> None:
    found = scan(debian_layout, tag)
    assert found.contents.diff_ids == [layer.declared_diff_id for layer in found.image.layers]


def test_each_package_knows_the_layer_that_brought_it(debian_layout: Path) -> None:
    base, slim = scan(debian_layout, "base"), scan(debian_layout, "slim")
    before = {(package.name, package.version) for package in base.contents.packages}
    digests = slim.image.layer_digests
    for package in slim.contents.packages:
        assert package.layer == digests[(package.name, package.version) not in before], package.name
    assert "python3-minimal" in {package.name for package in slim.contents.packages if package.layer == digests[1]}


def test_an_image_recorded_in_status_d_has_exactly_those_packages(debian_layout: Path) -> None:
    found = scan(debian_layout, "statusd").contents
    assert sorted(package.name for package in found.counted) == sorted(STATUS_D_PACKAGES)
    assert found.status.is_ok
    assert found.distribution is not None
    assert found.distribution.ecosystem == "Debian:11"
    assert {package.ecosystem for package in found.counted} == {"Debian:11"}
    assert (found.surface.shells, found.surface.package_managers) == ([], [])


def test_a_debian_image_has_its_shells_its_package_managers_and_a_date(debian_layout: Path) -> None:
    found = scan(debian_layout, "python").contents
    assert {"bin/bash", "bin/dash", "bin/sh"} <= set(found.surface.shells)
    assert {"usr/bin/apt", "usr/bin/dpkg"} <= set(found.surface.package_managers)
    assert 1_600_000_000 < found.newest_owned_mtime <= 1_730_000_000  # built with SOURCE_DATE_EPOCH


@pytest.mark.parametrize("tag", TAGS)
def test_nothing_in_a_layer_of_real_programs_is_in_doubt(tag: str, debian_layout: Path) -> None:
    """Of layers, because what is wrong with a program of a package changes nothing in the image."""
    found = [database for layer in read_layers(debian_layout, tag) for database in layer.databases]
    assert [database for database in found if not database.status.is_ok] == []

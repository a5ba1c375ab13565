import re

import pytest

from basewise.demo.snapshots import DemoPackage, snapshot


def test_a_package_line_may_leave_out_what_is_the_same() -> None:
    assert DemoPackage.parse("tar 1.34") == DemoPackage("tar", "1.34", "tar", "1.34")
    assert DemoPackage.parse("libc6 2.36-9 glibc") == DemoPackage("libc6", "2.36-9", "glibc", "2.36-9")
    assert DemoPackage.parse("g++ 4:12.2.0-3 gcc-defaults 1.203").source_version == "1.203"


@pytest.mark.parametrize(
    "name",
    [
        "debian-11-2022-09",
        "debian-11-2023-01",
        "debian-12-2023-09",
        "debian-12-2024-06",
        "alpine-3.18-2023-08",
        "alpine-3.20-2024-08",
    ],
)
def test_every_snapshot_is_whole_and_its_sets_have_no_package_twice(name: str) -> None:
    release = snapshot(name)
    assert release.mtime > 1_600_000_000
    for packages in release.packages.values():
        names = [package.name for package in packages]
        assert len(names) == len(set(names))
        assert all(re.fullmatch(r"[0-9A-Za-z.+:~_-]+", package.version) for package in packages)


def test_debian_merged_its_bin_directories_with_release_12() -> None:
    assert not snapshot("debian-11-2023-01").merged_usr
    assert snapshot("debian-12-2023-09").merged_usr


def test_a_snapshot_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        snapshot("debian-99")

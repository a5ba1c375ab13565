import pytest

from basewise.model.contents import SurfaceEntry
from basewise.scan.surface import privileges, tool_kind


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("bin/sh", "shell"),
        ("usr/bin/busybox", "shell"),
        ("usr/bin/ksh93", "shell"),
        ("usr/bin/apt-get", "package_manager"),
        ("sbin/apk", "package_manager"),
        ("usr/bin/microdnf", "package_manager"),
        ("usr/bin/gcc", "compiler"),
        ("usr/bin/gcc-12", "compiler"),
        ("usr/bin/x86_64-linux-gnu-gcc-12", "compiler"),
        ("usr/bin/x86_64-alpine-linux-musl-g++", "compiler"),
        ("usr/bin/aarch64-linux-gnu-ld.bfd", "compiler"),
        ("usr/bin/clang-14", "compiler"),
        ("usr/local/go/bin/go", "compiler"),
        ("usr/local/cargo/bin/rustc", "compiler"),
        ("usr/local/bin/curl", "network_tool"),
        ("bin/nc.openbsd", "network_tool"),
        ("usr/sbin/tcpdump", "network_tool"),
    ],
)
def test_a_tool_is_known_by_its_name(path: str, kind: str) -> None:
    assert tool_kind(path) == kind


@pytest.mark.parametrize(
    "path",
    [
        "sh",
        "opt/bin/sh",
        "usr/share/doc/bash",
        "usr/bin/sub/bash",
        "usr/bin/bashbug",
        "usr/bin/python3",
        "usr/bin/pip",
        "usr/bin/apt-ftparchive-x",
        "usr/bin/c++filt",
        "usr/bin/" + "1" * 4000 + "x",
        "usr/bin/",
    ],
)
def test_other_names_and_other_places_are_no_tools(path: str) -> None:
    assert tool_kind(path) is None


def test_setuid_and_setgid_are_told_by_the_mode() -> None:
    assert list(privileges("usr/bin/su", 0o4755)) == [SurfaceEntry("setuid", "usr/bin/su")]
    assert list(privileges("usr/bin/wall", 0o2755)) == [SurfaceEntry("setgid", "usr/bin/wall")]
    assert [entry.kind for entry in privileges("x", 0o6755)] == ["setuid", "setgid"]
    assert list(privileges("tmp", 0o1777)) == []

import hashlib

from basewise.demo import debian
from basewise.demo.layout import Entry
from basewise.demo.snapshots import DemoPackage, snapshot

BULLSEYE = snapshot("debian-11-2023-01")
BOOKWORM = snapshot("debian-12-2023-09")


def by_path(entries: list[Entry]) -> dict[str, Entry]:
    paths = [entry.path for entry in entries]
    assert len(paths) == len(set(paths)), "a path twice in one layer"
    return {entry.path: entry for entry in entries}


def test_a_root_has_os_release_status_and_shell() -> None:
    entries, packages = debian.root(BULLSEYE)
    files = by_path(entries)
    assert b'VERSION_ID="11"' in files["usr/lib/os-release"].data
    assert files["etc/os-release"].link == "../usr/lib/os-release"
    assert files["var/lib/dpkg/status"].data.count(b"Status: install ok installed") == len(packages)
    assert files["bin/bash"].mode == 0o755


def test_su_and_mount_are_setuid() -> None:
    files = by_path(debian.root(BULLSEYE)[0])
    assert {path for path, entry in files.items() if entry.mode & 0o4000} == {
        "bin/mount",
        "bin/su",
        "bin/umount",
        "usr/bin/gpasswd",
        "usr/bin/newgrp",
        "usr/bin/passwd",
    }
    assert files["usr/bin/chage"].mode & 0o2000


def test_where_bin_is_a_link_files_lie_in_usr_and_lists_keep_the_old_name() -> None:
    files = by_path(debian.root(BOOKWORM)[0])
    assert files["bin"].link == "usr/bin"
    assert "usr/bin/bash" in files
    assert b"/bin/bash\n" in files["var/lib/dpkg/info/bash.list"].data
    assert not any(path.startswith("bin/") for path in files)


def test_an_upgrade_replaces_the_package_in_the_status_file() -> None:
    old, new = BULLSEYE.packages["tls"], BULLSEYE.packages["new-tls"]
    status = by_path(debian.install(BULLSEYE, old, new))["var/lib/dpkg/status"].data.decode()
    assert status.count("Package: libssl1.1\n") == 1
    assert "1.1.1n" not in status
    assert "Source: openssl\nVersion: 1.1.1w-0+deb11u1\n" in status


def test_a_source_of_another_version_stands_in_brackets() -> None:
    package = DemoPackage.parse("coreutils 8.32-4+b1 coreutils 8.32-4")
    status = by_path(debian.install(BULLSEYE, [], [package]))["var/lib/dpkg/status"].data
    assert b"Source: coreutils (8.32-4)\n" in status


def test_lists_of_shared_libraries_carry_their_architecture() -> None:
    files = by_path(debian.install(BULLSEYE, [], debian.packages_of("debian-11-2023-01", "tls")))
    assert "var/lib/dpkg/info/libssl1.1:amd64.list" in files
    assert "var/lib/dpkg/info/openssl.list" in files


def test_distroless_has_status_d_and_neither_shell_nor_status() -> None:
    entries, packages = debian.distroless(snapshot("debian-12-2024-06"))
    files = by_path(entries)
    records = [path for path in files if path.startswith("var/lib/dpkg/status.d/") and not path.endswith(".md5sums")]
    assert len(records) == len(packages)
    assert "var/lib/dpkg/status" not in files
    assert not any("bash" in path or path.endswith("/sh") for path in files)


def test_sums_of_distroless_are_those_of_its_files() -> None:
    files = by_path(debian.distroless(snapshot("debian-12-2024-06"))[0])
    for line in files["var/lib/dpkg/status.d/libssl3.md5sums"].data.decode().splitlines():
        digest, path = line.split("  ")
        assert hashlib.md5(files[path].data, usedforsecurity=False).hexdigest() == digest


def test_every_file_is_as_old_as_the_snapshot() -> None:
    entries, _ = debian.root(BULLSEYE)
    assert {entry.mtime for entry in entries} == {BULLSEYE.mtime}


def test_packages_of_other_archives_name_their_own_maintainer() -> None:
    entries = debian.install(BOOKWORM, [], debian.packages_of("debian-12-2023-09", "nginx"))
    stanzas = by_path(entries)["var/lib/dpkg/status"].data.decode().split("\n\n")
    foreign = [stanza.split()[1] for stanza in stanzas if "NGINX Packaging" in stanza]
    assert foreign == ["nginx", "nginx-module-image-filter"]

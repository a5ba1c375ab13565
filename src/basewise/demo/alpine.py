"""Small but truthful Alpine file systems: os-release, apk's database of installed packages, busybox.

The database has one paragraph per package: P name, V version, A architecture, o origin, t build time, F folder, R file
(Alpine's wiki, "Apk spec", section "Installed Database V2").
"""

from __future__ import annotations

import msgspec

from basewise.demo.layout import Entry
from basewise.demo.snapshots import DemoPackage, Snapshot

_DATABASE = "lib/apk/db/installed"
_FILES: dict[str, tuple[str, ...]] = {
    "apk-tools": ("sbin/apk",),
    "busybox": ("bin/busybox",),
    "ca-certificates-bundle": ("etc/ssl/certs/ca-certificates.crt",),
    "curl": ("usr/bin/curl",),
    "libcrypto3": ("lib/libcrypto.so.3",),
    "libssl3": ("lib/libssl.so.3",),
    "libstdc++": ("usr/lib/libstdc++.so.6",),
    "musl": ("lib/ld-musl-x86_64.so.1",),
    "scanelf": ("usr/bin/scanelf",),
    "zlib": ("lib/libz.so.1",),
}
_APPLETS = ("bin/sh", "bin/ash", "bin/cat", "bin/ls", "bin/su", "usr/bin/wget", "usr/bin/nc")


def root(release: Snapshot) -> tuple[list[Entry], list[DemoPackage]]:
    """The first layer of an image of `release`: its `base` packages, and those packages."""
    packages = release.packages["base"]
    entries = [Entry(path=folder, directory=True, mode=0o755) for folder in ("bin", "etc", "lib", "sbin", "usr")]
    os_release = "".join(f'{key}="{value}"\n' for key, value in release.os_release.items())
    entries += [
        Entry(path="usr/lib/os-release", data=os_release.encode()),
        Entry(path="etc/os-release", link="../usr/lib/os-release", mode=0o777),
        Entry(path="etc/alpine-release", data=f"{release.os_release['VERSION_ID']}\n".encode()),
        Entry(path="etc/passwd", data=b"root:x:0:0:root:/root:/bin/ash\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n"),
    ]
    entries += [Entry(path=applet, link="/bin/busybox", mode=0o777) for applet in _APPLETS]
    return _dated(entries, release) + install(release, [], packages), list(packages)


def install(release: Snapshot, installed: list[DemoPackage], added: list[DemoPackage]) -> list[Entry]:
    """What `apk add` of `added` writes: files, and the whole database anew."""
    entries = [
        Entry(path=path, data=f"{path} of {package.name} {package.version}\n".encode(), mode=0o755)
        for package in added
        for path in _FILES.get(package.name, ())
    ]
    everything = sorted({package.name: package for package in (*installed, *added)}.values())
    database = "\n".join(_paragraph(package, release) for package in everything)
    return _dated([*entries, Entry(path=_DATABASE, data=f"{database}\n".encode())], release)


def _paragraph(package: DemoPackage, release: Snapshot) -> str:
    lines = [f"P:{package.name}", f"V:{package.version}", "A:x86_64", f"T:{package.name}, as the demo installs it"]
    lines += [f"o:{package.source}", f"t:{release.mtime}"]
    for path in _FILES.get(package.name, ()):
        folder, _, name = path.rpartition("/")
        lines += [f"F:{folder}", f"R:{name}"]
    return "\n".join(lines) + "\n"


def _dated(entries: list[Entry], release: Snapshot) -> list[Entry]:
    return [msgspec.structs.replace(entry, mtime=release.mtime) for entry in entries]

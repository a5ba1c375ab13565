"""Small but truthful Debian file systems: os-release, dpkg's database, and the files that an audit looks for.

File names and modes are those of the packages themselves (dpkg-query -L); contents are placeholders.
"""

from __future__ import annotations

import hashlib

import msgspec

from basewise.demo.layout import Entry
from basewise.demo.snapshots import DemoPackage, Snapshot, snapshot

_SETUID = 0o4755
_SETGID = 0o2755
_LIBRARIES = "usr/lib/x86_64-linux-gnu"
_FILES: dict[str, tuple[tuple[str, int], ...]] = {
    "apache2-bin": (("usr/sbin/apache2", 0o755),),
    "apt": (("usr/bin/apt", 0o755), ("usr/bin/apt-get", 0o755)),
    "bash": (("bin/bash", 0o755),),
    "binutils": (("usr/bin/as", 0o755), ("usr/bin/ld", 0o755)),
    "ca-certificates": (("etc/ssl/certs/ca-certificates.crt", 0o644),),
    "coreutils": (("bin/cat", 0o755), ("bin/ls", 0o755)),
    "curl": (("usr/bin/curl", 0o755),),
    "dash": (("bin/dash", 0o755),),
    "dpkg": (("usr/bin/dpkg", 0o755),),
    "g++": (("usr/bin/g++", 0o755),),
    "gcc": (("usr/bin/gcc", 0o755),),
    "git": (("usr/bin/git", 0o755),),
    "libc6": (("lib/x86_64-linux-gnu/libc.so.6", 0o755),),
    "libssl1.1": ((f"{_LIBRARIES}/libcrypto.so.1.1", 0o644), (f"{_LIBRARIES}/libssl.so.1.1", 0o644)),
    "libssl3": ((f"{_LIBRARIES}/libcrypto.so.3", 0o644), (f"{_LIBRARIES}/libssl.so.3", 0o644)),
    "libwebp7": ((f"{_LIBRARIES}/libwebp.so.7", 0o644),),
    "login": (("bin/login", 0o755), ("usr/bin/newgrp", _SETUID)),
    "make": (("usr/bin/make", 0o755),),
    "mount": (("bin/mount", _SETUID), ("bin/umount", _SETUID)),
    "nginx": (("usr/sbin/nginx", 0o755), ("etc/nginx/nginx.conf", 0o644)),
    "openssl": (("usr/bin/openssl", 0o755),),
    "passwd": (("usr/bin/passwd", _SETUID), ("usr/bin/gpasswd", _SETUID), ("usr/bin/chage", _SETGID)),
    "perl-base": (("usr/bin/perl", 0o755),),
    "postgresql-16": (("usr/lib/postgresql/16/bin/postgres", 0o755),),
    "postgresql-client-16": (("usr/lib/postgresql/16/bin/psql", 0o755),),
    "tar": (("bin/tar", 0o755),),
    "util-linux": (("bin/su", _SETUID),),
    "zlib1g": (("lib/x86_64-linux-gnu/libz.so.1", 0o644),),
}
_MERGED = ("bin", "sbin", "lib")
_DEBIAN = "Debian maintainers <debian-devel@lists.debian.org>"
_OTHER_ARCHIVES = {
    ".pgdg": "Debian PostgreSQL Maintainers <team+postgresql@tracker.debian.org>",
    "~bookworm": "NGINX Packaging <nginx-packaging@f5.com>",
}
"""Maintainers of packages that come from archives other than Debian's, by what their versions contain."""


def root(release: Snapshot) -> tuple[list[Entry], list[DemoPackage]]:
    """The first layer of an image of `release`: its `base` packages, and those packages."""
    packages = release.packages["base"]
    entries = [Entry(path=folder, directory=True, mode=0o755) for folder in ("etc", "usr", "usr/bin", "var")]
    if release.merged_usr:
        entries += [Entry(path=folder, link=f"usr/{folder}", mode=0o777) for folder in _MERGED]
    entries += [
        Entry(path="usr/lib/os-release", data=_os_release(release)),
        Entry(path="etc/os-release", link="../usr/lib/os-release", mode=0o777),
        Entry(
            path="etc/passwd", data=b"root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534::/nonexistent:/bin/false\n"
        ),
        Entry(path=_placed("bin/sh", release), link="dash", mode=0o777),
    ]
    return _dated(entries, release) + install(release, [], packages), list(packages)


def install(release: Snapshot, installed: list[DemoPackage], added: list[DemoPackage]) -> list[Entry]:
    """What `apt-get install` of `added` writes: files, lists, and the whole status file anew.

    A package of `added` replaces one of the same name in `installed`.
    """
    entries: list[Entry] = []
    for package in added:
        files = _files(package)
        entries += [Entry(path=_placed(path, release), data=_content(package, path), mode=mode) for path, mode in files]
        entries.append(Entry(path=f"var/lib/dpkg/info/{_list_name(package)}", data=_list(files)))
    entries.append(Entry(path="var/lib/dpkg/status", data=_status(replaced(installed, added))))
    return _dated(entries, release)


def replaced(installed: list[DemoPackage], added: list[DemoPackage]) -> list[DemoPackage]:
    """`installed` with `added` put in, ordered by name."""
    return sorted(({package.name: package for package in (*installed, *added)}).values())


def distroless(release: Snapshot) -> tuple[list[Entry], list[DemoPackage]]:
    """A file system without shell and package manager, recorded under dpkg/status.d, one file a package."""
    packages = release.packages["distroless"]
    entries = [
        Entry(path="usr/lib/os-release", data=_os_release(release)),
        Entry(path="etc/os-release", link="../usr/lib/os-release", mode=0o777),
        Entry(
            path="etc/passwd",
            data=b"root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532::/home/nonroot:/sbin/nologin\n",
        ),
        Entry(path="etc/ssl/certs/ca-certificates.crt", data=b"# certificate authorities\n"),
    ]
    for package in packages:
        entries += [Entry(path=path, data=_content(package, path), mode=mode) for path, mode in _files(package)]
        record = f"var/lib/dpkg/status.d/{package.name}"
        entries.append(Entry(path=record, data=_stanza(package).encode()))
        entries.append(Entry(path=f"{record}.md5sums", data=_md5sums(package)))
    return _dated(entries, release), list(packages)


def packages_of(name: str, *sets: str) -> list[DemoPackage]:
    """The packages of these sets of one snapshot, together."""
    return [package for key in sets for package in snapshot(name).packages[key]]


def _files(package: DemoPackage) -> list[tuple[str, int]]:
    return [*_FILES.get(package.name, ()), (f"usr/share/doc/{package.name}/copyright", 0o644)]


def _placed(path: str, release: Snapshot) -> str:
    # dpkg's lists keep naming /bin/ls where /bin is a link; the archive of an image has the real place.
    return f"usr/{path}" if release.merged_usr and path.split("/", 1)[0] in _MERGED else path


def _content(package: DemoPackage, path: str) -> bytes:
    return f"{path} of {package.name} {package.version}\n".encode()


def _list_name(package: DemoPackage) -> str:
    # `Multi-Arch: same` packages carry their architecture in the name of the list; libraries are.
    shared = package.name.startswith("lib") and not package.name.endswith("-bin")
    return f"{package.name}:amd64.list" if shared else f"{package.name}.list"


def _list(files: list[tuple[str, int]]) -> bytes:
    lines = {"/."}
    for path, _ in files:
        parts = path.split("/")
        lines |= {"/" + "/".join(parts[: depth + 1]) for depth in range(len(parts))}
    return ("\n".join(sorted(lines)) + "\n").encode()


def _md5sums(package: DemoPackage) -> bytes:
    # dpkg's own format for checking files (deb-md5sums(5)); not used to protect anything.
    sums = [
        (hashlib.md5(_content(package, path), usedforsecurity=False).hexdigest(), path) for path, _ in _files(package)
    ]
    return "".join(f"{digest}  {path}\n" for digest, path in sums).encode()


def _stanza(package: DemoPackage, *, status: str = "") -> str:
    lines = [f"Package: {package.name}"]
    if status:
        lines.append(f"Status: {status}")
    lines += ["Priority: optional", "Section: misc", "Installed-Size: 64"]
    lines.append(f"Maintainer: {_maintainer(package)}")
    lines.append("Architecture: amd64")
    if (package.source, package.source_version) != (package.name, package.version):
        version = "" if package.source_version == package.version else f" ({package.source_version})"
        lines.append(f"Source: {package.source}{version}")
    lines += [f"Version: {package.version}", f"Description: {package.name}, as the demo installs it", " No real files."]
    return "\n".join(lines) + "\n"


def _maintainer(package: DemoPackage) -> str:
    return next((name for mark, name in _OTHER_ARCHIVES.items() if mark in package.version), _DEBIAN)


def _status(packages: list[DemoPackage]) -> bytes:
    return "\n".join(_stanza(package, status="install ok installed") for package in packages).encode()


def _os_release(release: Snapshot) -> bytes:
    return "".join(f'{key}="{value}"\n' for key, value in release.os_release.items()).encode()


def _dated(entries: list[Entry], release: Snapshot) -> list[Entry]:
    return [msgspec.structs.replace(entry, mtime=release.mtime) for entry in entries]

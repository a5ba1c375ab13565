"""Images whose packages rpm itself built and installed, once per checkout, with the database in every form.

Debian's rpm writes SQLite and reads BerkeleyDB. `base` and `app` hold what it wrote, `app` with a second layer in which
a package was added and one upgraded. The other tags hold the same headers: `berkeley` and `berkeley-big-endian` as
Berkeley DB's own db5.3_load stores them, `ndb` as our writer does, `log` with the last package in a write-ahead log
that SQLite left behind, `moved` with the database under /usr/lib/sysimage, `manifest` as Azure Linux lists packages.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import struct
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from tests.integration.building import built_once
from tests.unit.scan.databases.rpm import writers

FORMS = ("app", "berkeley", "berkeley-big-endian", "ndb", "log", "moved")
"""Tags whose images hold exactly the packages of `app`."""
QUERY = "%{NAME} %{EVR} %{ARCH} %{SOURCERPM} %{VENDOR} %{MODULARITYLABEL}\n"
FILES = "[%{=NAME} %{FILENAMES}\n]"
MANIFEST = (
    r"%{NAME}\t%{VERSION}-%{RELEASE}\t%{INSTALLTIME}\t%{BUILDTIME}\t%{VENDOR}\t%{EPOCH}\t%{SIZE}\t%{ARCH}\t%{EPOCHNUM}"
    r"\t%{SOURCERPM}\n"
)
_PROGRAMS = ("rpm", "rpmbuild", "db5.3_load", "umoci")
_DATABASE = "var/lib/rpm/rpmdb.sqlite"
_OS_RELEASE = 'ID="rocky"\nVERSION_ID="9.4"\nPRETTY_NAME="Rocky Linux 9.4"\n'
_SECONDS = 300


def rpm_images() -> Path:
    """The OCI layout; beside it, `base` and `app` are the root folders that rpm installed into."""
    return built_once("rpm", _PROGRAMS, _build)


def query(layout: Path, tag: str, form: str) -> list[str]:
    """What rpm says of the packages it installed, a line each, without the pseudo packages of keys."""
    listed = _rpm(layout / "roots" / tag, "-qa", "--qf", form).splitlines()
    return sorted(line for line in listed if not line.startswith("gpg-pubkey "))


def query_berkeley(folder: Path, form: str) -> list[str]:
    """What rpm says of the BerkeleyDB in `folder`, which its read-only backend reads."""
    listed = _rpm(folder, "--define", "_db_backend bdb_ro", "-qa", "--qf", form).splitlines()
    return sorted(line for line in listed if not line.startswith("gpg-pubkey "))


def _build(layout: Path) -> None:
    with tempfile.TemporaryDirectory() as work:
        _run("umoci", "init", "--layout", str(layout))
        packages = _packages(Path(work))
        roots = layout / "roots"
        base, app = roots / "base", roots / "app"
        base.mkdir(parents=True)
        _rpm(base, "--initdb")
        _install(base, [path for path in packages if "-2.0-" not in path.name and "added" not in path.name])
        shutil.copytree(base, app, symlinks=True)
        _install(app, [path for path in packages if "-2.0-" in path.name or "added" in path.name])
        _images(layout, base, app, Path(work))


def _images(layout: Path, base: Path, app: Path, work: Path) -> None:
    installed = (app / _DATABASE).read_bytes()
    headers = _headers(app / _DATABASE)
    release = {"etc/os-release": _OS_RELEASE.encode(), "etc/rocky-release": b"Rocky Linux release 9.4 (Blue Onyx)\n"}
    _image(layout, "base", work, {_DATABASE: (base / _DATABASE).read_bytes()} | release)
    _run("umoci", "tag", "--image", f"{layout}:base", "app")
    _layer(layout, "app", work, {_DATABASE: installed, _DATABASE + "-wal": b""})
    for tag, order in (("berkeley", "<"), ("berkeley-big-endian", ">")):
        path = layout / "roots" / tag / "var/lib/rpm/Packages"
        path.parent.mkdir(parents=True)
        _load_berkeley(path, headers, order)
        _image(layout, tag, work, {"var/lib/rpm/Packages": path.read_bytes()} | release)
    _image(layout, "ndb", work, {"usr/lib/sysimage/rpm/Packages.db": writers.ndb(headers)} | release)
    _image(layout, "log", work, _with_log(app / _DATABASE, work / "log") | release)
    _run("umoci", "tag", "--image", f"{layout}:base", "moved")
    _layer(layout, "moved", work, {"usr/lib/sysimage/rpm/rpmdb.sqlite": installed}, link=True)
    listed = _rpm(app, "-qa", "--qf", MANIFEST).encode()
    _image(layout, "manifest", work, {"var/lib/rpmmanifest/container-manifest-2": listed} | release)


_SPEC = """
Name: {name}
Version: {version}
Release: {release}
Summary: one of our tests' packages
License: MIT
{more}
%description
It holds a few files.
%install
mkdir -p %{{buildroot}}/usr/share/{name} %{{buildroot}}/usr/bin
for number in $(seq {files}); do echo $number > %{{buildroot}}/usr/share/{name}/file$number; done
echo > "%{{buildroot}}/usr/bin/{name} {version}"
ln -s "{name} {version}" %{{buildroot}}/usr/bin/{name}-café
{parts}
%files
/usr/share/{name}
/usr/bin/*
"""
_LIBRARY = """
%package -n lib{name}
Summary: a part of it
Epoch: 0
Version: 7
%description -n lib{name}
It holds nothing.
%files -n lib{name}
"""


def _packages(work: Path) -> list[Path]:
    """The packages, built by rpmbuild: with epoch, module, vendor, parts, many files, and a key that is no package."""
    specs = {
        "plain": {"version": "1.2", "release": "3.el9", "files": 0},
        "many": {"version": "1.0", "release": "1", "files": 3000, "more": "Epoch: 3\nVendor: Some Vendor"},
        "module": {"version": "18.1", "release": "4.module+el9", "more": "ModularityLabel: nodejs:18:8090:abcdef12"},
        "parted": {"version": "5~rc1^git2", "release": "1.fc40", "parts": _LIBRARY.format(name="parted")},
        "none-arch": {"version": "1", "release": "2", "more": "BuildArch: noarch"},
        "gpg-pubkey": {"version": "8483c65d", "release": "5ccc5b19", "more": "BuildArch: noarch"},
        "upgraded": {"version": "1.0", "release": "1"},
        "added": {"version": "2024a", "release": "1", "files": 40},
    }
    for name, spec in [*specs.items(), ("upgraded", {"version": "2.0", "release": "1"})]:
        file = work / "one.spec"
        file.write_text(_SPEC.format(**{"name": name, "files": 3, "more": "", "parts": ""} | spec))
        _run("rpmbuild", "-bb", "--quiet", "--target", "x86_64", "--define", f"_topdir {work}/top", str(file))
    return sorted((work / "top/RPMS").rglob("*.rpm"))


def _install(root: Path, packages: Sequence[Path]) -> None:
    options = ("--nodeps", "--noscripts", "--nosignature", "--ignorearch", "--ignoreos", "--force-debian")
    _rpm(root, "-U", *options, *map(str, packages))


def _rpm(root: Path, *arguments: str) -> str:
    return _run("rpm", "--root", str(root), "--define", "_dbpath /var/lib/rpm", *arguments)


def _headers(database: Path) -> list[bytes]:
    with closing(sqlite3.connect(database)) as connection:
        return [row[0] for row in connection.execute("SELECT blob FROM Packages ORDER BY hnum")]


def _load_berkeley(path: Path, headers: Sequence[bytes], order: str) -> None:
    """Has db5.3_load write the database from a dump (db_dump(1), "Output format")."""
    entries = [(0, struct.pack(f"{order}I", len(headers) + 1)), *enumerate(headers, start=1)]
    lines = [f" {struct.pack(f'{order}I', key).hex()}\n {value.hex()}" for key, value in entries]
    head = f"VERSION=3\nformat=bytevalue\ntype=hash\ndb_lorder={1234 if order == '<' else 4321}\ndb_pagesize=4096"
    _run("db5.3_load", str(path), text="\n".join([head, "HEADER=END", *lines, "DATA=END", ""]))


def _with_log(database: Path, work: Path) -> dict[str, bytes]:
    """The database without its last package, and SQLite's log of putting it back."""
    shutil.copy(database, work)
    with closing(sqlite3.connect(work, isolation_level=None)) as connection:
        last = connection.execute("SELECT hnum, blob FROM Packages ORDER BY hnum DESC").fetchone()
        connection.execute("DELETE FROM Packages WHERE hnum = ?", (last[0],))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("INSERT INTO Packages VALUES (?, ?)", last)
        return {_DATABASE: work.read_bytes(), _DATABASE + "-wal": Path(f"{work}-wal").read_bytes()}


def _image(layout: Path, tag: str, work: Path, files: dict[str, bytes]) -> None:
    _run("umoci", "new", "--image", f"{layout}:{tag}")
    _layer(layout, tag, work, files)


def _layer(layout: Path, tag: str, work: Path, files: dict[str, bytes], *, link: bool = False) -> None:
    """Adds a layer with the files; with `link`, /var/lib/rpm leads to the database's newer place."""
    bundle = work / f"bundle-{tag}-{len(files)}"
    _run("umoci", "unpack", "--image", f"{layout}:{tag}", str(bundle))
    root = bundle / "rootfs"
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    if link:
        shutil.rmtree(root / "var/lib/rpm")
        (root / "var/lib/rpm").symlink_to("../../usr/lib/sysimage/rpm")
    _run("umoci", "repack", "--image", f"{layout}:{tag}", str(bundle))


def _run(*command: str, text: str = "") -> str:
    environment = os.environ | {"LC_ALL": "C.UTF-8", "SOURCE_DATE_EPOCH": "1730000000"}
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, timeout=_SECONDS, check=False, env=environment
    )
    if done.returncode:
        pytest.fail(f"{' '.join(command[:3])} failed:\n{done.stderr[-2000:]}")
    return done.stdout

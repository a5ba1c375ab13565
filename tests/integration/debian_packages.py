"""Packages of this machine's Debian, downloaded once per checkout and unpacked, never installed."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import msgspec
import pytest

CACHE = Path(__file__).parents[2] / ".cache" / "debs"
_PROGRAMS = ("apt-get", "apt-cache", "dpkg-deb")
_PATIENCE = ("-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20", "-o", "Acquire::https::Timeout=20")
_DOWNLOAD_SECONDS = 300
_NOT_UPSTREAMS = re.compile(r"~|really")


class Unpacked(msgspec.Struct, frozen=True):
    """The files of one package."""

    version: str
    root: Path

    @property
    def upstream(self) -> str:
        """The version without Debian's epoch, revision and marks such as `+dfsg` (deb-version(7)).

        Skips for one that Debian writes otherwise than its authors: `3.0~rc1`, `2+really1.9`.
        """
        version = re.sub(r"^[0-9]+:", "", self.version).rpartition("-")[0] or self.version
        if _NOT_UPSTREAMS.search(version):
            pytest.skip(f"{self.version} is not the version as its authors write it")
        return version.partition("+")[0]

    def file(self, pattern: str) -> Path:
        """The first ELF file whose name matches a regular expression; git, for one, has a second name for its own."""
        files = (path for path in sorted(self.root.rglob("*")) if re.fullmatch(pattern, path.name))
        found = next((path for path in files if path.is_file() and not path.is_symlink() and _is_elf(path)), None)
        assert found is not None, f"no program of the package is called {pattern}"
        return found


def unpacked(pattern: str, folder: Path) -> Unpacked:
    """The first package whose name matches a regular expression, unpacked into `folder`.

    Skips, with the reason, where there is none.
    """
    archive = _downloaded(_name(pattern))
    subprocess.run(["dpkg-deb", "-x", archive, folder], check=True)
    version = subprocess.run(["dpkg-deb", "-f", archive, "Version"], check=True, capture_output=True, text=True).stdout
    return Unpacked(version.strip(), folder)


@cache
def _names() -> tuple[str, ...]:
    """What apt knows of; asks its mirrors first where nobody did."""
    names = _listed()
    if not names and os.geteuid() == 0:
        subprocess.run(["apt-get", "-qq", *_PATIENCE, "update"], check=False, capture_output=True)
        names = _listed()
    return names


def _listed() -> tuple[str, ...]:
    listed = subprocess.run(["apt-cache", "dumpavail"], check=True, capture_output=True, text=True).stdout
    return tuple(sorted(set(re.findall(r"^Package: (\S+)$", listed, re.MULTILINE))))


def _name(pattern: str) -> str:
    for program in _PROGRAMS:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    if not _names():
        pytest.skip("apt has no list of packages")
    name = next((name for name in _names() if re.fullmatch(pattern, name)), None)
    if name is None:
        pytest.skip(f"apt knows no package {pattern}")
    return name


def _downloaded(name: str) -> Path:
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = CACHE / name
        if not folder.exists():
            _download(name, folder)
    (archive,) = folder.glob("*.deb")
    return archive


def _download(name: str, folder: Path) -> None:
    """Makes `folder` when the package is there, whole."""
    unfinished = folder.with_name(f"{name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    command = ["apt-get", "-qq", *_PATIENCE, "download", name]
    done = subprocess.run(
        command, cwd=unfinished, check=False, capture_output=True, text=True, timeout=_DOWNLOAD_SECONDS
    )
    if done.returncode:
        pytest.skip(f"{name} cannot be downloaded: {done.stderr.strip()[-200:]}")
    unfinished.rename(folder)


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"

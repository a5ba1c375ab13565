"""What widens the attack surface of an image: shells, package managers, compilers, network tools, setuid and setgid."""

from __future__ import annotations

import re
from collections.abc import Iterator

from basewise.model.contents import SurfaceEntry, SurfaceKind

_TOOLS: dict[SurfaceKind, str] = {
    "shell": "sh bash rbash dash ash busybox busybox.static zsh ksh mksh lksh oksh pdksh rksh yash posh fish tcsh csh"
    " elvish nu pwsh toybox",
    "package_manager": "apt apt-get aptitude dpkg apk dnf yum microdnf tdnf rpm zypper pacman opkg urpmi xbps-install"
    " emerge nix-env snap",
    "compiler": "gcc cc c89 c99 g++ c++ clang clang++ clang-cl tcc gfortran gccgo as gas nasm yasm ld ld.bfd ld.gold"
    " ld.lld lld mold make gmake cmake ninja go rustc cargo javac ghc ocamlopt dmd gdc ldc2 gnat nim zig",
    "network_tool": "curl wget aria2c axel nc ncat netcat nc.openbsd nc.traditional socat telnet ssh scp"
    " sftp dbclient rsync ftp lftp tftp nmap masscan hping3 tcpdump tshark dig host nslookup drill ping ping6"
    " traceroute arping",
}
_KIND: dict[str, SurfaceKind] = {name: kind for kind, names in _TOOLS.items() for name in names.split()}
_FOLDERS = ("bin/", "sbin/", "usr/bin/", "usr/sbin/", "usr/local/bin/", "usr/local/sbin/")
_LANGUAGE_FOLDERS = ("usr/local/go/bin/", "usr/lib/go/bin/", "usr/local/cargo/bin/")
"""Where the official images of Go and Rust put their compilers."""
FOLDERS = _FOLDERS + _LANGUAGE_FOLDERS
_VARIANT = re.compile(r"(?:[a-z0-9_]+(?:-[a-z0-9]+)?-linux-[a-z0-9]+-)?(.+?)(?:-?[0-9]+(?:\.[0-9]+)*)?")
"""`x86_64-linux-gnu-gcc-12` is a gcc, `ksh93` a ksh."""
_LONGEST_NAME = 64
"""Characters; no tool's name is longer, and the pattern above takes time by the square."""
_SETUID = 0o4000
_SETGID = 0o2000
SPECIAL_BITS = _SETUID | _SETGID


def tool_kind(path: str) -> SurfaceKind | None:
    """Which kind of tool the file or link at `path` is by its name, None when it is none.

    Args:
        path: without leading slash; only what lies directly in a folder for programs is looked at.
    """
    folder, slash, name = path.rpartition("/")
    if folder + slash not in FOLDERS:
        return None
    if name in _KIND:
        return _KIND[name]
    variant = _VARIANT.fullmatch(name) if len(name) <= _LONGEST_NAME else None
    return _KIND.get(variant[1]) if variant else None


def privileges(path: str, mode: int) -> Iterator[SurfaceEntry]:
    """Entries for the setuid and setgid bits of a file of that mode."""
    if mode & _SETUID:
        yield SurfaceEntry("setuid", path)
    if mode & _SETGID:
        yield SurfaceEntry("setgid", path)

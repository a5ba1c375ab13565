"""A small real Debian image and its variants, built from Debian's own packages, once per checkout.

Tags of the layout: `base` (Debian 11, minimal), `python` (a second layer with python3-minimal), `app` (a third with
files that umoci inserted, which has no end-of-archive blocks), `slim` (app less its documentation, by a whiteout, and
with an opaque folder), `statusd` (a few packages, recorded in status.d as Distroless does, without dpkg's database).
"""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

import pytest
from tests.integration.building import built_once, run

TAGS = ("base", "python", "app", "slim", "statusd")
SUITE = "bullseye"
STATUS_D_PACKAGES = ("base-files", "libc6", "libpython3.9-minimal", "python3.9-minimal", "tzdata", "zlib1g")
_PROGRAMS = ("mmdebstrap", "umoci", "apt-get", "dpkg-query", "tar")


def debian_images() -> Path:
    """The OCI layout with `TAGS`. Skips, with the reason, where it cannot be built."""
    return built_once("debian", _PROGRAMS, _build_debian)


def unpack(layout: Path, tag: str, folder: Path) -> Path:
    """The root file system of an image, as umoci unpacks it into `folder`, which it makes."""
    run("umoci", "unpack", "--image", f"{layout}:{tag}", str(folder))
    return folder / "rootfs"


def bootstrapped(layout: Path, tag: str, archive: Path, *options: str) -> None:
    """Adds an image of one layer to `layout`: a minimal Debian with what `options` of mmdebstrap say."""
    _bootstrap(archive, _mirror(), *options)
    _image(layout, tag, archive)


def _build_debian(layout: Path) -> None:
    with tempfile.TemporaryDirectory() as work:
        _build(layout, Path(work))


def _build(layout: Path, work: Path) -> None:
    mirror = _mirror()
    run("umoci", "init", "--layout", str(layout))
    _bootstrap(work / "base.tar", mirror)
    _image(layout, "base", work / "base.tar")

    root = unpack(layout, "base", work / "python")
    _bootstrap(work / "python.tar", mirror, "--include=python3-minimal")
    shutil.rmtree(root)
    root.mkdir()
    run("tar", "--numeric-owner", "-xpf", str(work / "python.tar"), "-C", str(root))
    run("umoci", "repack", "--image", f"{layout}:python", str(work / "python"))

    application = work / "app"
    application.mkdir()
    (application / "main.py").write_text("print('hello')\n")
    (application / "start").symlink_to("main.py")
    run("umoci", "tag", "--image", f"{layout}:python", "app")
    run("umoci", "insert", "--image", f"{layout}:app", str(application), "/app")
    run("umoci", "tag", "--image", f"{layout}:app", "slim")
    run("umoci", "insert", "--image", f"{layout}:slim", "--whiteout", "/usr/share/doc")
    run("umoci", "insert", "--image", f"{layout}:slim", "--opaque", str(application), "/usr/share/man")

    _status_d(root, work / "statusd.tar")
    _image(layout, "statusd", work / "statusd.tar")


def _mirror() -> str:
    """The mirror that this machine's apt is set up with."""
    listed = run("apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages")
    mirrors = [line for line in listed.splitlines() if "security" not in line]
    if not mirrors:
        pytest.skip("apt is set up with no mirror")
    return mirrors[0]


def _bootstrap(archive: Path, mirror: str, *more: str) -> None:
    run(
        "mmdebstrap", "--quiet", "--variant=minbase", "--mode=root", *more, SUITE, str(archive),
        f"deb {mirror} {SUITE} main",
    )  # fmt: skip


def _image(layout: Path, tag: str, archive: Path) -> None:
    run("umoci", "new", "--image", f"{layout}:{tag}")
    run("umoci", "raw", "add-layer", "--image", f"{layout}:{tag}", str(archive))


def _status_d(root: Path, archive: Path) -> None:
    """An archive with the files of `STATUS_D_PACKAGES`, each package recorded in a file of its own."""
    database = root / "var/lib/dpkg"
    stanzas = {
        stanza.partition("\n")[0].removeprefix("Package: "): re.sub(r"(?m)^Status: .*\n", "", stanza)
        for stanza in (database / "status").read_text().split("\n\n")
    }
    records = database / "status.d"
    records.mkdir()
    files = []
    for name in STATUS_D_PACKAGES:
        for kind in ("list", "md5sums"):
            (found,) = [*(database / "info").glob(f"{name}.{kind}"), *(database / "info").glob(f"{name}:*.{kind}")]
            if kind == "md5sums":
                shutil.copy(found, records / f"{name}.md5sums")
                continue
            owned = (line.removeprefix("/") for line in found.read_text().splitlines())
            files += [path for path in owned if (root / path).is_symlink() or (root / path).is_file()]
        (records / name).write_text(stanzas[name] + "\n")
    files += [f"var/lib/dpkg/status.d/{path.name}" for path in records.iterdir()]
    run("tar", "--numeric-owner", "-cf", str(archive), "-C", str(root), *sorted(files))

"""Go programs built here say what `go version -m` reads from them, however they are linked, for any machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from basewise.model.limits import DEFAULT_LIMITS
from basewise.scan.executables.go import GoPrograms
from basewise.scan.interface import FileContents

CACHE = Path(__file__).parents[3] / ".cache" / "go-build"
MAIN = 'package main\n\nimport "example.test/used"\n\nfunc main() { println(used.Name) }\n'
GO_MOD = """\
module example.test/app

go 1.20

require (
    example.test/used v1.2.3
    example.test/old v1.0.0
    example.test/own v0.0.0
)

replace (
    example.test/old v1.0.0 => example.test/new v1.1.0
    example.test/own => ./own
)
"""
USED = """\
package used

import (
    "example.test/old"
    "example.test/own"
)

const Name = old.Name + own.Name
"""


_OLDEST = 18  # of Go 1.*


def _release(program: str) -> int:
    """21 for Go 1.21.3; one that no release has (`devel`) counts as new."""
    told = subprocess.run([program, "version"], check=True, capture_output=True, text=True).stdout
    found = re.search(r"go1\.([0-9]+)", told)
    return int(found[1]) if found else 99


class Go:
    """The go program, with a module proxy on disk and no network."""

    def __init__(self, folder: Path) -> None:
        self.program = shutil.which("go") or pytest.skip("go is not installed")
        self.release = _release(self.program)
        if self.release < _OLDEST:
            pytest.skip(f"go is older than 1.{_OLDEST}, and knows no -buildvcs")
        self.folder = folder
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GO")},
            "GOPROXY": f"file://{folder / 'proxy'}",
            "GOMODCACHE": str(folder / "modules"),
            "GOPATH": str(folder / "path"),
            "GOCACHE": str(CACHE),
            "GONOSUMDB": "*",
            "GOFLAGS": "-mod=mod -modcacherw",
            "GOTOOLCHAIN": "local",
            "GOENV": "off",
            "CGO_ENABLED": "0",
        }

    def run(self, *arguments: str | Path, **environment: str) -> str:
        done = subprocess.run(
            [self.program, *arguments],
            cwd=self.folder / "app",
            env=self.environment | environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def build(self, *flags: str, **environment: str) -> Path:
        """Builds the module in `app`, and returns the program."""
        self.run("build", "-o", "../program", *flags, **environment)
        return self.folder / "program"

    def module(self, path: str, version: str, package: str) -> None:
        """Puts a version of a module on the proxy."""
        place = self.folder / "proxy" / path / "@v"
        place.mkdir(parents=True)
        (place / f"{version}.mod").write_text(f"module {path}\n")
        (place / f"{version}.info").write_text(f'{{"Version": "{version}"}}')
        with zipfile.ZipFile(place / f"{version}.zip", "w") as archive:
            archive.writestr(f"{path}@{version}/go.mod", f"module {path}\n")
            archive.writestr(f"{path}@{version}/code.go", package)


@pytest.fixture
def go(tmp_path: Path) -> Go:
    """A module with a dependency, a replaced one and one replaced by a folder."""
    go = Go(tmp_path)
    (tmp_path / "app" / "own").mkdir(parents=True)
    (tmp_path / "app" / "go.mod").write_text(GO_MOD)
    (tmp_path / "app" / "main.go").write_text(MAIN)
    (tmp_path / "app" / "own" / "go.mod").write_text("module example.test/own\n")
    (tmp_path / "app" / "own" / "own.go").write_text('package own\n\nconst Name = "own"\n')
    go.module("example.test/used", "v1.2.3", USED)
    go.module("example.test/old", "v1.0.0", "package old\n")
    go.module("example.test/new", "v1.1.0", 'package old\n\nconst Name = "new"\n')
    return go


def read(program: Path) -> FileContents:
    return GoPrograms().read("usr/local/bin/app", program.read_bytes(), DEFAULT_LIMITS)


def packages(found: FileContents) -> list[str]:
    return [f"{record.name} {record.version}" for record in found.records]


def told(go: Go, program: Path) -> list[str]:
    """Toolchain and modules of the program, as `go version -m` tells them."""
    lines = go.run("version", "-m", program).splitlines()
    release = lines[0].rpartition(": go")[2]
    found = [f"stdlib {release if release.count('.') == 2 else release + '.0'}"]
    for line in lines[1:]:
        kind, *fields = line.strip().split("\t")
        if kind == "=>":
            found.pop()
        if kind in {"dep", "=>"} and fields[1] != "(devel)":
            found.append(f"{fields[0]} {fields[1]}")
    return found


@pytest.mark.parametrize("flags", [[], ["-ldflags=-s -w"], ["-buildmode=pie"], ["-trimpath"]], ids=" ".join)
def test_modules_are_those_of_go_version(go: Go, flags: list[str]) -> None:
    program = go.build(*flags)
    found = read(program)
    assert packages(found) == told(go, program)
    assert packages(found)[1:] == ["example.test/new v1.1.0", "example.test/used v1.2.3"]
    assert found.status.is_ok


@pytest.mark.parametrize("machine", ["386", "arm64", "mips", "s390x"])
def test_the_machine_makes_no_difference(go: Go, machine: str) -> None:
    program = go.build(GOOS="linux", GOARCH=machine)
    assert packages(read(program)) == told(go, program)


def test_a_program_whose_section_table_is_gone_says_the_same(go: Go) -> None:
    program = go.build()
    expected = packages(read(program))
    data = bytearray(program.read_bytes())
    data[40:48] = bytes(8)  # e_shoff of ELF64
    data[60:62] = bytes(2)  # e_shnum
    program.write_bytes(data)
    assert packages(read(program)) == expected


def test_the_main_module_has_the_version_of_its_tag(go: Go) -> None:
    if go.release < 24:
        pytest.skip("a Go before 1.24 does not take the version from the tag")
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    (go.folder / "app" / "go.sum").touch()
    go.run("mod", "tidy")
    git = ["git", "-C", str(go.folder / "app"), "-c", "user.name=a", "-c", "user.email=a@b.test"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "one"], ["tag", "v1.4.0"]):
        subprocess.run([*git, *command], check=True)
    assert "example.test/app v1.4.0" in packages(read(go.build("-buildvcs=true")))


def test_a_program_without_dependencies_has_its_toolchain(go: Go) -> None:
    (go.folder / "app" / "go.mod").write_text("module example.test/app\n\ngo 1.20\n")
    (go.folder / "app" / "main.go").write_text("package main\n\nfunc main() {}\n")
    program = go.build("-buildvcs=false")
    found = read(program)
    assert packages(found) == told(go, program)
    assert len(found.records) == 1
    assert found.status.is_ok


def test_a_well_known_program_has_the_version_that_the_linker_was_told(go: Go) -> None:
    (go.folder / "app" / "go.mod").write_text("module github.com/prometheus/prometheus\n\ngo 1.20\n")
    (go.folder / "app" / "main.go").write_text("package main\n\nfunc main() {}\n")
    found = read(go.build("-buildvcs=false", "-ldflags=-s -X github.com/prometheus/common/version.Version=2.45.0"))
    assert "prometheus 2.45.0" in packages(found)


def test_a_program_built_without_modules_is_partial(go: Go) -> None:
    (go.folder / "app" / "go.mod").unlink()
    (go.folder / "app" / "main.go").write_text("package main\n\nfunc main() {}\n")
    found = read(go.build(GO111MODULE="off", GOFLAGS=""))
    assert len(found.records) == 1
    assert "built without modules" in found.status.reason

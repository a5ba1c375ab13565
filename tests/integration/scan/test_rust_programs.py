"""Rust programs: one that a real `cargo auditable` built, and a section that objcopy put into a real program."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from basewise.model.limits import DEFAULT_LIMITS
from basewise.scan.executables.rust import RustPrograms

CARGO = '[package]\nname = "app"\nversion = "0.3.0"\nedition = "2021"\n\n[dependencies]\npart = {path = "part"}\n'


def packages(program: Path) -> list[str]:
    found = RustPrograms().read("usr/local/bin/app", program.read_bytes(), DEFAULT_LIMITS)
    assert found.status.is_ok
    return [f"{record.name} {record.version}" for record in found.records]


def needs(*programs: str) -> None:
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")


def test_crates_of_a_program_that_cargo_auditable_built(tmp_path: Path) -> None:
    needs("cargo", "cargo-auditable")
    for folder, text in {"app": CARGO, "app/part": '[package]\nname = "part"\nversion = "1.2.3"\n'}.items():
        (tmp_path / folder / "src").mkdir(parents=True)
        (tmp_path / folder / "Cargo.toml").write_text(text)
    (tmp_path / "app" / "src" / "main.rs").write_text("fn main() { part::run() }\n")
    (tmp_path / "app" / "part" / "src" / "lib.rs").write_text("pub fn run() {}\n")
    command = ["cargo", "auditable", "build", "--release", "--offline", "--target-dir", "../target"]
    subprocess.run(command, cwd=tmp_path / "app", check=True, capture_output=True)
    assert packages(tmp_path / "target" / "release" / "app") == ["app 0.3.0", "part 1.2.3"]


def test_crates_of_a_section_that_objcopy_added(tmp_path: Path) -> None:
    """A fixture to the published format, in a program that a compiler and a linker made: Python."""
    needs("objcopy")
    crates = [{"name": "serde", "version": "1.0.200", "source": "crates.io"}]
    (tmp_path / "crates").write_bytes(zlib.compress(json.dumps({"packages": crates}).encode()))
    program = Path(sys.executable).resolve()
    section = ["--add-section", ".dep-v0=crates", "--set-section-flags", ".dep-v0=alloc"]
    subprocess.run(["objcopy", *section, program, "app"], cwd=tmp_path, check=True, capture_output=True)
    assert packages(tmp_path / "app") == ["serde 1.0.200"]

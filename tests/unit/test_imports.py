"""Holds the direction of imports that the design sets, by reading every import statement in the source."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import basewise

SOURCE = Path(basewise.__file__).parent

BASICS = {"archive", "programs", "storage"}
FORMATS = {"oci", "predicates", "dockerfile", "catalogue"}
GATHERING = {"bases", "trust", "scan", "advisories", "discover"}
BELOW_CLI = {"model", *BASICS, *FORMATS, *GATHERING, "engine", "workspace", "phases", "generators", "render"}

ALLOWED: dict[str, set[str]] = {
    "model": set(),
    **{package: {"model"} for package in BASICS},
    **{package: {"model", *BASICS} for package in FORMATS},
    **{package: {"model", *BASICS, *FORMATS} for package in GATHERING},
    "workspace": {"model", *BASICS, *FORMATS, *GATHERING},
    "engine": {"model", *BASICS, *FORMATS, *GATHERING, "workspace"},
    "phases": {"model", "catalogue", "dockerfile", "bases"},
    "generators": {"model", "catalogue", "dockerfile", "phases"},
    "render": {"model", "catalogue", "phases"},
    "demo": BELOW_CLI,
    "server": BELOW_CLI,
    "cli": {*BELOW_CLI, "demo", "server"},
}
"""What each package may import besides itself."""

IO_MODULES = {
    "asyncio",
    "httpx",
    "io",
    "os",
    "pathlib",
    "shutil",
    "socket",
    "sqlite3",
    "subprocess",
    "tempfile",
    "urllib",
}
HEAVY_MODULES = {"cvss", "httpx", "isal", "packageurl", "rich", "sqlalchemy", "yaml", "zstandard"}


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that a file imports, wherever in the file: functions and TYPE_CHECKING too."""
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                yield node.lineno, "." * node.level + (node.module or "")
            elif node.module == "basewise":
                for alias in node.names:
                    yield node.lineno, f"basewise.{alias.name}"
            else:
                yield node.lineno, node.module or ""


def package_of(path: Path) -> str:
    """The package below basewise that a file belongs to; '' for basewise's own files."""
    parts = path.relative_to(SOURCE).parts
    return parts[0] if len(parts) > 1 else ""


def violations(path: Path, package: str) -> Iterator[str]:
    for line, name in imports(path):
        where = f"{path.name}:{line}" if not path.is_relative_to(SOURCE) else f"{path.relative_to(SOURCE)}:{line}"
        if name.startswith("."):
            yield f"{where}: relative import; write the full name"
            continue
        top, _, rest = name.partition(".")
        if top == "basewise":
            target = rest.partition(".")[0]
            if target and target != package and target in ALLOWED and target not in ALLOWED[package]:
                allowed = ", ".join(sorted(ALLOWED[package])) or "nothing of ours"
                yield f"{where}: {package} imports {target}; it may import {allowed}"
        elif package == "phases" and top in IO_MODULES:
            yield f"{where}: phases imports {top}; phases do no I/O"
        elif package == "model" and top in HEAVY_MODULES:
            yield f"{where}: model imports {top}; a heavy import is paid by the command that needs it"


FILES = sorted(path for path in SOURCE.rglob("*.py") if package_of(path))


def test_every_package_has_its_place_in_the_direction() -> None:
    assert {package_of(path) for path in FILES} <= set(ALLOWED)


def test_the_direction_has_no_way_back() -> None:
    placed: set[str] = set()
    while ready := {package for package, below in ALLOWED.items() if package not in placed and below <= placed}:
        placed |= ready
    assert placed == set(ALLOWED)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_point_one_way(path: Path) -> None:
    assert list(violations(path, package_of(path))) == []


@pytest.mark.parametrize(
    ("package", "code", "message"),
    [
        ("scan", "from basewise.engine import run", "x.py:1: scan imports engine; it may import "),
        (
            "oci",
            "from basewise.catalogue.loader import load",
            "x.py:1: oci imports catalogue; it may import archive, model",
        ),
        ("model", "import basewise.oci.layout", "x.py:1: model imports oci; it may import nothing of ours"),
        ("scan", "from basewise import advisories", "x.py:1: scan imports advisories; it may import "),
        ("phases", "def f():\n    import sqlite3", "x.py:2: phases imports sqlite3; phases do no I/O"),
        ("phases", "import os.path", "x.py:1: phases imports os; phases do no I/O"),
        (
            "render",
            "if TYPE_CHECKING:\n    from basewise.cli import main",
            "x.py:2: render imports cli; it may import ",
        ),
        ("model", "import yaml", "x.py:1: model imports yaml; a heavy import is paid by the command that needs it"),
        ("model", "from .digest import short", "x.py:1: relative import; write the full name"),
    ],
)
def test_a_violation_names_file_line_and_rule(tmp_path: Path, package: str, code: str, message: str) -> None:
    path = tmp_path / "x.py"
    path.write_text(code)
    (found,) = violations(path, package)
    assert found.startswith(message)


def test_the_model_loads_nothing_heavy() -> None:
    modules = ", ".join(f"basewise.model.{path.stem}" for path in sorted((SOURCE / "model").glob("[a-z]*.py")))
    code = f"import sys, {modules}; print(*sys.modules, sep='\\n')"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY_MODULES.isdisjoint(ran.stdout.split())
    assert "basewise.model.inventory" in ran.stdout.split()

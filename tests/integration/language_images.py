"""Images with packages of one language each, put there by the language's own tool, as a layer that umoci wrote.

.NET and Rust are the exceptions: neither the tools of .NET nor cargo-auditable are at hand, so what they leave is
written here after the published format (`FIXTURES`).
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import sys
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import rattler
from rattler.index import index_fs
from tests.integration.building import built_once, run
from tests.unit.scan.executables.elf_files import elf_file

PYTHON = {"idna": "3.7", "zipp": "3.19.2"}
NPM = "@babel/code-frame@7.24.7"
GEM = ("greeter", "1.2.3")
COMPOSER = ("acme/greeter", "1.2.3")
CONDA = ("greeter", "1.2.3", "h0_0")
JAVA_PACKAGE = "libcommons-lang3-java"
NUGET = {"Newtonsoft.Json": "13.0.1", "Microsoft.NETCore.App.Runtime.linux-x64": "8.0.1"}
CRATES = {"shop": "0.1.0", "serde": "1.0.200"}
CRATE_THAT_ONLY_BUILT = ("cc", "1.0.90")


def image(language: str) -> Path:
    """A layout whose tag `app` has packages of `language` below /app; skips where a tool is missing, and names it."""
    programs, install = _LANGUAGES[language]

    def build(layout: Path) -> None:
        with tempfile.TemporaryDirectory() as work:
            application = Path(work) / "app"
            application.mkdir()
            install(application, Path(work))
            run("umoci", "init", "--layout", str(layout))
            run("umoci", "new", "--image", f"{layout}:app")
            run("umoci", "insert", "--image", f"{layout}:app", str(application), "/app")

    return built_once(f"language-{language}", ("umoci", *programs), build)


def _python(application: Path, work: Path) -> None:  # noqa: ARG001 - every language is installed with the same arguments
    wanted = [f"{name}=={version}" for name, version in PYTHON.items()]
    run(sys.executable, "-m", "pip", "install", "--no-input", "--target", str(application), *wanted)


def _conda(application: Path, work: Path) -> None:
    """A package that is put together here after conda's specification, installed from a folder by pixi's library."""
    name, version, build = CONDA
    index = {"name": name, "version": version, "build": build, "build_number": 0, "depends": [], "noarch": "generic"}
    path, text = "share/greeter/hello.txt", b"hello\n"
    entry = {"_path": path, "path_type": "hardlink", "sha256": hashlib.sha256(text).hexdigest(), "size_in_bytes": 6}
    members = {
        "info/index.json": json.dumps(index | {"subdir": "noarch"}).encode(),
        "info/paths.json": json.dumps({"paths_version": 1, "paths": [entry]}).encode(),
        path: text,
    }
    channel = work / "acme"
    (channel / "noarch").mkdir(parents=True)
    with tarfile.open(channel / "noarch" / f"{name}-{version}-{build}.tar.bz2", "w:bz2") as package:
        for member, data in members.items():
            header = tarfile.TarInfo(member)
            header.size = len(data)
            package.addfile(header, io.BytesIO(data))

    async def install() -> None:
        await index_fs(str(channel))
        platforms = [rattler.Subdir("noarch")]
        records = await rattler.solve([rattler.Channel(channel.as_uri())], [name], platforms=platforms)
        await rattler.install(records, target_prefix=application, cache_dir=work / "cache")

    asyncio.run(install())


def _npm(application: Path, work: Path) -> None:
    (application / "package.json").write_text('{"name": "shop", "version": "9.9.9"}')
    quiet = ("--no-audit", "--no-fund", "--ignore-scripts", "--cache", str(work / "cache"))
    run("npm", "install", "--prefix", str(application), *quiet, NPM)


def _gem(application: Path, work: Path) -> None:
    name, version = GEM
    (work / "greeter.rb").write_text("module Greeter; end\n")
    (work / "greeter.gemspec").write_text(
        "Gem::Specification.new do |s|\n"
        f"  s.name = {name!r}\n  s.version = [1, 2, 3].join('.')\n"
        "  s.summary = 'greets'\n  s.authors = ['nobody']\n  s.files = ['greeter.rb']\n  s.license = 'MIT'\n"
        "  s.homepage = 'https://example.org'\n  s.description = 'greets people'\nend\n"
    )
    run("gem", "build", "greeter.gemspec", folder=work)
    archive = f"{name}-{version}.gem"
    run("gem", "install", "--local", "--no-document", "--install-dir", str(application), archive, folder=work)


def _composer(application: Path, work: Path) -> None:
    name, version = COMPOSER
    source = application / "packages" / "greeter"
    source.mkdir(parents=True)
    (source / "composer.json").write_text(json.dumps({"name": name, "version": version, "description": "greets"}))
    project = {
        "repositories": [{"type": "path", "url": "packages/greeter"}, {"packagist.org": False}],
        "require": {name: version},
    }
    (application / "composer.json").write_text(json.dumps(project))
    run(
        "composer", "install", "--no-interaction", "--no-plugins", folder=application,
        COMPOSER_ALLOW_SUPERUSER="1", COMPOSER_HOME=str(work / "home"),
    )  # fmt: skip


def _java(application: Path, work: Path) -> None:
    run("apt-get", "download", JAVA_PACKAGE, folder=work)
    (package,) = work.glob(f"{JAVA_PACKAGE}_*.deb")
    run("dpkg-deb", "-x", str(package), str(work / "unpacked"))
    (library,) = (work / "unpacked" / "usr" / "share" / "java").glob("commons-lang3-[0-9]*.jar")
    (application / "commons-lang3.jar").write_bytes(library.read_bytes())
    with zipfile.ZipFile(application / "shop.jar", "w") as nested:
        nested.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\nMain-Class: Shop\r\n\r\n")
        nested.write(library, f"BOOT-INF/lib/{library.name}")
    (application / "version").write_text(run("dpkg-deb", "-f", str(package), "Version"))


def _dotnet(application: Path, work: Path) -> None:  # noqa: ARG001 - as above
    kinds = {
        "Shop/1.0.0": "project",
        "Newtonsoft.Json/13.0.1": "package",
        "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1": "runtimepack",
    }
    libraries = {key: {"type": kind, "serviceable": False, "sha512": ""} for key, kind in kinds.items()}
    target = ".NETCoreApp,Version=v8.0/linux-x64"
    targets = {target: {key: {"runtime": {"a.dll": {}}} for key in libraries}}
    document = {"runtimeTarget": {"name": target, "signature": ""}, "targets": targets, "libraries": libraries}
    (application / "Shop.deps.json").write_text(json.dumps(document, indent=2))


def _rust(application: Path, work: Path) -> None:  # noqa: ARG001 - as above
    """https://github.com/rust-secure-code/cargo-auditable/blob/master/PARSING.md and its JSON schema."""
    tool, release = CRATE_THAT_ONLY_BUILT
    packages: list[dict[str, object]] = [
        {"name": name, "version": version, "source": "crates.io"} for name, version in CRATES.items()
    ]
    packages[0] |= {"source": "local", "dependencies": [1, 2], "root": True}
    packages.append({"name": tool, "version": release, "source": "crates.io", "kind": "build"})
    program = application / "shop"
    program.write_bytes(
        elf_file({b".text": b"\xc3", b".dep-v0": zlib.compress(json.dumps({"packages": packages}).encode())})
    )
    program.chmod(0o755)


_LANGUAGES: dict[str, tuple[tuple[str, ...], Callable[[Path, Path], None]]] = {
    "python": ((), _python),
    "conda": ((), _conda),
    "npm": (("npm",), _npm),
    "gem": (("gem",), _gem),
    "composer": (("composer",), _composer),
    "java": (("apt-get", "dpkg-deb"), _java),
    "dotnet": ((), _dotnet),
    "rust": ((), _rust),
}
LANGUAGES = tuple(_LANGUAGES)
FIXTURES = ("dotnet", "rust")
"""Languages whose files no tool of theirs wrote."""

"""Files that record packages of language ecosystems, one kind per file; adding one adds a line here."""

from __future__ import annotations

from basewise.scan.interface import PackageFile
from basewise.scan.languages.composer import ComposerInstalled
from basewise.scan.languages.conda import CondaPackage
from basewise.scan.languages.dotnet import DotnetDependencies
from basewise.scan.languages.gem import Gemspec
from basewise.scan.languages.java import JavaArchive, UnpackedJavaArchive
from basewise.scan.languages.java_runtime import JavaRuntime
from basewise.scan.languages.npm import NpmPackage, NpmTree, YarnPlugAndPlay
from basewise.scan.languages.python import PythonEgg, PythonFiles, PythonMetadata

PACKAGE_FILES: tuple[PackageFile, ...] = (
    PythonMetadata(),
    PythonFiles(),
    PythonEgg(),
    CondaPackage(),
    NpmPackage(),
    NpmTree(),
    YarnPlugAndPlay(),
    Gemspec(),
    DotnetDependencies(),
    ComposerInstalled(),
    JavaArchive(),
    UnpackedJavaArchive(),
    JavaRuntime(),
)

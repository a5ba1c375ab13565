"""Layers made of a few entries, and what they are when they are put on top of each other."""

import time

import msgspec

from basewise.demo.layout import Entry, archive
from basewise.model.contents import Database, ImageContents, LayerContents, PackageRecord
from basewise.model.digest import sha256_of
from basewise.model.evidence import Status
from basewise.model.image import Descriptor
from basewise.model.limits import DEFAULT_LIMITS
from basewise.scan.layer import read_layer
from basewise.scan.merge import merge

PLAIN = "application/vnd.oci.image.layer.v1.tar"
IMAGE = "sha256:" + "1" * 64
STATUS = "var/lib/dpkg/status"
DEBIAN = Entry(path="etc/os-release", data=b'ID=debian\nVERSION_ID="11"\nPRETTY_NAME="Debian 11"\n')
ALPINE = Entry(path="etc/os-release", data=b"ID=alpine\nVERSION_ID=3.20.3\n")


def layer(*entries: Entry) -> LayerContents:
    data = archive(entries)
    return read_layer(iter([data]), Descriptor(PLAIN, sha256_of(data), len(data)), DEFAULT_LIMITS, time.monotonic)


def stanza(package: str) -> str:
    name, version = package.split("=")
    return f"Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: {version}\n"


def dpkg(*packages: str, path: str = STATUS) -> Entry:
    return Entry(path=path, data="\n".join(map(stanza, packages)).encode())


def apk(*packages: str, path: str = "lib/apk/db/installed") -> Entry:
    text = "\n".join("P:{}\nV:{}\nA:x86_64\n".format(*package.split("=")) for package in packages)
    return Entry(path=path, data=text.encode())


def merged(*layers: LayerContents) -> ImageContents:
    return merge(IMAGE, layers)


def named(contents: ImageContents) -> list[str]:
    return [f"{package.name}={package.version}" for package in contents.packages]


def library(name: str, version: str, path: str) -> PackageRecord:
    return PackageRecord(type="pypi", database=path, name=name, version=version, path=path)


def with_records(contents: LayerContents, *records: PackageRecord) -> LayerContents:
    return msgspec.structs.replace(contents, records=[*contents.records, *records])


def with_broken(contents: LayerContents, *paths: str) -> LayerContents:
    broken = [Database(path, "pypi", Status("not_assessed", f"{path}: broken")) for path in paths]
    return msgspec.structs.replace(contents, databases=[*contents.databases, *broken])

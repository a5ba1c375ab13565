"""A real registry on loopback, filled by skopeo, says the same as the layout it was filled from."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from basewise.demo.layout import Entry, LayoutBuilder
from basewise.model.digest import sha256_of
from basewise.model.errors import ImageNotFound
from basewise.model.image import Descriptor, Image, ImageConfig, Platform
from basewise.model.limits import DEFAULT_LIMITS
from basewise.model.reference import Reference
from basewise.oci.cache import CachedSource
from basewise.oci.image import open_image
from basewise.oci.interface import ImageSource
from basewise.oci.layout import LayoutSource
from basewise.oci.mirrors import Mirrors
from basewise.oci.registry import RegistrySource

_CONFIG = """version: 0.1
log: {{level: error}}
storage: {{filesystem: {{rootdirectory: "{root}"}}}}
http: {{addr: "127.0.0.1:{port}"}}
"""
ORDERS, FLEET = Reference.parse("registry.test/orders:1"), Reference.parse("registry.test/fleet:1")


@pytest.fixture(scope="module")
def builder(tmp_path_factory: pytest.TempPathFactory) -> LayoutBuilder:
    built = LayoutBuilder(tmp_path_factory.mktemp("layout"))
    gzip = built.layer([Entry(path="etc/a", data=b"a" * 100_000)])
    zstd = built.layer([Entry(path="etc/b", data=b"b" * 100_000)], "zstd")
    config = ImageConfig(user="65532", entrypoint=["/app"], labels={"a": "b"})
    built.image("orders:1", [gzip, zstd], config, history=["ADD a", "ADD b"])
    amd = built.manifest([gzip])
    arm = built.manifest([zstd], platform=Platform("linux", "arm64"))
    built.tag("fleet:1", built.index([(amd, Platform(), {}), (arm, Platform("linux", "arm64"), {})]))
    return built


@pytest.fixture(scope="module")
def host(builder: LayoutBuilder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    missing = [name for name in ("docker-registry", "skopeo") if not shutil.which(name)]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)} (Debian packages docker-registry and skopeo)")
    folder = tmp_path_factory.mktemp("registry")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = folder / "config.yml"
    config.write_text(_CONFIG.format(root=folder / "data", port=port))
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(["docker-registry", "serve", str(config)], stdout=log, stderr=log)
    try:
        _wait_for(f"http://127.0.0.1:{port}/v2/", server)
        for tag, name in (("orders:1", "orders:1"), ("fleet:1", "fleet:1")):
            _copy(builder.path, tag, f"127.0.0.1:{port}/team/{name}", folder)
        yield f"127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=10)


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    transport = httpx.HTTPTransport(retries=8)  # waits between tries until the registry listens
    with httpx.Client(transport=transport, trust_env=False) as client:
        end = time.monotonic() + 30
        while time.monotonic() < end and server.poll() is None:
            try:
                if client.get(url).status_code == httpx.codes.OK:
                    return
            except httpx.ConnectError:
                continue
    pytest.fail("docker-registry did not start")


def _copy(layout: Path, tag: str, target: str, folder: Path) -> None:
    policy = folder / "policy.json"
    policy.write_text('{"default": [{"type": "insecureAcceptAnything"}]}')
    command = ["skopeo", "--policy", str(policy), "copy", "--all", "--preserve-digests", "--dest-tls-verify=false"]
    subprocess.run([*command, f"oci:{layout}:{tag}", f"docker://{target}"], check=True, capture_output=True, timeout=60)


@pytest.fixture
def source(host: str) -> Iterator[RegistrySource]:
    opened = RegistrySource(mirrors=Mirrors.parse([f"registry.test={host}/team"]))
    yield opened
    opened.close()


def both(builder: LayoutBuilder, source: ImageSource, reference: Reference, platform: Platform) -> tuple[Image, Image]:
    layout = LayoutSource(builder.path)
    return (
        open_image(layout, reference, platform, DEFAULT_LIMITS),
        open_image(source, reference, platform, DEFAULT_LIMITS),
    )


@pytest.mark.parametrize("reference", [ORDERS, FLEET])
@pytest.mark.parametrize("platform", [Platform(), Platform("linux", "arm64")])
def test_layout_and_registry_open_the_same_image(
    builder: LayoutBuilder, source: RegistrySource, reference: Reference, platform: Platform
) -> None:
    in_layout, in_registry = both(builder, source, reference, platform)
    assert in_layout == in_registry
    assert in_layout.layers


def test_layers_are_the_same_bytes(builder: LayoutBuilder, source: RegistrySource) -> None:
    in_layout, in_registry = both(builder, source, ORDERS, Platform())
    for layer in in_registry.layers:
        descriptor = Descriptor(layer.media_type, layer.digest, layer.size)
        with source.blob(ORDERS, descriptor) as chunks:
            assert sha256_of(b"".join(chunks)) == layer.digest
    assert len(in_layout.layers) == len(in_registry.layers) == 2


def test_an_image_is_had_by_digest_too(builder: LayoutBuilder, source: RegistrySource) -> None:
    in_layout, _ = both(builder, source, FLEET, Platform())
    for digest in (in_layout.digest, in_layout.index_digests[0]):
        image = open_image(source, FLEET.with_digest(digest), Platform(), DEFAULT_LIMITS)
        assert image.digest == in_layout.digest


def test_what_is_not_there_is_not_found(source: RegistrySource) -> None:
    for text in ("registry.test/orders:2", "registry.test/absent", f"registry.test/orders@{sha256_of(b'')}"):
        with pytest.raises(ImageNotFound):
            source.resolve(Reference.parse(text))


def test_a_layer_that_is_not_there_is_not_found(source: RegistrySource) -> None:
    with pytest.raises(ImageNotFound), source.blob(ORDERS, Descriptor("x", sha256_of(b""), 0)):
        pass


def test_a_cache_before_a_registry_fetches_nothing_twice(source: RegistrySource, tmp_path: Path) -> None:
    cached = CachedSource(source, tmp_path)
    first = open_image(cached, FLEET, Platform(), DEFAULT_LIMITS)
    files = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    assert open_image(cached, FLEET, Platform(), DEFAULT_LIMITS) == first
    assert files == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    assert len(files) == 3

"""The images of the demo's fleet: bases as public registries have them, and what a fictional shop built on them."""

from __future__ import annotations

from pathlib import Path

from basewise.demo import alpine, debian
from basewise.demo.layout import Entry, LayoutBuilder
from basewise.demo.snapshots import snapshot
from basewise.demo.stack import Stack
from basewise.model.image import OCI_MANIFEST, ImageConfig, Platform

PYTHON = "docker.io/library/python:3.11-slim-bullseye"
NODE = "docker.io/library/node:20-alpine3.18"
NODE_BUILDER = "docker.io/library/node:20-bookworm"
NGINX = "docker.io/library/nginx:1.25-bookworm"
PHP = "docker.io/library/php:8.2-apache-bookworm"
POSTGRES = "docker.io/library/postgres:16-bookworm"
ALPINE = "docker.io/library/alpine:3.20"
GO_BUILDER = "docker.io/library/golang:1.21-bookworm"
DISTROLESS = "gcr.io/distroless/base-debian12:latest"
EXPORTER = "docker.io/prom/statsd-exporter:v0.26.0"
PYTHON_BASE = "registry.acme.test/platform/python-base:2023.1"

_PYTHON = ImageConfig(cmd=["python3"], env=["PATH=/usr/local/bin:/usr/bin:/bin", "PYTHON_VERSION=3.11.1"])
_SERVICE = ImageConfig(cmd=["python3", "-m", "app"], working_dir="/app", exposed_ports=["8080/tcp"])
_ROOTLESS = ImageConfig(
    user="10001:10001", cmd=["python3", "-m", "app"], working_dir="/app", exposed_ports=["8080/tcp"]
)


def build_layout(path: Path) -> None:
    """Writes all images of the fleet, except the one that is missing on purpose, as one OCI image layout."""
    scratch = Stack(builder=LayoutBuilder(path))
    _python(scratch)
    _node(scratch)
    _debian_12_of_2023(scratch)
    _debian_12_of_2024(scratch)
    _alpine(scratch)
    _static(scratch)
    _unnamed(scratch)


def _program(name: str, *, at: str = "app/main.py") -> list[Entry]:
    return [Entry(path=at, data=f"# {name}\n".encode(), mode=0o755)]


def _python(scratch: Stack) -> None:
    name = "debian-11-2023-01"
    release = snapshot(name)
    os_layer = scratch.root(release, debian.root(release)).install(debian.packages_of(name, "tls"))
    runtime = [
        Entry(path="usr/local/bin/python3.11", data=b"python 3.11.1\n", mode=0o755, mtime=release.mtime),
        Entry(path="usr/local/bin/python3", link="python3.11", mode=0o777, mtime=release.mtime),
    ]
    python = os_layer.install(debian.packages_of(name, "python")).add(runtime, "RUN build python 3.11.1")
    python.tag(PYTHON, _PYTHON)
    for service in ("orders:1.4.2", "notifications:0.9.1"):
        python.add(_program(service), "COPY . /app").tag(f"registry.acme.test/shop/{service}", _SERVICE)
    patched = python.install(debian.packages_of(name, "new-tls"))
    patched.add(_program("payments"), "COPY . /app").tag("registry.acme.test/shop/payments:3.0.0", _ROOTLESS)
    with_curl = python.install(debian.packages_of(name, "curl"))
    with_curl.add(_program("billing"), "COPY . /app").tag("registry.acme.test/shop/billing:2.7.0", _SERVICE)
    _catalog(python)
    golden_files = [Entry(path="etc/acme/pip.conf", data=b"[global]\nindex-url = https://pypi.acme.test/simple\n")]
    golden = python.add(golden_files, "COPY pip.conf /etc/acme/").tag(PYTHON_BASE, _PYTHON)
    for service in ("invoices:5.1.0", "recommendations:0.3.0"):
        golden.add(_program(service), "COPY . /app").tag(f"registry.acme.test/shop/{service}", _ROOTLESS)


def _catalog(python: Stack) -> None:
    # One name for two platforms, with the attestation manifest that BuildKit puts beside each image.
    builder = python.builder
    amd64 = python.add(_program("catalog for amd64"), "COPY . /app").manifest(_SERVICE)
    arm64_platform = Platform(architecture="arm64")
    arm64 = python.add(_program("catalog for arm64"), "COPY . /app").manifest(_SERVICE, platform=arm64_platform)
    statement = builder.blob(b'{"_type": "https://in-toto.io/Statement/v1"}', "application/vnd.in-toto+json")
    attestation = builder.blob(
        b'{"schemaVersion": 2, "mediaType": "%s", "config": {"mediaType": "application/vnd.oci.empty.v1+json", '
        b'"digest": "%s", "size": %d}, "layers": []}'
        % (OCI_MANIFEST.encode(), statement.digest.encode(), statement.size),
        OCI_MANIFEST,
    )
    about = {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": amd64.digest}
    index = builder.index(
        [
            (amd64, Platform(), {}),
            (arm64, arm64_platform, {}),
            (attestation, Platform(os="unknown", architecture="unknown"), about),
        ]
    )
    builder.tag("registry.acme.test/shop/catalog:7.2.0", index)


def _node(scratch: Stack) -> None:
    release = snapshot("alpine-3.18-2023-08")
    binary = [Entry(path="usr/local/bin/node", data=b"node v20.5.1\n", mode=0o755, mtime=release.mtime)]
    stack = scratch.root(release, alpine.root(release)).install(release.packages["node"])
    node = stack.add(binary, "RUN unpack node v20.5.1").tag(NODE, ImageConfig(cmd=["node"]))
    config = ImageConfig(user="node", cmd=["node", "server.js"], working_dir="/app", exposed_ports=["3000/tcp"])
    node.add(_program("web", at="app/server.js"), "COPY . /app").tag("registry.acme.test/shop/web:11.0.3", config)


def _debian_12_of_2023(scratch: Stack) -> None:
    name = "debian-12-2023-09"
    release = snapshot(name)
    os_layer = scratch.root(release, debian.root(release))
    config = ImageConfig(cmd=["nginx", "-g", "daemon off;"], exposed_ports=["80/tcp"], stop_signal="SIGQUIT")
    nginx = os_layer.install(debian.packages_of(name, "nginx")).tag(NGINX, config)
    conf = [Entry(path="etc/nginx/conf.d/default.conf", data=b"# routes of the gateway\n")]
    nginx.add(conf, "COPY default.conf /etc/nginx/conf.d/").tag("registry.acme.test/edge/gateway:2.3.0", config)
    site = [Entry(path="usr/share/nginx/html/index.html", data=b"<title>Acme</title>\n")]
    nginx.add(site, "COPY --from=build /site /usr/share/nginx/html").tag(
        "registry.acme.test/edge/storefront:8.8.1", config
    )
    toolchain = os_layer.install(debian.packages_of(name, "toolchain"))
    go = [Entry(path="usr/local/go/bin/go", data=b"go1.21.1\n", mode=0o755, mtime=release.mtime)]
    toolchain.add(go, "RUN unpack go 1.21.1").tag(GO_BUILDER)
    node = [Entry(path="usr/local/bin/node", data=b"node v20.6.1\n", mode=0o755, mtime=release.mtime)]
    toolchain.add(node, "RUN unpack node v20.6.1").tag(NODE_BUILDER)


def _debian_12_of_2024(scratch: Stack) -> None:
    name = "debian-12-2024-06"
    release = snapshot(name)
    os_layer = scratch.root(release, debian.root(release))
    php = os_layer.install(debian.packages_of(name, "php"))
    config = ImageConfig(cmd=["apache2-foreground"], exposed_ports=["80/tcp"], working_dir="/var/www/html")
    php = php.add([Entry(path="usr/local/bin/php", data=b"php 8.2.20\n", mode=0o755)], "RUN build php 8.2.20").tag(
        PHP, config
    )
    wiki = [Entry(path="var/www/html/index.php", data=b"<?php // the wiki of one team\n")]
    php.add(wiki, "COPY . /var/www/html").tag("registry.acme.test/internal/wiki:1.0.0", config)
    postgres = ImageConfig(cmd=["postgres"], exposed_ports=["5432/tcp"], volumes=["/var/lib/postgresql/data"])
    os_layer.install(debian.packages_of(name, "postgres")).tag(POSTGRES, postgres)
    distroless = scratch.root(release, debian.distroless(release)).tag(DISTROLESS, ImageConfig(user="65532"))
    ledger = [Entry(path="ledger", data=b"the ledger, for want of a program\n", mode=0o755)]
    distroless.add(ledger, "COPY --from=build /out/ledger /ledger").tag(
        "registry.acme.test/shop/ledger:4.0.0", ImageConfig(user="65532", entrypoint=["/ledger"])
    )


def _alpine(scratch: Stack) -> None:
    release = snapshot("alpine-3.20-2024-08")
    base = scratch.root(release, alpine.root(release)).tag(ALPINE, ImageConfig(cmd=["/bin/sh"]))
    # This team pushes zstd layers.
    shipper = base.compressed("zstd").install(release.packages["tools"])
    shipper = shipper.add(_program("ship.sh", at="usr/local/bin/ship.sh"), "COPY ship.sh /usr/local/bin/")
    shipper.tag("registry.acme.test/platform/log-shipper:0.9.0", ImageConfig(entrypoint=["/usr/local/bin/ship.sh"]))


def _static(scratch: Stack) -> None:
    files = [
        Entry(path="bin/statsd_exporter", data=b"an exporter, for want of a program\n", mode=0o755),
        Entry(path="etc/ssl/certs/ca-certificates.crt", data=b"# certificate authorities\n"),
    ]
    config = ImageConfig(user="65534", entrypoint=["/bin/statsd_exporter"], exposed_ports=["9102/tcp"])
    scratch.add(files, "COPY statsd_exporter /bin/").tag(EXPORTER, config)


def _unnamed(scratch: Stack) -> None:
    # Built on somebody's machine from a base that is in no registry: its layers are like no others.
    name = "debian-11-2022-09"
    release = snapshot(name)
    stack = scratch.root(release, debian.root(release)).install(debian.packages_of(name, "tls"))
    for service in ("search:1.9.0", "search-indexer:1.9.0"):
        config = ImageConfig(entrypoint=["/opt/search/run"], exposed_ports=["9200/tcp"])
        layer = stack.add(_program(service, at="opt/search/run"), "COPY . /opt/search")
        layer.tag(f"registry.acme.test/shop/{service}", config)

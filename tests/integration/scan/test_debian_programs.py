"""Each rule finds the program that Debian built, copied under /usr/local without its package, with its version."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.integration.debian_packages import unpacked
from tests.integration.scan.scanned import scan

from basewise.catalogue.programs import go_rules, program_rules
from basewise.demo.layout import Entry, LayoutBuilder
from basewise.model.contents import ImageContents, Package

RULES = {rule.id: rule for rule in program_rules()}
DEBIAN = [
    ("python", r"python3\.[0-9]+-minimal", r"python3\.[0-9]+"),
    ("python", r"libpython3\.[0-9]+", r"libpython3\.[0-9]+\.so\.1\.0"),
    ("node", r"libnode[0-9]+", r"libnode\.so\.[0-9]+"),
    ("ruby", r"libruby[0-9]\.[0-9]", r"libruby-[0-9.]+\.so\.[0-9.]+"),
    ("php", r"php[0-9.]+-cli", r"php[0-9.]+"),
    ("php", r"libapache2-mod-php[0-9.]+", r"libphp[0-9.]+\.so"),
    ("php", r"php[0-9.]+-fpm", r"php-fpm[0-9.]+"),
    ("perl", "perl-base", "perl"),
    ("perl", r"libperl5\.[0-9]+", r"libperl\.so\.[0-9.]+"),
    ("lua", r"lua5\.4", r"lua5\.4"),
    ("lua", r"liblua5\.3-0", r"liblua5\.3\.so\.[0-9.]+"),
    ("erlang", "erlang-base", r"beam\.smp"),
    ("nginx", "nginx", "nginx"),
    ("httpd", "apache2-bin", "apache2"),
    ("haproxy", "haproxy", "haproxy"),
    ("varnish", "varnish", "varnishd"),
    ("redis", "redis-tools", "redis-check-rdb"),
    ("valkey", "valkey-tools", "valkey-check-rdb"),
    ("memcached", "memcached", "memcached"),
    ("postgresql", r"postgresql-[0-9]+", "postgres"),
    ("postgresql", r"postgresql-client-[0-9]+", "psql"),
    ("pgbouncer", "pgbouncer", "pgbouncer"),
    ("mariadb", r"mariadb-server-core(-[0-9.]+)?", "mariadbd"),
    ("mariadb", r"mariadb-client-core(-[0-9.]+)?", "mariadb"),
    ("sqlite", "libsqlite3-0", r"libsqlite3\.so\.[0-9.]+"),
    ("openldap", "slapd", "slapd"),
    ("git", "git", "git"),
    ("curl", "curl", "curl"),
    ("curl", "libcurl4(t64)?", r"libcurl\.so\.[0-9.]+"),
    ("openssl", "openssl", "openssl"),
    ("openssl", "libssl3(t64)?", r"libcrypto\.so\.3"),
    ("busybox", "busybox", "busybox"),
    ("busybox", "busybox-static", "busybox"),
    ("bash", "bash", "bash"),
]
"""Rule, name of the package, name of the file."""
LACKING = {
    "openresty": "Debian has no OpenResty",
    "envoy": "Debian has no Envoy",
    "mysql": "Debian has MariaDB in place of MySQL",
    "mongodb": "Debian has no MongoDB since its licence changed",
    "minio": "Debian has no MinIO server",
    "sqlite-shell": "Debian's shell of SQLite needs the library, which has a rule of its own",
}
GO = [
    ("github.com/hashicorp/consul", "consul", "consul"),
    ("github.com/influxdata/influxdb", "influxdb", "influxd"),
    ("github.com/nats-io/nats-server", "nats-server", "nats-server"),
    ("github.com/prometheus/alertmanager", "prometheus-alertmanager", "prometheus-alertmanager"),
    ("github.com/prometheus/prometheus", "prometheus", "prometheus"),
    ("github.com/rclone/rclone", "rclone", "rclone"),
    ("github.com/syncthing/syncthing", "syncthing", "syncthing"),
    ("go.etcd.io/etcd/server", "etcd-server", "etcd"),
]
"""Main module of the rule, name of the package, name of the file."""
LACKING_GO = {
    "github.com/grafana/grafana": "Debian has no Grafana",
    "github.com/hashicorp/vault": "Debian has no Vault",
    "github.com/traefik/traefik": "Debian has no Traefik",
    "helm.sh/helm": "Debian has no Helm",
}
SYSTEM = [
    Entry(path="etc/os-release", data=b'ID=debian\nVERSION_ID="12"\n'),
    Entry(
        path="var/lib/dpkg/status",
        data=b"Package: base-files\nStatus: install ok installed\nArchitecture: amd64\nVersion: 12.4\n",
    ),
]


def with_file(folder: Path, file: Path, place: str, mode: int) -> ImageContents:
    """A Debian image with the file at `place` in a layer of its own."""
    builder = LayoutBuilder(folder / "layout")
    layers = [builder.layer(SYSTEM), builder.layer([Entry(path=place, data=file.read_bytes(), mode=mode)])]
    builder.image("app", layers)
    return scan(folder / "layout", "app").contents


def programs(contents: ImageContents) -> list[Package]:
    return [package for package in contents.packages if package.type == "generic"]


@pytest.mark.parametrize("rule", [*RULES, *go_rules()])
def test_every_rule_has_a_program_of_debian_or_a_reason(rule: str) -> None:
    tried, lacking = {entry[0] for entry in DEBIAN + GO}, LACKING | LACKING_GO
    assert (rule in tried) != (rule in lacking)
    if rule in lacking:
        pytest.skip(f"{rule}: {lacking[rule]}")


@pytest.mark.parametrize(("rule", "package", "file"), DEBIAN, ids=[f"{rule}-{name}" for rule, name, _ in DEBIAN])
def test_the_program_is_found_without_its_package(rule: str, package: str, file: str, tmp_path: Path) -> None:
    debian = unpacked(package, tmp_path / "package")
    source = debian.file(file)
    library = ".so" in source.name
    place = f"usr/local/{'lib' if library else 'bin'}/{source.name}"
    contents = with_file(tmp_path, source, place, 0o644 if library else 0o755)
    (program,) = programs(contents)
    assert (program.name, program.version) == (RULES[rule].name, debian.upstream)
    assert (program.path, program.owned_by) == (place, "")
    assert program.ecosystem == ("Bitnami" if RULES[rule].advisories == "Bitnami" else "")
    assert contents.status.is_ok


@pytest.mark.parametrize("name", ["python3", "python"])
def test_a_copy_of_python_that_lost_its_release_line_is_found(name: str, tmp_path: Path) -> None:
    debian = unpacked(r"python3\.[0-9]+-minimal", tmp_path / "package")
    contents = with_file(tmp_path, debian.file(r"python3\.[0-9]+"), f"usr/local/bin/{name}", 0o755)
    (program,) = programs(contents)
    assert (program.name, program.version, program.ecosystem) == ("python", debian.upstream, "Bitnami")
    assert contents.status.is_ok


@pytest.mark.parametrize(("package", "file"), [entry[1:] for entry in GO])
def test_a_program_that_debian_built_with_go_tells_its_toolchain_and_that_it_tells_no_more(
    package: str, file: str, tmp_path: Path
) -> None:
    """Debian builds without modules and with -trimpath, so neither the main module nor the linker's flags are there."""
    source = unpacked(package, tmp_path / "package").file(file)
    contents = with_file(tmp_path, source, f"usr/local/bin/{source.name}", 0o755)
    (library,) = [found for found in contents.packages if found.type == "golang"]
    assert (library.name, library.ecosystem, library.owned_by) == ("stdlib", "Go", "")
    assert programs(contents) == []
    assert contents.status.status == "partial"
    assert "built without modules" in contents.status.reason

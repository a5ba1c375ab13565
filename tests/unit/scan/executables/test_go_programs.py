"""Well-known Go programs have the version of their release, by their module or what the linker was told."""

import pytest
from tests.unit.scan.executables.test_go import packages, program, read

FLAGS = "build\t-ldflags=\"-s -w -X github.com/prometheus/common/version.Version=2.45.0 -X 'main.a=b c'\"\n"


def go(path: str, version: str, more: str = "") -> str:
    return f"path\t{path}/cmd\nmod\t{path}\t{version}\n{more}"


@pytest.mark.parametrize(
    ("modules", "expected"),
    [
        (go("github.com/prometheus/prometheus", "v0.45.0", FLAGS), "prometheus 2.45.0"),
        (go("github.com/prometheus/prometheus", "(devel)", FLAGS), "prometheus 2.45.0"),
        (go("go.etcd.io/etcd/server/v3", "v3.5.9"), "etcd 3.5.9"),
        (go("github.com/hashicorp/vault", "v1.15.0+dirty"), "vault 1.15.0"),
        (go("github.com/grafana/grafana", "(devel)", "build\t-ldflags=-X=main.version=10.2.0\n"), "grafana 10.2.0"),
    ],
)
def test_the_release_is_found_under_the_name_that_bitnami_uses(modules: str, expected: str) -> None:
    found = read(program("go1.22.1", modules))
    assert [f"{r.name} {r.version}" for r in found.records if r.type == "generic"] == [expected]
    assert found.status.is_ok


def test_the_module_has_the_version_of_the_release_where_they_are_the_same() -> None:
    flags = 'build\t-ldflags="-X github.com/traefik/traefik/v3/pkg/version.Version=3.1.0"\n'
    found = read(program("go1.22.1", go("github.com/traefik/traefik/v3", "(devel)", flags)))
    assert packages(found) == ["stdlib 1.22.1", "github.com/traefik/traefik/v3 v3.1.0"]


@pytest.mark.parametrize("version", ["(devel)", "v0.45.0"])
def test_a_release_that_is_not_told_is_partial(version: str) -> None:
    found = read(program("go1.22.1", go("github.com/prometheus/prometheus", version)))
    assert "prometheus" not in {record.name for record in found.records}
    assert "does not tell which release of github.com/prometheus/prometheus" in found.status.reason


def test_other_programs_have_no_release() -> None:
    found = read(program("go1.22.1", go("example.test/prometheus", "v1.0.0", FLAGS)))
    assert {record.type for record in found.records} == {"golang"}

"""Charts rendered by a program that speaks helm's command line, and by helm itself where it is installed."""

import os
import shutil
from pathlib import Path

import pytest

from basewise.discover.directory import discover
from basewise.discover.helm import HelmSource
from basewise.discover.helm_program import helm_below
from basewise.discover.interface import Discovered
from basewise.discover.sources import SOURCES
from basewise.model.limits import Limits

CHART = "apiVersion: v2\nname: shop\nversion: 1.0.0\nappVersion: '2.5'\n"
VALUES = "image: {repository: registry.test/shop, tag: ''}\nreplicas: 3\n"
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  replicas: {{ .Values.replicas }}
  template:
    spec:
      containers:
        - name: main
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
        - name: proxy
          image: nginx:1.27
"""
RENDERED = """\
---
# Source: shop/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  replicas: 3
  template:
    spec:
      containers:
        - name: main
          image: "registry.test/shop:2.5"
        - name: proxy
          image: nginx:1.27
"""
FILES = {
    "shop/Chart.yaml": CHART,
    "shop/values.yaml": VALUES,
    "shop/values-prod.yaml": "image: {repository: registry.test/shop, tag: '2.4'}\n",
    "shop/templates/deployment.yaml": DEPLOYMENT,
}


def write(root: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)


def fake_helm(folder: Path, script: str) -> str:
    """A search path with a program that answers as `helm template RELEASE CHART` does."""
    folder.mkdir()
    (folder / "helm").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "helm").chmod(0o755)
    return str(folder)


def walk(root: Path, search_path: str, limits: Limits = Limits()) -> dict[str, Discovered]:
    helm = HelmSource(helm_below(root, search_path, limits))
    found: dict[str, Discovered] = {}
    for path, read in discover(root, [helm if name == "helm" else one for name, one in SOURCES.items()], limits):
        assert path not in found
        found[path] = read
    return found


def usages(found: dict[str, Discovered]) -> list[tuple[str, str, int, float, str]]:
    return [
        (usage.reference, usage.file, usage.line, usage.confidence, usage.workload)
        for read in found.values()
        for usage in read.usages
    ]


EXPECTED = [
    ("registry.test/shop:2.5", "shop/templates/deployment.yaml", 11, 0.9, "default/Deployment/shop"),
    ("docker.io/library/nginx:1.27", "shop/templates/deployment.yaml", 13, 1.0, "default/Deployment/shop"),
    ("registry.test/shop:2.4", "shop/values-prod.yaml", 1, 0.8, ""),
]


def test_a_chart_that_is_rendered_speaks_for_its_values_and_templates(tmp_path: Path) -> None:
    write(tmp_path / "tree", FILES)
    (tmp_path / "rendered").write_text(RENDERED)
    found = walk(tmp_path / "tree", fake_helm(tmp_path / "bin", f"exec /bin/cat {tmp_path}/rendered"))
    assert usages(found) == EXPECTED
    assert {read.status.status for read in found.values()} == {"ok"}
    (workload,) = found["shop/Chart.yaml"].workloads
    assert (workload.id, workload.replicas, workload.source) == (
        "default/Deployment/shop",
        3,
        "shop/templates/deployment.yaml:1",
    )


@pytest.fixture(scope="module")
def helm() -> str:
    program = os.environ.get("BASEWISE_HELM") or shutil.which("helm")
    if program is None:
        pytest.skip("helm is not installed, and BASEWISE_HELM names none (make oracles builds it)")
    return f"{Path(program).parent}:/usr/bin"


def test_helm_itself_renders_as_the_stand_in_does(tmp_path: Path, helm: str) -> None:
    write(tmp_path, FILES)
    assert usages(walk(tmp_path, helm)) == EXPECTED


def test_helm_itself_renders_subcharts_and_what_their_templates_include(tmp_path: Path, helm: str) -> None:
    helper = '{{ define "image" }}{{ .Values.image }}{{ end }}'
    written = '"{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"'
    template = DEPLOYMENT.replace(written, '{{ include "image" . }}')
    assert template != DEPLOYMENT
    write(tmp_path, FILES)
    write(
        tmp_path / "shop/charts/db",
        {
            "Chart.yaml": "apiVersion: v2\nname: db\nversion: 1.0.0\n",
            "values.yaml": "image: postgres:16\nreplicas: 1\n",
            "templates/_helpers.tpl": helper,
            "templates/db.yaml": template.replace("{{ .Release.Name }}", "db"),
        },
    )
    found = walk(tmp_path, helm)
    assert ("docker.io/library/postgres:16", "shop/charts/db/templates/db.yaml", 11, 0.9, "default/Deployment/db") in (
        usages(found)
    )
    assert len(usages(found)) == len(EXPECTED) + 2


@pytest.mark.parametrize(
    "template",
    [
        "{{ range until 2000000000 }}x{{ end }}",
        '{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}',
        '{{ .Files.Get "../../secret" }}{{ fail "no" }}',
        "{{ end }}",
    ],
)
def test_a_template_that_helm_cannot_finish_costs_only_its_chart(tmp_path: Path, helm: str, template: str) -> None:
    limits = Limits(helm_seconds=20, helm_bytes=100_000, helm_memory_bytes=2 * 1024**3)
    write(tmp_path, FILES | {"shop/templates/bomb.yaml": template})
    found = walk(tmp_path, helm, limits)
    assert found["shop/Chart.yaml"].status.status == "partial"
    assert "by convention" in found["shop/Chart.yaml"].status.reason
    assert ("registry.test/shop:2.5", "shop/values.yaml", 1, 0.6, "") in usages(found)


def test_helm_itself_follows_no_link_out_of_the_chart(tmp_path: Path, helm: str) -> None:
    write(tmp_path, {"secret.yaml": "image: secret/of:host\n"})
    write(tmp_path / "tree", FILES)
    (tmp_path / "tree/shop/templates/link.yaml").symlink_to(tmp_path / "secret.yaml")
    (tmp_path / "tree/shop/charts").symlink_to(tmp_path)
    found = walk(tmp_path / "tree", helm)
    assert usages(found)[:2] == EXPECTED[:2]
    assert not any("secret" in usage[0] for usage in usages(found))


def test_without_helm_values_and_templates_are_read_by_convention(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    found = walk(tmp_path, "/nowhere")
    assert usages(found) == [
        ("docker.io/library/nginx:1.27", "shop/templates/deployment.yaml", 13, 0.8, ""),
        ("registry.test/shop:2.4", "shop/values-prod.yaml", 1, 0.8, ""),
        ("registry.test/shop:2.5", "shop/values.yaml", 1, 0.6, ""),
    ]
    assert found["shop/Chart.yaml"].status.status == "partial"
    assert found["shop/Chart.yaml"].status.reason.startswith("helm is not installed")


@pytest.mark.parametrize(
    ("script", "limits", "reason"),
    [
        ("echo 'Error: bad template' >&2; exit 1", Limits(), "helm ended with code 1: 'Error: bad template'"),
        ("echo 'Error: unknown flag: --x' >&2; exit 1", Limits(), "helm is older than 3.16"),
        ("while :; do :; done", Limits(helm_seconds=0.2), "took longer than 0.2 seconds"),
        ("while :; do echo aaaaaaaaaaaaaaaaaaaa; done", Limits(helm_bytes=1000), "helm_bytes = 1000"),
        ("exit 0", Limits(chart_files=2), "chart_files = 2"),
        ("exit 0", Limits(chart_bytes=100), "chart_bytes = 100"),
    ],
)
def test_a_program_that_fails_leaves_the_conventions(tmp_path: Path, script: str, limits: Limits, reason: str) -> None:
    write(tmp_path / "tree", FILES)
    found = walk(tmp_path / "tree", fake_helm(tmp_path / "bin", script), limits)
    assert reason in found["shop/Chart.yaml"].status.reason
    assert "by convention" in found["shop/Chart.yaml"].status.reason
    assert len(usages(found)) == 3


def test_the_program_sees_nothing_of_this_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "hidden")
    write(tmp_path / "tree", FILES)
    walk(tmp_path / "tree", fake_helm(tmp_path / "bin", f"/usr/bin/env > {tmp_path}/env; echo $@ >> {tmp_path}/env"))
    seen = (tmp_path / "env").read_text()
    assert "SECRET_TOKEN" not in seen
    assert "KUBECONFIG=/dev/null" in seen
    assert "template shop " in seen
    assert str(tmp_path / "tree") not in seen


@pytest.mark.parametrize(
    ("dependency", "expected"),
    [
        ("{name: common, version: 1.4.0}", "the chart needs common 1.4.0"),
        ("{name: common, version: ^1.4.0}", "helm is not installed"),
        ("{name: here, version: 1.0.0}", "helm is not installed"),
        ("{name: packed, version: 2.0.0}", "helm is not installed"),
    ],
)
def test_a_dependency_that_is_not_there_is_named_and_not_fetched(
    tmp_path: Path, dependency: str, expected: str
) -> None:
    write(tmp_path, FILES | {"shop/Chart.yaml": f"{CHART}dependencies: [{dependency}]\n"})
    write(tmp_path, {"shop/charts/here/Chart.yaml": "name: here\n", "shop/charts/packed-2.0.0.tgz": ""})
    assert walk(tmp_path, "/nowhere")["shop/Chart.yaml"].status.reason.startswith(expected)


@pytest.mark.parametrize("chart", ["name: lib\ntype: library\n", "a: 1\n", "- a\n"])
def test_what_is_no_chart_of_its_own_says_nothing(tmp_path: Path, chart: str) -> None:
    write(tmp_path, {"lib/Chart.yaml": chart})
    assert walk(tmp_path, "/nowhere") == {}


def test_a_broken_chart_is_said(tmp_path: Path) -> None:
    write(tmp_path, {"x/Chart.yaml": "name: [\n"})
    assert walk(tmp_path, "/nowhere")["x/Chart.yaml"].status.status == "not_assessed"

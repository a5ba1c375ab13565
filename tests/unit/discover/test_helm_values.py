import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.discover.helm import HelmSource
from basewise.discover.interface import Discovered
from basewise.discover.source_file import SourceFile
from basewise.model.limits import Limits

CHART = "apiVersion: v2\nname: shop\nversion: 1.0.0\nappVersion: '9.9'\n"
DIGEST = "e" * 64


def read(values: str, path: str = "chart/values.yaml", **files: str) -> Discovered:
    def beside(other: str) -> bytes | None:
        return files[other].encode() if other in files else CHART.encode() if other == "chart/Chart.yaml" else None

    return HelmSource().read(SourceFile(path, values.encode(), Limits(), beside))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("image: {repository: nginx, tag: '1.27'}", ("docker.io/library/nginx:1.27", 0.8)),
        ("image: {registry: q.io, repository: a/b, tag: v1, pullPolicy: Always}", ("q.io/a/b:v1", 0.8)),
        ("image: {registry: q.io, repository: q.io/a/b, tag: v1}", ("q.io/a/b:v1", 0.8)),
        (f"image: {{repository: a/b, tag: v1, digest: 'sha256:{DIGEST}'}}", (f"docker.io/a/b:v1@sha256:{DIGEST}", 0.8)),
        (f"image: {{repository: a/b, sha: {DIGEST}}}", (f"docker.io/a/b@sha256:{DIGEST}", 0.8)),
        ("image: {repository: a/b, tag: '', pullPolicy: Always}", ("docker.io/a/b:9.9", 0.6)),
        ("image: {name: a/b, tag: v1}", ("docker.io/a/b:v1", 0.8)),
        ("controller: {deep: {image: {repository: a/b, tag: v1}}}", ("docker.io/a/b:v1", 0.8)),
        ("jobs: [{image: {repository: a/b, tag: v1}}]", ("docker.io/a/b:v1", 0.8)),
        ("images: {web: {repository: a/b, tag: v1}}", ("docker.io/a/b:v1", 0.8)),
        ("global: {imageRegistry: m.test}\nimage: {registry: q.io, repository: a/b, tag: v1}", ("m.test/a/b:v1", 0.8)),
        ("global: {imageRegistry: m.test}\nimage: {repository: a/b, tag: v1}", ("m.test/a/b:v1", 0.6)),
        ("image: q.io/a/b:v1", ("q.io/a/b:v1", 0.7)),
        ("image: redis\nimageTag: '7'", ("docker.io/library/redis:7", 0.7)),
        ("image: redis", ("docker.io/library/redis", 0.6)),
        ("sidecarImage: q.io/a/b:v1", ("q.io/a/b:v1", 0.7)),
        ("sidecarImage: redis\nsidecarImageTag: '7'", ("docker.io/library/redis:7", 0.7)),
        ("images: ['q.io/a/b:v1']", ("q.io/a/b:v1", 0.7)),
    ],
)
def test_values_name_images_by_the_conventions_of_charts(values: str, expected: tuple[str, float]) -> None:
    (usage,) = read(f"{values}\n").usages
    assert (usage.reference, usage.confidence) == expected
    assert (usage.kind, usage.role, usage.file, usage.status.status) == ("helm", "runtime", "chart/values.yaml", "ok")


@pytest.mark.parametrize(
    "values",
    [
        "image: {pullPolicy: Always}",
        "imagePullSecrets: [{name: registry}]",
        "image: true",
        "image: ''",
        "backgroundImage: assets/hero.png",
        "logoImage: hero",
        "image: https://example.test/logo",
        "repository: https://charts.example.test\ntag: v1",
        "charts: {repository: stable}",
        "imagePullPolicy: Always",
        "imageTag: v1",
        "- image",
        "",
    ],
)
def test_what_only_looks_like_an_image_is_none(values: str) -> None:
    assert read(f"{values}\n") == Discovered()


def test_an_image_stands_in_the_line_that_names_it() -> None:
    found = read("# image: no:1\nweb:\n  image:\n    tag: v1\n    repository: a/b\n  other: {image: 'c:2'}\n")
    assert [(usage.reference, usage.line) for usage in found.usages] == [
        ("docker.io/a/b:v1", 5),
        ("docker.io/library/c:2", 6),
    ]


@pytest.mark.parametrize("values", ["image: '{{ .Values.x }}:1'", "image: {repository: '${REGISTRY}/a', tag: v1}"])
def test_a_value_that_is_filled_in_later_is_not_assessed(values: str) -> None:
    (usage,) = read(values).usages
    assert usage.status.status == "not_assessed"
    assert "filled in later" in usage.status.reason


def test_values_without_a_chart_are_less_certain() -> None:
    (usage,) = read("image: {repository: a/b, tag: v1}\n", "apps/shop/values.yaml").usages
    assert (usage.reference, usage.confidence) == ("docker.io/a/b:v1", 0.6)


@pytest.mark.parametrize(
    "path",
    ["values.yaml", "a/values.yml", "values-prod.yaml", "values.dev.yaml", "prod-values.yaml", "values/eu.yaml"],
)
def test_files_of_values_are_known_by_their_names(path: str) -> None:
    assert HelmSource().claims(path)


@pytest.mark.parametrize("path", ["values.schema.json", "myvalues.yaml", "values.md", "a/other.yaml"])
def test_other_files_are_not_claimed(path: str) -> None:
    assert not HelmSource().claims(path)


def test_broken_values_of_a_chart_are_said() -> None:
    assert read("image: [\n").status.status == "not_assessed"
    assert read("image: [\n", "x/values.yaml") == Discovered()


def test_a_template_names_what_it_writes_out_itself() -> None:
    template = (
        "{{- if .Values.x }}\nspec:\n  containers:\n    - image: busybox:1.36 # wait\n    - name: a\n"
        '      image: "alpine:3.20"\n      image: "{{ .Values.image }}:1"\n      image: {{ .x }}\n{{- end }}\n'
    )
    found = read(template, "chart/templates/deploy.yaml")
    assert [(usage.reference, usage.line, usage.confidence) for usage in found.usages] == [
        ("docker.io/library/busybox:1.36", 4, 0.8),
        ("docker.io/library/alpine:3.20", 6, 0.8),
    ]
    assert read(template, "chart/templates/tests/smoke.yaml") == Discovered()
    assert read(template, "other/templates/deploy.yaml") == Discovered()


VALUES = st.recursive(
    st.none() | st.booleans() | st.text(max_size=8) | st.sampled_from(["a/b", "nginx:1", "{{x}}"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["image", "repository", "tag", "registry", "global", "images"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(VALUES)
def test_no_values_are_ever_an_exception(values: object) -> None:
    found = read(json.dumps({"image": values}))
    assert all(usage.status.is_ok or usage.status.reason for usage in found.usages)

"""Kustomizations applied to a tree of files: what runs, and where its image is set."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.discover.directory import discover
from basewise.discover.interface import Discovered
from basewise.discover.kustomize import KustomizeSource
from basewise.discover.source_file import SourceFile
from basewise.discover.sources import SOURCES
from basewise.model.limits import Limits

API = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
spec:
  replicas: 1
  template:
    spec:
      containers:
        - name: main
          image: registry.test/api:1.0
        - name: proxy
          image: nginx:1.27
"""


def build(files: dict[str, str], at: str = "kustomization.yaml", limits: Limits = Limits()) -> Discovered:
    def beside(path: str) -> bytes | None:
        return files[path].encode() if path in files else None

    return KustomizeSource().read(SourceFile(at, files[at].encode(), limits, beside))


def images(found: Discovered) -> list[tuple[str, str, str, int]]:
    return [(u.reference, u.kind, u.file, u.line) for u in found.usages]


def test_an_overlay_gives_its_own_names_replicas_and_images() -> None:
    files = {
        "base/api.yaml": API,
        "base/kustomization.yaml": "resources: [api.yaml]\n",
        "prod/kustomization.yaml": (
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- ../base\nnamespace: shop\n"
            "namePrefix: prod-\nnameSuffix: -eu\nreplicas:\n- name: api\n  count: 5\nimages:\n"
            "- name: registry.test/api\n  newName: mirror.test/api\n  newTag: '2.0'\n"
        ),
    }
    found = build(files, "prod/kustomization.yaml")
    assert found.status.is_ok
    (workload,) = found.workloads
    assert (workload.id, workload.replicas) == ("shop/Deployment/prod-api-eu", 5)
    assert workload.source == "base/api.yaml:1"
    assert images(found) == [
        ("mirror.test/api:2.0", "kustomize", "prod/kustomization.yaml", 14),
        ("docker.io/library/nginx:1.27", "kubernetes", "base/api.yaml", 13),
    ]
    assert {usage.workload for usage in found.usages} == {workload.id}
    assert found.includes == ["base/kustomization.yaml", "base/api.yaml"]


DIGEST = "sha256:" + "d" * 64


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("{name: nginx, newTag: '1.28'}", "docker.io/library/nginx:1.28"),
        ("{name: nginx, newName: quay.io/nginx}", "quay.io/nginx:1.27"),
        (f"{{name: nginx, digest: '{DIGEST}'}}", f"docker.io/library/nginx@{DIGEST}"),
        (f"{{name: nginx, newTag: '2', digest: '{DIGEST}'}}", f"docker.io/library/nginx:2@{DIGEST}"),
        ("{name: nginx, tagSuffix: -alpine}", "docker.io/library/nginx:1.27-alpine"),
        ("{name: docker.io/library/nginx, newTag: '1.28'}", "docker.io/library/nginx:1.27"),  # not as it is written
        ("{name: ngin, newTag: '1.28'}", "docker.io/library/nginx:1.27"),
        ("{name: nginx}", "docker.io/library/nginx:1.27"),
    ],
)
def test_an_entry_of_images_changes_what_it_names(entry: str, expected: str) -> None:
    found = build({"a.yaml": API, "kustomization.yaml": f"resources: [a.yaml]\nimages: [{entry}]\n"})
    assert [usage.reference for usage in found.usages] == ["registry.test/api:1.0", expected]


MERGE = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  template:
    spec:
      containers:
        - name: main
          image: registry.test/api:patched
"""


def indented(text: str, by: int) -> str:
    return "".join(f"{' ' * by}{line}\n" for line in text.splitlines())


@pytest.mark.parametrize(
    ("kustomization", "file", "line"),
    [
        ("patches:\n- path: p.yaml\n", "p.yaml", 9),
        ("patchesStrategicMerge:\n- p.yaml\n", "p.yaml", 9),
        (f"patches:\n- patch: |\n{indented(MERGE, 4)}", "kustomization.yaml", 12),
        (f"patchesStrategicMerge:\n- |\n{indented(MERGE, 2)}", "kustomization.yaml", 12),
        ("patches:\n- path: j.yaml\n  target: {kind: Deployment, name: a.*}\n", "j.yaml", 3),
        ("patchesJson6902:\n- path: j.yaml\n  target: {kind: Deployment, name: api}\n", "j.yaml", 3),
    ],
)
def test_a_patch_sets_an_image_where_it_stands(kustomization: str, file: str, line: int) -> None:
    operation = "- op: replace\n  path: /spec/template/spec/containers/0/image\n  value: registry.test/api:patched\n"
    files = {"a.yaml": API, "p.yaml": MERGE, "j.yaml": operation}
    found = build(files | {"kustomization.yaml": f"resources: [a.yaml]\n{kustomization}"})
    assert found.status.is_ok
    assert images(found)[0] == ("registry.test/api:patched", "kustomize", file, line)
    assert images(found)[1][0] == "docker.io/library/nginx:1.27"
    assert set(found.includes) == {"a.yaml", file} - {"kustomization.yaml"}


def test_a_component_changes_what_others_bring() -> None:
    files = {
        "a.yaml": API,
        "c/kustomization.yaml": "kind: Component\nimages: [{name: nginx, newTag: '1.28'}]\n",
        "kustomization.yaml": "resources: [a.yaml]\ncomponents: [c]\n",
    }
    assert images(build(files))[1] == ("docker.io/library/nginx:1.28", "kustomize", "c/kustomization.yaml", 2)
    alone = build(files, "c/kustomization.yaml")
    assert [(u.reference, u.confidence, u.workload) for u in alone.usages] == [
        ("docker.io/library/nginx:1.28", 0.7, "")
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("resources: ['https://example.test/base?ref=v1']", "is remote"),
        ("resources: ['github.com/acme/base//deploy']", "is remote"),
        ("resources: [missing.yaml]", "is not there"),
        ("resources: [../outside]", "is not there, or outside"),
        ("resources: [broken.yaml]", "was not read whole"),
        ("components: [missing]", "is not there"),
        ("helmCharts: [{name: x}]", "Helm charts"),
        ("generators: [x.yaml]", "generators"),
        ("transformers: [x.yaml]", "transformers"),
        ("replacements: [{path: x.yaml}]", "replacements"),
        ("patches: [{path: missing.yaml}]", "is not there"),
        ("patches: [{patch: '{kind: Deployment, metadata: {name: other}, apiVersion: apps/v1}'}]", "fits no object"),
        ("patches: [{patch: '[{op: remove, path: /spec/none}]', target: {kind: Deployment}}]", "is not in the object"),
        ("patches: [{patch: '[{op: move, from: /a, path: /b}]', target: {name: api}}]", "'move'"),
        ("patches: [{patch: '{}', target: {name: '(a|b)+'}}]", "more than plain text"),
        ("patches: [{patch: 'a: [', target: {name: api}}]", "cannot be read"),
    ],
)
def test_what_is_not_applied_is_said_with_its_line_and_the_rest_is_read(line: str, reason: str) -> None:
    files = {"a.yaml": API, "broken.yaml": "a: [\n", "b/kustomization.yaml": "resources: [../a.yaml]\n"}
    found = build(files | {"kustomization.yaml": f"bases: [b]\n{line}\n"})
    assert found.status.status == "partial"
    assert reason in found.status.reason
    assert found.status.reason.startswith("line 2: ")
    assert [workload.name for workload in found.workloads] == ["api"]


def test_an_image_that_is_set_for_a_remote_base_is_named_with_less_confidence() -> None:
    found = build({"kustomization.yaml": "resources: ['https://x.test/b']\nimages:\n- name: nginx\n  newTag: '9'\n"})
    (usage,) = found.usages
    assert (usage.reference, usage.line, usage.confidence) == ("docker.io/library/nginx:9", 4, 0.7)
    nothing = build({"a.yaml": API, "kustomization.yaml": "resources: [a.yaml]\nimages: [{name: x, newTag: '9'}]\n"})
    assert [usage.reference for usage in nothing.usages] == ["registry.test/api:1.0", "docker.io/library/nginx:1.27"]


def test_a_problem_of_a_base_names_its_file() -> None:
    files = {"b/kustomization.yaml": "resources: [c.yaml]\n", "kustomization.yaml": "resources: [b]\n"}
    assert build(files).status.reason.startswith("b/kustomization.yaml: line 1: ")


def test_definitions_of_kinds_are_taken_in_without_being_looked_at() -> None:
    definition = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x}\n"
    patches = f"patches:\n- patch: |\n{indented(definition, 4)}"
    files = {"crd.yaml": f"{definition}spec: [\n", "a.yaml": API}
    found = build(files | {"kustomization.yaml": f"resources: [crd.yaml, a.yaml]\n{patches}"})
    assert (found.status.status, found.includes) == ("ok", ["crd.yaml", "a.yaml"])


def test_a_resource_that_multiplies_itself_costs_only_itself() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x]\n" + "".join(
        f"{new}: &{new} [{', '.join([f'*{old}'] * 8)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    files = {"a.yaml": API, "bomb.yaml": bomb, "kustomization.yaml": "resources: [a.yaml, bomb.yaml]\n"}
    found = build(files)
    assert "yaml_nodes" in found.status.reason
    assert [workload.name for workload in found.workloads] == ["api"]


def test_a_resource_behind_a_link_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, {"outside.yaml": API, "tree/kustomization.yaml": "resources: [link.yaml]\n"})
    (tmp_path / "tree/link.yaml").symlink_to("../outside.yaml")
    assert walk(tmp_path / "tree") == {"kustomization.yaml": [], "link.yaml": []}


def test_kustomizations_in_a_circle_end() -> None:
    files = {"a/kustomization.yaml": "resources: [../b]\n", "b/kustomization.yaml": "resources: [../a]\n"}
    found = build(files, "a/kustomization.yaml")
    assert "takes in itself" in found.status.reason


@pytest.mark.parametrize(
    ("limits", "name"),
    [
        (Limits(kustomization_files=3), "kustomization_files = 3"),
        (Limits(kustomization_depth=2), "kustomization_depth = 2"),
        (Limits(kustomization_steps=20), "kustomization_steps = 20"),
    ],
)
def test_bases_that_multiply_are_given_up(limits: Limits, name: str) -> None:
    files = {f"{i}/kustomization.yaml": f"resources: [../{i + 1}, ../{i + 1}, a.yaml]\n" for i in range(9)}
    files |= {f"{i}/a.yaml": API for i in range(9)}
    found = build(files, "0/kustomization.yaml", limits)
    assert found.status.status == "not_assessed"
    assert name in found.status.reason
    assert found.includes == []


def test_a_kustomization_that_is_no_yaml_takes_in_nothing() -> None:
    found = build({"kustomization.yaml": "resources: [a.yaml\n"})
    assert (found.status.status, found.includes) == ("not_assessed", [])


@pytest.mark.parametrize("path", ["a/kustomization.yaml", "kustomization.yml", "Kustomization"])
def test_kustomizations_are_known_by_their_names(path: str) -> None:
    assert KustomizeSource().claims(path)
    assert not KustomizeSource().claims("kustomize.yaml")


def write(root: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)


def walk(root: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path, read in discover(root, list(SOURCES.values()), Limits()):
        found.setdefault(path, []).extend(workload.id for workload in read.workloads)
    return found


def test_what_a_kustomization_takes_in_counts_once_for_every_overlay(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "base/api.yaml": API,
            "base/kustomization.yaml": "resources: [api.yaml]\n",
            "dev/kustomization.yaml": "resources: [../base]\nnamespace: dev\npatches: [{path: p.yaml}]\n",
            "dev/p.yaml": MERGE,
            "prod/kustomization.yaml": "resources: [../base]\nnamespace: prod\n",
            "other.yaml": API.replace("name: api", "name: other"),
        },
    )
    assert walk(tmp_path) == {
        "dev/kustomization.yaml": ["dev/Deployment/api"],
        "other.yaml": ["default/Deployment/other"],
        "prod/kustomization.yaml": ["prod/Deployment/api"],
    }
    assert walk(tmp_path / "base") == {"kustomization.yaml": ["default/Deployment/api"]}


def test_a_circle_of_kustomizations_loses_no_workload(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a/kustomization.yaml": "resources: [../b, api.yaml]\n",
            "a/api.yaml": API,
            "b/kustomization.yaml": "resources: [../a]\n",
        },
    )
    assert walk(tmp_path)["a/kustomization.yaml"] == ["default/Deployment/api"]


def test_a_usage_that_two_overlays_share_is_told_once(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "base/api.yaml": API,
            "base/kustomization.yaml": "resources: [api.yaml]\n",
            "one/kustomization.yaml": "resources: [../base]\n",
            "two/kustomization.yaml": "resources: [../base]\n",
        },
    )
    usages = [usage for _, read in discover(tmp_path, list(SOURCES.values()), Limits()) for usage in read.usages]
    assert len(usages) == len(set(usages)) == 2


KEYS = st.sampled_from(
    ["resources", "patches", "images", "components", "replicas", "namespace", "path", "patch", "target", "name"]
)
TEXTS = st.sampled_from(["a.yaml", ".", "nginx", "[{op: add, path: /a/0}]"])
VALUES = st.recursive(
    st.none() | st.text(max_size=8) | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_no_kustomization_is_ever_an_exception(content: dict[str, object]) -> None:
    found = build({"a.yaml": API, "kustomization.yaml": json.dumps(content)})
    assert found.status.is_ok or found.status.reason

"""CircleCI, Drone and Woodpecker, Cloud Build, Buildkite and Azure Pipelines."""

import pytest
from tests.unit.discover.reading_files import named, read, reasons

from basewise.discover.ci.azure_pipelines import AzurePipelinesSource
from basewise.discover.ci.buildkite import BuildkiteSource
from basewise.discover.ci.circleci import CircleCiSource
from basewise.discover.ci.cloud_build import CloudBuildSource
from basewise.discover.ci.drone import DroneSource
from basewise.discover.interface import Discovered, UsageSource

AZURE, BUILDKITE, CIRCLE, CLOUD, DRONE = (
    AzurePipelinesSource(),
    BuildkiteSource(),
    CircleCiSource(),
    CloudBuildSource(),
    DroneSource(),
)
PATHS: list[tuple[UsageSource, str]] = [
    (AZURE, "azure-pipelines.yml"),
    (AZURE, "a/.azure-pipelines/jobs/x.yaml"),
    (BUILDKITE, ".buildkite/pipeline.yml"),
    (BUILDKITE, "buildkite.yaml"),
    (CIRCLE, "a/.circleci/config.yml"),
    (CLOUD, "cloudbuild-test.yaml"),
    (CLOUD, "a/cloudbuild.json"),
    (DRONE, ".drone.yml"),
    (DRONE, ".woodpecker/test.yaml"),
    (DRONE, ".woodpecker.yml"),
]


def of(source: UsageSource, path: str, content: str, *beside: str) -> Discovered:
    return read(source, path, {path: content, **dict.fromkeys(beside, "FROM x")})


@pytest.mark.parametrize(("source", "path"), PATHS)
def test_each_system_has_its_own_files(source: UsageSource, path: str) -> None:
    assert [other.kind for other in (AZURE, BUILDKITE, CIRCLE, CLOUD, DRONE) if other.claims(path)] == [source.kind]


@pytest.mark.parametrize(("source", "path"), PATHS)
@pytest.mark.parametrize(
    "content", ["", "image", "- image", "steps: docker", "jobs: [image, docker]", "steps: {image: [x]}"]
)
def test_other_shapes_say_nothing(source: UsageSource, path: str, content: str) -> None:
    assert of(source, path, content) == Discovered()


@pytest.mark.parametrize(("source", "path"), PATHS)
def test_a_broken_file_is_said_with_its_line(source: UsageSource, path: str) -> None:
    found = of(source, path, "steps: # docker image container\n  - image: [\n")
    assert found.status.status == "not_assessed"
    assert found.status.reason.startswith("line 3: ")


def test_circleci_reads_jobs_executors_and_inline_orbs() -> None:
    found = of(
        CIRCLE,
        ".circleci/config.yml",
        """\
version: 2.1
parameters: {base: {type: string, default: cimg/base}}
orbs: {mine: {executors: {x: {docker: [{image: "orb:1"}]}}}, theirs: a/b@1}
executors:
  own: {parameters: {tag: {type: string, default: "1"}}, docker: [{image: "cimg/go:<< parameters.tag >>"}]}
jobs:
  a: {executor: {name: own, tag: "2"}, steps: [{run: docker pull redis:7}]}
  b:
    parameters: {v: {type: string, default: "9"}}
    docker: [{image: "py:<<parameters.v>>"}, {image: "<< pipeline.parameters.base >>:x"}]
    steps: [{when: {condition: x, steps: [{run: {command: docker build -t own ., name: x}}]}}]
  c: {machine: {image: "ubuntu-2204:current"}}
  d: {docker: [{image: "x:<< pipeline.git.tag >>"}]}
  e: {parameters: {v: {type: string, default: "9"}}, docker: [{image: "q:<< parameters.v >>"}]}
workflows: {w: {jobs: [a, {b: {matrix: {parameters: {v: ["3.1", "3.2"]}}}}, {b: {v: "3.3"}}, e]}}
""",
        "Dockerfile",
    )
    assert named(found) == [
        *("orb:1", "cimg/go:2", "redis:7", "py:3.1", "py:3.2", "py:3.3", "cimg/base:x"),
        *("x:<< pipeline.git.tag >>", "q:9"),
    ]
    assert reasons(found) == ["'x:<< pipeline.git.tag >>': an expression is filled in later"]
    assert {u.reference: u.confidence for u in found.usages}["docker.io/library/q:9"] == 0.9
    assert [(build.dockerfile, build.context) for build in found.builds] == [("Dockerfile", "")]


def test_drone_reads_pipelines_that_run_in_containers_and_plugins_that_build() -> None:
    found = of(
        DRONE,
        ".drone.yml",
        """\
kind: pipeline
type: docker
steps:
- {name: a, image: "golang:1.23", commands: [cd x, docker build -t y .]}
- name: publish
  image: plugins/docker:20
  settings: {repo: acme/x, tags: [latest, "1"], dockerfile: x/D, context: x, build_args: [A=1, B], target: t}
- {name: v, image: "x:${DRONE_TAG}"}
services: [{name: db, image: "postgres:16"}]
---
kind: pipeline
type: exec
steps: [{name: image, commands: [docker pull no:1]}]
""",
        "x/Dockerfile",
        "x/D",
    )
    assert named(found) == ["golang:1.23", "plugins/docker:20", "x:${DRONE_TAG}", "postgres:16"]
    own, published = found.builds
    assert (own.dockerfile, own.context) == ("x/Dockerfile", "x")
    assert (published.dockerfile, published.context, published.target) == ("x/D", "x", "t")
    assert (published.images, published.arguments) == (["docker.io/acme/x:latest", "docker.io/acme/x:1"], {"A": "1"})


def test_woodpecker_has_steps_by_name_and_a_matrix() -> None:
    content = "matrix: {include: [{V: '1'}, {V: '2'}]}\nsteps: {a: {image: 'x:${V}'}}\nclone: {git: {image: g}}\n"
    assert named(of(DRONE, ".woodpecker.yml", content)) == ["x:1", "x:2", "g"]


def test_cloud_build_reads_steps_and_what_they_build() -> None:
    found = of(
        CLOUD,
        "svc/cloudbuild.yaml",
        """\
substitutions: {_T: "1.2"}
steps:
- name: gcr.io/cloud-builders/docker
  args: [build, -t, "gcr.io/$PROJECT_ID/x:${_T}", -f, docker/D, .]
- name: golang:${_T}
- name: gcr.io/kaniko-project/executor:latest
  args: [--destination=acme/y, --dockerfile=docker/D, --context=dir:///workspace/docker]
- name: gcr.io/$PROJECT_ID/tool
- name: docker
  entrypoint: bash
  args:
    - -c
    - |
      docker run alpine:3
- name: docker
  args: [pull, "redis:7"]
- {name: bash, script: "docker build -t own docker"}
""",
        "svc/docker/D",
        "svc/docker/Dockerfile",
    )
    assert named(found) == [
        *("gcr.io/cloud-builders/docker", "golang:1.2", "gcr.io/kaniko-project/executor:latest"),
        *("gcr.io/$PROJECT_ID/tool", "docker", "alpine:3", "docker", "redis:7", "bash"),
    ]
    assert [(build.dockerfile, build.context, build.images) for build in found.builds] == [
        ("svc/docker/D", "svc", ["gcr.io/$PROJECT_ID/x:${_T}"]),
        ("svc/docker/D", "svc/docker", ["docker.io/acme/y"]),
        ("svc/docker/Dockerfile", "svc/docker", ["docker.io/library/own"]),
    ]


def test_buildkite_reads_plugins_pods_groups_and_matrices() -> None:
    found = of(
        BUILDKITE,
        ".buildkite/pipeline.yml",
        """\
image: "base:1"
env: {V: "20"}
steps:
- group: g
  steps:
  - command: "docker run x:1"
    plugins: [{"docker#v5.11.0": {image: "node:$V"}}, {"docker-compose#v5": {run: image}}, shellcheck#v1]
- plugins: {"https://github.com/buildkite-plugins/docker-buildkite-plugin.git#v1": {image: "py:{{matrix}}"}}
  matrix: ["a", "b"]
- plugins: [{"docker#v5": {image: "q:{{matrix.v}}"}}]
  matrix: {setup: {v: ["1"], w: ["x", "y"]}}
- plugins: [{kubernetes: {podSpec: {containers: [{image: "alpine:3"}, {image: "$NO"}]}}}]
- wait
""",
    )
    assert named(found) == ["base:1", "x:1", "node:20", "py:a", "py:b", "q:1", "alpine:3", "$NO"]
    assert reasons(found) == ["'$NO': NO has no value here"]


def test_azure_reads_resources_jobs_services_and_the_docker_task() -> None:
    found = of(
        AZURE,
        "azure-pipelines.yml",
        """\
parameters: [{name: p, default: "3.9"}, {name: t, default: {image: no}}]
variables: {V: "12"}
resources:
  containers: [{container: py, image: "python:3.12"}, {container: r, image: "redis:$(V)"}]
stages:
- stage: s
  variables: [{name: W, value: "x-$(V)"}, {group: g}]
  jobs:
  - job: a
    container: py
    services: {redis: r, n: "nginx:1"}
    steps:
    - task: Docker@2
      inputs: {command: buildAndPush, repository: app, containerRegistry: acr, tags: "$(Build.BuildId)"}
    - task: Docker@2
      inputs: {command: login}
    - script: docker build -t a/b "$(Build.SourcesDirectory)/svc"
      workingDirectory: svc
  - ${{ if eq(1, 2) }}:
    - job: c
      container: {image: "y:${{ parameters.p }}"}
  - job: m
    strategy: {matrix: {a: {img: "ubuntu:16.04"}, b: {img: "ubuntu:18.04"}}}
    container: $[ variables['img'] ]
  - job: w
    container: "z:$(W)"
  - job: n
    container: "z:$(NO)"
  - job: o
    container: "z:$[ counter(1) ]"
""",
        "Dockerfile",
        "svc/Dockerfile",
    )
    assert named(found) == [
        *("python:3.12", "redis:12", "nginx:1", "y:3.9", "ubuntu:16.04", "ubuntu:18.04", "z:x-12", "z:$(NO)"),
        "z:$[ counter(1) ]",
    ]
    assert len(reasons(found)) == 2
    assert [(build.dockerfile, build.images) for build in found.builds] == [
        ("Dockerfile", ["$(acr)/app:$(Build.BuildId)"]),
        ("svc/Dockerfile", ["docker.io/a/b"]),
    ]


def test_azure_variables_that_double_end_at_a_limit() -> None:
    values = "".join(f"  v{number + 1}: $(v{number})$(v{number})\n" for number in range(40))
    found = of(AZURE, "azure-pipelines.yml", f"variables:\n  v0: x\n{values}jobs: [{{container: $(v40)}}]\n")
    assert "longer than 4096" in reasons(found)[0]

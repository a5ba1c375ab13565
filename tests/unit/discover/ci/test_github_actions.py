import pytest
from tests.unit.discover.reading_files import named, read, reasons

from basewise.discover.ci.github_actions import GitHubActionsSource
from basewise.discover.interface import Discovered
from basewise.model.limits import Limits

SOURCE = GitHubActionsSource()
PATH = "repo/.github/workflows/ci.yml"


def workflow(content: str, **beside: str) -> Discovered:
    files = {f"repo/{name.replace('__', '/')}": text for name, text in beside.items()}
    return read(SOURCE, PATH, {PATH: content, **files})


def job(content: str, **beside: str) -> Discovered:
    body = "".join(f"    {line}\n" for line in content.splitlines())
    return workflow(f"jobs:\n  a:\n{body}", **beside)


@pytest.mark.parametrize("path", [PATH, ".github/workflows/x.yaml", ".github/actions/x/action.yml", "action.yaml"])
def test_workflows_and_actions_are_claimed(path: str) -> None:
    assert SOURCE.claims(path)


@pytest.mark.parametrize("path", [".github/x.yml", ".github/workflows/a/x.yml", "workflows/x.yml", "my-action.yml"])
def test_other_files_are_not(path: str) -> None:
    assert not SOURCE.claims(path)


def test_containers_services_and_steps_are_ci() -> None:
    found = job(
        """\
container:
  image: node:20
services:
  db: {image: "postgres:16"}
steps:
  - uses: docker://alpine:3.20
  - uses: actions/checkout@v4"""
    )
    assert named(found) == ["node:20", "postgres:16", "alpine:3.20"]
    assert [(usage.line, usage.role, usage.final) for usage in found.usages] == [
        (4, "ci", False),
        (6, "ci", False),
        (8, "ci", False),
    ]


def test_a_matrix_gives_every_name() -> None:
    found = job(
        """\
strategy:
  matrix:
    py: ["3.11", "3.12"]
    include: [{py: "3.13", base: slim}]
container: python:${{ matrix.py }}
services:
  x: {image: "y:${{ matrix.base }}"}"""
    )
    assert named(found) == ["python:3.11", "python:3.12", "python:3.13", "y:${{ matrix.base }}", "y:slim"]
    assert reasons(found) == ["'y:${{ matrix.base }}': matrix.base has no value here"]


def test_a_matrix_may_hold_whole_containers() -> None:
    found = job("strategy: {matrix: {c: [{image: 'node:20'}, {image: 'node:22'}]}}\ncontainer: ${{ matrix.c }}")
    assert named(found) == ["node:20", "node:22"]


def test_a_matrix_without_a_container_has_none() -> None:
    assert named(job("strategy: {matrix: {c: ['', 'node:22']}}\ncontainer: ${{ matrix.c }}")) == ["node:22"]


def test_what_the_run_computes_is_not_assessed() -> None:
    found = job("strategy: {matrix: '${{ fromJSON(needs.x.outputs.y) }}'}\ncontainer: ${{ matrix.c }}")
    assert reasons(found) == ["'${{ matrix.c }}': matrix.c has no value here"]


def test_inputs_have_their_defaults() -> None:
    content = "on: {workflow_call: {inputs: {v: {default: '20'}}}}\njobs: {a: {container: 'node:${{ inputs.v }}'}}\n"
    found = workflow(content)
    assert (named(found), found.usages[0].confidence) == (["node:20"], 0.9)


def test_scripts_name_what_they_run_unless_they_build_it() -> None:
    found = job(
        """\
steps:
  - run: |
      docker build -t acme/app:${{ github.sha }} -f docker/Dockerfile .
      docker run acme/app:test
      docker run --rm \\
        -v "$PWD:/x" hadolint/hadolint:2.12
    working-directory: svc
  - run: docker run $IMAGE
  - run: >-
      docker
      pull redis:7""",
        svc__docker__Dockerfile="",
    )
    assert [(usage.line, usage.confidence) for usage in found.usages] == [(8, 0.7), (13, 0.7)]
    assert named(found) == ["hadolint/hadolint:2.12", "redis:7"]
    (build,) = found.builds
    assert (build.dockerfile, build.context, build.line) == ("repo/svc/docker/Dockerfile", "repo/svc", 5)
    assert build.images == ["acme/app:${{ github.sha }}"]


def test_a_subshell_leaves_no_directory_behind() -> None:
    found = job(
        """\
steps:
  - run: |
      (cd a && docker build .)
      (
        cd b
        docker build "$(cd c; pwd)/.." &&
          docker build .
      )
      docker build .
  - run: (cd a; docker build .)""",
        a__Dockerfile="",
        b__Dockerfile="",
        Dockerfile="",
    )
    assert [(build.context, build.line) for build in found.builds] == [
        *(("repo/a", 5), ("repo/b", 9), ("repo", 11), ("repo/a", 12)),
    ]
    assert found.status.reason == "line 8: this builds an image from a Dockerfile or directory that a variable names"


@pytest.mark.parametrize("tail", ["echo 'it", 'echo "it', "echo " + "$(" * 60])
def test_a_script_that_does_not_end_is_read_up_to_there_and_said(tail: str) -> None:
    found = job(f"steps:\n  - run: |\n      docker pull redis:7\n      {tail}\n      docker pull no:1")
    assert named(found) == ["redis:7"]
    assert found.status.status == "partial"
    assert found.status.reason.startswith("line 6: from here on this script has quotes that nothing ends")


def test_the_build_action_ties_a_dockerfile_to_its_tags() -> None:
    content = """\
env: {REGISTRY: ghcr.io/acme}
jobs:
  a:
    strategy: {matrix: {app: [web, api]}}
    steps:
      - uses: docker/build-push-action@v6
        with:
          context: ${{ matrix.app }}
          file: ./${{ matrix.app }}/Dockerfile.prod
          target: prod
          tags: |
            ${{ env.REGISTRY }}/${{ matrix.app }}:1
            acme/x:${{ github.sha }}, acme/y
          build-args: |
            A=1
            B=${{ secrets.B }}
          build-contexts: base=docker-image://alpine:3.20
      - uses: docker/build-push-action@v6
        with: {context: "{{defaultContext}}:sub"}
      - uses: docker/build-push-action@v6
        with: {context: "https://github.com/x/y.git"}
"""
    found = workflow(content)
    assert [(usage.reference, usage.role) for usage in found.usages] == [("docker.io/library/alpine:3.20", "build")]
    web, api, sub = found.builds
    assert (web.dockerfile, web.context, web.target) == ("repo/web/Dockerfile.prod", "repo/web", "prod")
    assert (web.arguments, web.line) == ({"A": "1"}, 6)
    assert web.images == ["ghcr.io/acme/web:1", "acme/x:${{ github.sha }}", "docker.io/acme/y"]
    assert (api.context, sub.dockerfile) == ("repo/api", "repo/sub/Dockerfile")
    assert found.status.status == "partial"
    assert "files that are not in this directory" in found.status.reason


def test_actions_are_images_or_are_built_or_have_steps() -> None:
    path = "tools/lint/action.yml"
    image = "runs: {using: docker, image: 'docker://ghcr.io/acme/lint:1'}\n"
    assert named(read(SOURCE, path, {path: image})) == ["ghcr.io/acme/lint:1"]
    (build,) = read(SOURCE, path, {path: "name: n\nruns: {using: docker, image: Dockerfile}\n"}).builds
    assert (build.dockerfile, build.context, build.service) == ("tools/lint/Dockerfile", "tools/lint", "n")
    steps = "runs: {using: composite, steps: [{run: docker pull redis:7, shell: bash}]}\n"
    assert named(read(SOURCE, path, {path: steps})) == ["redis:7"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "jobs: [container]",
        "container: x",
        "jobs: {a: {container: }}",
        "jobs: {a: {container: {image: [x]}}}",
        "- x",
    ],
)
def test_other_shapes_say_nothing(content: str) -> None:
    assert workflow(content) == Discovered()


def test_a_broken_file_is_said() -> None:
    found = workflow("jobs: {a: {container: [")
    assert (found.status.status, found.usages) == ("not_assessed", [])


def test_a_large_matrix_with_many_steps_is_read_once_per_name() -> None:
    values = "[" + ", ".join(f"'{number}'" for number in range(256)) + "]"
    steps = "\n".join("  - run: docker build ." for _ in range(200))
    found = job(f"strategy: {{matrix: {{v: {values}}}}}\ncontainer: x:${{{{ matrix.v }}}}\nsteps:\n{steps}")
    assert (len(found.usages), len(found.builds)) == (256, 200)


def test_more_combinations_than_are_followed_are_said() -> None:
    content = "jobs: {a: {strategy: {matrix: {v: [1, 2, 3]}}, container: 'x:${{ matrix.v }}'}}\n"
    found = read(SOURCE, PATH, {PATH: content}, Limits(matrix_values=2))
    assert (named(found), found.status.status) == (["x:1"], "partial")
    assert "more than matrix_values = 2 combinations" in found.status.reason

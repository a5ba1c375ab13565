import pytest

from basewise.discover.interface import Discovered
from basewise.discover.skaffold import SkaffoldSource
from basewise.discover.source_file import SourceFile
from basewise.model.limits import Limits
from basewise.model.workload import Build

CONFIG = """\
apiVersion: skaffold/v4beta11
kind: Config
build:
  artifacts:
    - image: registry.test/api
      context: services/api
      docker:
        dockerfile: docker/Dockerfile.prod
        target: runtime
        buildArgs: {VERSION: "1.2", SECRET: "{{.SECRET}}", EMPTY: }
    - image: web
    - image: java
      jib: {fromImage: "eclipse-temurin:21"}
    - image: go
      ko: {fromImage: "gcr.io/distroless/static"}
    - image: packs
      buildpacks: {builder: "paketobuildpacks/builder:base", runImage: "paketobuildpacks/run:base"}
profiles:
  - name: prod
    build:
      artifacts:
        - image: worker
          kaniko: {dockerfile: Containerfile}
verify:
  - name: smoke
    container: {name: smoke, image: "curlimages/curl:8"}
customActions:
  - name: migrate
    containers: [{name: m, image: "${MIGRATE}"}]
"""


def read(content: str, path: str = "shop/skaffold.yaml") -> Discovered:
    return SkaffoldSource().read(SourceFile(path, content.encode(), Limits()))


def test_an_artifact_says_which_dockerfile_becomes_which_image() -> None:
    api, web, worker = read(CONFIG).builds
    assert api == Build(
        kind="skaffold",
        file="shop/skaffold.yaml",
        line=5,
        dockerfile="shop/services/api/docker/Dockerfile.prod",
        context="shop/services/api",
        target="runtime",
        arguments={"VERSION": "1.2"},
        images=["registry.test/api"],
        service="registry.test/api",
    )
    assert (web.dockerfile, web.context, web.images) == ("shop/Dockerfile", "shop", ["docker.io/library/web"])
    assert (worker.dockerfile, worker.line) == ("shop/Containerfile", 22)


def test_other_builders_and_tasks_name_the_images_they_run() -> None:
    assert [(u.reference, u.role, u.line, u.status.status) for u in read(CONFIG).usages] == [
        ("docker.io/library/eclipse-temurin:21", "build", 13, "ok"),
        ("gcr.io/distroless/static", "build", 15, "ok"),
        ("docker.io/paketobuildpacks/builder:base", "build", 17, "ok"),
        ("docker.io/paketobuildpacks/run:base", "build", 17, "ok"),
        ("docker.io/curlimages/curl:8", "ci", 26, "ok"),
        ("${MIGRATE}", "ci", 29, "not_assessed"),
    ]


def test_a_configuration_at_the_top_builds_there() -> None:
    (build,) = read("apiVersion: skaffold/v2\nbuild: {artifacts: [{image: '{{.IMG}}'}]}\n", "skaffold.yaml").builds
    assert (build.dockerfile, build.context, build.images) == ("Dockerfile", "", ["{{.IMG}}"])


@pytest.mark.parametrize(
    "content", ["", "apiVersion: v1\nbuild: {artifacts: [{image: a}]}\n# skaffold/\n", "- skaffold/"]
)
def test_what_is_no_skaffold_says_nothing(content: str) -> None:
    assert read(content) == Discovered()


def test_a_broken_configuration_is_said() -> None:
    found = read("apiVersion: skaffold/v4\nbuild: [\n")
    assert (found.status.status, found.status.reason[:5]) == ("not_assessed", "line ")


def test_configurations_are_known_by_their_names() -> None:
    assert all(SkaffoldSource().claims(path) for path in ("skaffold.yaml", "a/skaffold-dev.yml"))
    assert not any(SkaffoldSource().claims(path) for path in ("skaffold.md", "my-skaffold.yaml"))

import pytest
from tests.unit.discover.reading_files import named, read, reasons

from basewise.discover.ci.gitlab_ci import GitlabCiSource
from basewise.discover.interface import Discovered
from basewise.model.limits import Limits

SOURCE = GitlabCiSource()
PATH = ".gitlab-ci.yml"


def pipeline(content: str, files: dict[str, str] | None = None) -> Discovered:
    return read(SOURCE, PATH, {PATH: content, **(files or {})})


@pytest.mark.parametrize("path", [PATH, "a/.gitlab-ci.yaml", "ci/build.gitlab-ci.yml"])
def test_configurations_are_claimed(path: str) -> None:
    assert SOURCE.claims(path)


def test_images_and_services_of_jobs_and_defaults() -> None:
    found = pipeline(
        """\
image: global:1
default: {services: ["redis:7", {name: "postgres:16", alias: db}]}
a: {image: "one:1", services: [two]}
b: {image: {name: "three:1", entrypoint: [""]}}
cache: {key: image, paths: [image]}
variables: {image: no}
"""
    )
    assert named(found) == ["global:1", "redis:7", "postgres:16", "one:1", "two", "three:1"]
    assert [usage.line for usage in found.usages] == [1, 2, 2, 3, 3, 4]
    assert {usage.role for usage in found.usages} == {"ci"}


def test_an_image_has_the_names_that_the_variables_of_jobs_give_it() -> None:
    found = pipeline(
        """\
variables: {V: "1", FULL: {value: "full:$V", description: x}}
default: {image: "a:$V"}
.t: {image: "b:$OWN"}
one: {variables: {V: "2"}}
two: {extends: .t, variables: {OWN: "3"}}
three: {extends: [.x, .t], variables: {OWN: "4"}}
four: {image: $FULL}
five: {image: "$CI_REGISTRY_IMAGE:1"}
"""
    )
    assert named(found) == ["a:2", "b:3", "b:4", "full:1", "$CI_REGISTRY_IMAGE:1"]
    assert {usage.confidence for usage in found.usages if usage.status.is_ok} == {0.9}
    assert reasons(found) == ["'$CI_REGISTRY_IMAGE:1': CI_REGISTRY_IMAGE has no value here"]


def test_a_template_that_no_job_extends_counts_where_it_is_written() -> None:
    assert named(pipeline(".t: {image: 'a:1'}\nb: {image: 'c:1'}\n")) == ["a:1", "c:1"]


def test_the_matrix_of_a_job_gives_its_variables() -> None:
    found = pipeline("a:\n  parallel: {matrix: [{V: ['1', '2'], W: x}, {V: '3', W: y}]}\n  image: a:$V-$W\n")
    assert named(found) == ["a:1-x", "a:2-x", "a:3-y"]


def test_references_anchors_and_inputs() -> None:
    found = pipeline(
        """\
spec: {inputs: {v: {default: "9"}, w: {}}}
---
.a: &a {image: "a:1", services: [s1, s2]}
b: {image: !reference [.a, image], services: !reference [.a, services]}
c: {<<: *a}
d: {image: "d:$[[ inputs.v ]]", services: ["e:$[[ inputs.w ]]", !reference [.a, image]]}
f: {image: !reference [.gone, image]}
"""
    )
    assert named(found) == ["a:1", "s1", "s2", "d:9", "e:$[[ inputs.w ]]"]
    assert reasons(found) == ["'e:$[[ inputs.w ]]': the input w has no default"]


def test_two_services_are_no_reference() -> None:
    assert named(pipeline("a: {services: [postgres, redis]}\n")) == ["postgres", "redis"]


def test_local_files_are_read_with_the_variables_of_the_first() -> None:
    content = """\
include:
  - local: /ci/jobs.yml
  - /ci/own.gitlab-ci.yml
  - local: /ci/*.yml
  - local: gone.yml
  - project: acme/ci
    file: x.yml
  - https://example.com/x.yml
variables: {V: "1"}
mine: {extends: .own}
"""
    files = {
        "ci/jobs.yml": "include: /.gitlab-ci.yml\na: {image: 'a:$V', script: [docker pull redis:7]}\n",
        "ci/own.gitlab-ci.yml": ".own: {image: 'never:1'}\n",
    }
    found = pipeline(content, files)
    assert [(usage.file, usage.line) for usage in found.usages] == [("ci/jobs.yml", 2), ("ci/jobs.yml", 2)]
    assert sorted(named(found)) == ["a:1", "redis:7"]
    assert found.status.status == "partial"
    for reason in ("names files by a variable or pattern", "gone.yml, which is not there", "the project acme/ci"):
        assert reason in found.status.reason


def test_files_that_include_each_other_end() -> None:
    many = {
        f"{number}.yml": f"include: {number + 1}.yml\na{number}: {{image: 'a:{number}'}}\n" for number in range(300)
    }
    found = pipeline("include: 0.yml\n", many)
    assert len(found.usages) == Limits().included_files - 1
    assert "one file too many" in found.status.reason


def test_jobs_that_extend_each_other_end() -> None:
    assert named(pipeline("a: {extends: b}\nb: {extends: a, image: 'x:1'}\n")) == ["x:1"]


def test_scripts_run_in_one_shell() -> None:
    found = pipeline(
        """\
a:
  image: {name: gcr.io/kaniko-project/executor:debug, entrypoint: [""]}
  before_script: [cd svc]
  script:
    - docker build -t $CI_REGISTRY_IMAGE/svc:$CI_COMMIT_SHA .
    - /kaniko/executor --context "$CI_PROJECT_DIR" --dockerfile "$CI_PROJECT_DIR/D" --destination "$CI_REGISTRY_IMAGE"
    - docker build -f $FILE .
    - docker run --rm aquasec/trivy:0.50
""",
        {"svc/Dockerfile": "", "D": ""},
    )
    assert named(found) == ["gcr.io/kaniko-project/executor:debug", "aquasec/trivy:0.50"]
    assert [(build.dockerfile, build.line, build.images) for build in found.builds] == [
        ("svc/Dockerfile", 5, ["$CI_REGISTRY_IMAGE/svc:$CI_COMMIT_SHA"]),
        ("D", 6, ["$CI_REGISTRY_IMAGE"]),
    ]
    assert found.status.reason == "line 7: this builds an image from a Dockerfile or directory that a variable names"


@pytest.mark.parametrize("content", ["", "image", "- image", "image: [[x]]", "a: image", "a: {services: {x: y}}"])
def test_other_shapes_say_nothing(content: str) -> None:
    assert pipeline(content) == Discovered()

import pytest
from tests.unit.discover.reading_files import named, read, reasons

from basewise.discover.ci.jenkins import JenkinsSource
from basewise.discover.interface import Discovered
from basewise.model.limits import Limits

SOURCE = JenkinsSource()


def pipeline(content: str, *beside: str) -> Discovered:
    return read(SOURCE, "Jenkinsfile", {"Jenkinsfile": content, **dict.fromkeys(beside, "FROM x")})


@pytest.mark.parametrize(
    "path", ["Jenkinsfile", "ci/Jenkinsfile.prod", "a.jenkinsfile", "vars/x.groovy", "b.Jenkinsfile"]
)
def test_pipelines_are_claimed(path: str) -> None:
    assert SOURCE.claims(path)


@pytest.mark.parametrize("path", ["Jenkinsfile.md", "src/x.groovy", "myJenkinsfile", "vars/a/x.groovy", "vars/x.txt"])
def test_other_files_are_not(path: str) -> None:
    assert not SOURCE.claims(path)


def test_agents_of_declarative_pipelines() -> None:
    found = pipeline(
        """\
pipeline {
  agent { docker 'maven:3.9' }
  stages {
    stage('docker') {
      agent {
        docker {
          args "-v /a:/b"
          image "node:20"
        }
      }
      steps { echo "image 'no:1'" }
    }
    stage('x') { agent { docker { registryUrl 'https://reg.example.com:5000/'; image 'acme/tool:1' } } }
    stage('y') { agent { docker { image 'reg.example.com/z:1'; registryUrl "https://reg.example.com" } } }
  }
}
"""
    )
    assert named(found) == ["maven:3.9", "node:20", "reg.example.com:5000/acme/tool:1", "reg.example.com/z:1"]
    assert [(usage.line, usage.confidence) for usage in found.usages] == [(2, 1.0), (8, 1.0), (13, 0.9), (14, 1.0)]
    assert {usage.role for usage in found.usages} == {"ci"}


def test_agents_that_are_built() -> None:
    found = pipeline(
        "pipeline {\n  agent { dockerfile true }\n  agent { dockerfile { filename 'D'; dir 'svc'\n"
        "    additionalBuildArgs '--target t --build-arg A=1' } }\n}\n"
    )
    assert [(b.dockerfile, b.context, b.target, b.arguments, b.line) for b in found.builds] == [
        ("Dockerfile", "", "", {}, 2),
        ("svc/D", "svc", "t", {"A": "1"}, 3),
    ]


def test_the_docker_object() -> None:
    found = pipeline(
        """\
node {
  docker.image('postgres:16').withRun { c ->
    docker.image("node:20").inside("--link ${c.id}:db") { sh 'make' }
  }
  docker.withRegistry('https://ghcr.io', 'token') {
    docker.image('acme/tool').pull()
    docker.build("acme/app:1", "-f svc/D .").push()
  }
  docker.withRegistry('https://index.docker.io/v1/') { docker.image('redis').pull() }
  docker.build('own')
}
""",
        "Dockerfile",
        "svc/D",
    )
    assert named(found) == ["postgres:16", "node:20", "ghcr.io/acme/tool", "redis"]
    assert [(build.dockerfile, build.images) for build in found.builds] == [
        ("svc/D", ["ghcr.io/acme/app:1"]),
        ("Dockerfile", ["docker.io/library/own"]),
    ]


def test_names_that_are_put_together_are_not_assessed() -> None:
    found = pipeline(
        "docker.image(NAME)\ndocker.image('a:' + TAG)\ndocker.image(\"b:${TAG}\")\ndocker.image('c'.trim())\n"
    )
    assert [usage.line for usage in found.usages] == [1, 2, 3, 4]
    assert len(reasons(found)) == 4


def test_pods_that_are_written_in_the_pipeline() -> None:
    found = pipeline(
        """\
podTemplate(yaml: '''\\
apiVersion: v1
kind: Pod
spec:
  initContainers: [{name: i, image: busybox}]
  containers:
    - name: a
      image: alpine:3.20
''', containers: [
  containerTemplate(name: 'm', image: 'maven:3', args: cat('image')),
  containerTemplate(name: 'n',
    image: "node:${V}")
]) {
  containerTemplate name: 'g', image: 'golang:1'
}
"""
    )
    assert [(name, u.line) for name, u in zip(named(found), found.usages, strict=True)] == [
        ("busybox", 5),
        ("alpine:3.20", 8),
        ("maven:3", 10),
        ("node:${V}", 12),
        ("golang:1", 14),
    ]


def test_shell_scripts_run_where_they_stand() -> None:
    found = pipeline(
        """\
steps {
  sh 'docker run --rm hadolint/hadolint'
  sh label: 'x', script: \"\"\"
    docker pull \\\\
      redis:7
  \"\"\"
  sh(script: "docker run ${IMAGE}", returnStdout: true)
  dir('svc') { sh "docker build -t acme/svc:${env.TAG} ." }
  dir(PLACE) { sh 'docker build .' }
}
""",
        "svc/Dockerfile",
        "Dockerfile",
    )
    assert [(name, u.line) for name, u in zip(named(found), found.usages, strict=True)] == [
        ("hadolint/hadolint", 2),
        ("redis:7", 5),
    ]
    assert [(b.dockerfile, b.images, b.line) for b in found.builds] == [("svc/Dockerfile", ["acme/svc:${env.TAG}"], 8)]


def test_what_stands_before_a_string_without_end_is_read() -> None:
    found = pipeline("docker.image('a:1')\nx = 'docker\n")
    assert named(found) == ["a:1"]
    assert (found.status.status, found.status.reason) == (
        "partial",
        "line 2: a string has no end, and the rest is not read",
    )


@pytest.mark.parametrize(
    "content",
    [
        "docker",
        "docker.",
        "docker.image(",
        "agent { docker",
        "agent { docker { image",
        "} } docker",
        "sh (docker",
        "yaml",
    ],
)
def test_fragments_say_nothing(content: str) -> None:
    assert pipeline(content) == Discovered()


def test_large_and_deep_files_end() -> None:
    assert (
        "groovy_bytes" in read(SOURCE, "Jenkinsfile", {"Jenkinsfile": "x" * 99}, Limits(groovy_bytes=9)).status.reason
    )
    assert pipeline("docker {" * 50_000) == Discovered()
    assert pipeline("containerTemplate(" * 20_000) == Discovered()
    assert pipeline("agent { docker { image (" * 5_000).builds == []

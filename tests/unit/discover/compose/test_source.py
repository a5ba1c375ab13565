import random
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.discover.reading_files import named, read, reasons

from basewise.discover.compose.env_file import read_env_file
from basewise.discover.compose.source import ComposeSource
from basewise.discover.interface import Discovered
from basewise.model.limits import Limits

SOURCE = ComposeSource()


def compose(content: str, path: str = "compose.yaml", **beside: str) -> Discovered:
    return read(SOURCE, path, {path: content, **{name.replace("__", "."): text for name, text in beside.items()}})


@pytest.mark.parametrize(
    "path",
    ["compose.yaml", "a/compose.yml", "docker-compose.yml", "docker-compose.prod.yaml", "compose.override.yaml"],
)
def test_files_with_compose_names_are_claimed(path: str) -> None:
    assert SOURCE.claims(path)


@pytest.mark.parametrize("path", ["composer.yaml", "compose.json", "my-compose.yaml", "compose/values.yaml"])
def test_other_files_are_not(path: str) -> None:
    assert not SOURCE.claims(path)


def test_services_are_what_runs() -> None:
    (usage,) = compose("services:\n  web:\n    image: nginx:1.27\n    profiles: [debug]\n").usages
    assert (usage.reference, usage.line, usage.column) == ("docker.io/library/nginx:1.27", 3, 12)
    assert (usage.role, usage.final, usage.workload, usage.confidence) == ("runtime", True, "web", 1.0)


def test_services_of_a_development_container_are_for_development() -> None:
    found = read(SOURCE, ".devcontainer/compose.yaml", {".devcontainer/compose.yaml": "services: {a: {image: x}}"})
    assert [(usage.role, usage.final, usage.workload) for usage in found.usages] == [("dev", False, "a")]


def test_variables_come_from_the_file_beside_and_from_defaults_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME_TAG", "never")
    content = "services:\n  a: {image: 'x:${TAG}'}\n  b: {image: 'y:${NO:-2}'}\n  c: {image: 'z:$HOME_TAG'}\n"
    found = compose(content, __env="TAG=1\n")
    assert named(found) == ["x:1", "y:2", "z:$HOME_TAG"]
    assert [usage.confidence for usage in found.usages] == [0.9, 0.9, 1.0]
    assert reasons(found) == ["'z:$HOME_TAG': HOME_TAG has no value here"]


def test_an_image_that_is_built_is_the_name_of_the_build_and_nothing_that_is_pulled() -> None:
    content = """\
services:
  web:
    image: acme/web:${TAG:-1}
    build:
      context: ./web
      dockerfile: docker/Dockerfile
      target: prod
      args: {A: 1, B: "${NO}", C: }
      tags: ["acme/web:latest"]
  api:
    build: api
"""
    found = compose(content)
    assert found.usages == []
    web, api = found.builds
    assert (web.dockerfile, web.context, web.target) == ("web/docker/Dockerfile", "web", "prod")
    assert (web.arguments, web.service) == ({"A": "1"}, "web")
    assert web.images == ["docker.io/acme/web:1", "docker.io/acme/web:latest"]
    assert (api.dockerfile, api.context, api.images, api.line) == ("api/Dockerfile", "api", [], 11)


def test_an_inline_dockerfile_and_contexts_name_images_with_their_lines() -> None:
    content = """\
services:
  web:
    build:
      additional_contexts:
        base: docker-image://alpine:${V:-3.20}
        files: ./x
      dockerfile_inline: |

        FROM golang:1.23 AS build
        FROM debian:12
        COPY $$X /
  api:
    build: {additional_contexts: ["b=docker-image://busybox", "c=x"]}
"""
    found = compose(content)
    assert [(name, usage.line, usage.role) for name, usage in zip(named(found), found.usages, strict=True)] == [
        ("alpine:3.20", 5, "build"),
        ("golang:1.23", 9, "build"),
        ("debian:12", 10, "runtime"),
        ("busybox", 13, "build"),
    ]


@pytest.mark.parametrize(
    ("context", "reason"),
    [
        ("https://github.com/acme/x.git#main", "service a is built from a remote repository"),
        ("git@github.com:acme/x.git", "service a is built from a remote repository"),
        ("../../x", "service a is built from files outside of this directory"),
        ("/srv/x", "service a is built from files outside of this directory"),
        ("$NO", "service a is built from a place that a variable names"),
    ],
)
def test_a_build_from_elsewhere_is_said(context: str, reason: str) -> None:
    found = compose(f"services: {{a: {{build: '{context}'}}}}\n")
    assert (found.builds, found.status.status) == ([], "partial")
    assert found.status.reason == f"line 1: {reason}"


def test_a_service_has_what_it_extends() -> None:
    content = """\
services:
  base: {image: nginx:1}
  same: {extends: base}
  other: {extends: {service: db, file: common/db.yml}}
  built: {extends: {service: app, file: common/db.yml}, image: acme/app}
"""
    common = "services:\n  db:\n    image: postgres:${V}\n  app: {build: {context: app, dockerfile: D}}\n"
    found = read(SOURCE, "compose.yaml", {"compose.yaml": content, "common/db.yml": common, "common/.env": "V=16\n"})
    assert [(name, u.workload, u.file, u.line) for name, u in zip(named(found), found.usages, strict=True)] == [
        ("nginx:1", "base", "compose.yaml", 2),
        ("nginx:1", "same", "compose.yaml", 2),
        ("postgres:16", "other", "common/db.yml", 3),
    ]
    assert [(b.dockerfile, b.images) for b in found.builds] == [("common/app/D", ["docker.io/acme/app"])]


def test_services_that_extend_each_other_end() -> None:
    circle = compose("services:\n  a: {extends: b}\n  b: {extends: a, image: x}\n")
    assert "extends itself" in circle.status.reason
    long = "".join(f"  s{number}: {{extends: s{number + 1}}}\n" for number in range(500))
    assert "through more than 50 others" in compose(f"services:\n{long}  s500: {{image: x}}\n").status.reason


def test_included_files_are_read_unless_they_are_read_by_themselves() -> None:
    content = """\
include:
  - infra/db.yml
  - path: [infra/cache.yml]
    project_directory: .
    env_file: infra/vars
  - other/compose.yaml
  - missing.yml
  - oci://registry/x
services: {}
"""
    files = {
        "compose.yaml": content,
        "infra/db.yml": "services: {db: {image: 'postgres:${V}'}}\ninclude: [../compose.yaml, db.yml]\n",
        "infra/.env": "V=16\n",
        "infra/cache.yml": "services: {cache: {image: 'redis:${R}', build: .}, q: {image: 'q:$R'}}\n",
        "infra/vars": "R=7\n",
        "other/compose.yaml": "services: {x: {image: never}}\n",
    }
    found = read(SOURCE, "compose.yaml", files)
    assert named(found) == ["postgres:16", "q:7"]
    assert [(build.context, build.images) for build in found.builds] == [("", ["docker.io/library/redis:7"])]
    assert found.status.status == "partial"
    assert "the include of missing.yml is not there" in found.status.reason
    assert "the include of oci://registry/x is not in this directory" in found.status.reason


def test_an_override_is_a_statement_of_its_own_that_knows_what_is_built() -> None:
    base = "services:\n  web: {build: web}\n  db: {image: 'postgres:16'}\n  app: {image: acme/app}\n"
    override = "services:\n  web: {image: 'acme/web:dev'}\n  db: {image: 'postgres:17'}\n  app: {build: .}\n"
    found = read(SOURCE, "compose.override.yml", {"compose.yml": base, "compose.override.yml": override})
    assert named(found) == ["postgres:17"]
    assert [(build.context, build.images) for build in found.builds] == [
        ("web", ["docker.io/acme/web:dev"]),
        ("", ["docker.io/acme/app"]),
    ]
    assert named(read(SOURCE, "compose.yml", {"compose.yml": base})) == ["postgres:16", "acme/app"]


def test_what_is_no_service_is_no_image() -> None:
    content = "x-image: a\nservices:\n  a: {environment: {image: b}, labels: [image=c]}\nvolumes: {image: {}}\n"
    assert compose(content) == Discovered()


@pytest.mark.parametrize("content", ["image: x\n", "[image]\n", "", "services: [image]\n", "services: {a: image}\n"])
def test_a_file_of_another_shape_says_nothing(content: str) -> None:
    assert compose(content) == Discovered()


def test_the_format_of_compose_1_is_said() -> None:
    found = compose("web:\n  image: nginx\n")
    assert (found.usages, found.status.status) == ([], "partial")
    assert "Compose 1" in found.status.reason


def test_a_broken_file_is_said_with_its_line() -> None:
    found = compose("services:\n  a: {image: [\n")
    assert found.status.status == "not_assessed"
    assert found.status.reason.startswith("line 3: ")
    limited = read(SOURCE, "compose.yaml", {"compose.yaml": "services: {}"}, Limits(yaml_bytes=4))
    assert limited.status.reason == "larger than yaml_bytes = 4"


@given(st.text(alphabet="AB=:'\"\\#$ {}\n", max_size=60))
def test_any_env_file_can_be_read(content: str) -> None:
    assert all("\n" not in value for value in read_env_file(content).values())


ENVIRONMENT = """\
# comment
A=1
EMPTY=
QUOTED="two"
LITERAL='$A'
NAMES=${A}x
COMMENT=val # comment
export EXPORTED=3
SPACED = 4
"""


@pytest.mark.skipif(not shutil.which("docker-compose"), reason="docker-compose is not installed")
def test_images_are_those_that_docker_compose_would_run(tmp_path: Path) -> None:
    source = random.Random(7)
    names = ["A", "EMPTY", "QUOTED", "NAMES", "COMMENT", "EXPORTED", "NO"]
    forms = ["${%s:-d}", "${%s-d}", "$$%s", "$${%s}", "x%s"]
    known = ["$%s", "${%s}", "${%s:?e}", "${%s?e}"]
    services = ""
    for number in range(150):
        parts = [source.choice(forms) % source.choice(names) for _ in range(2)]
        parts.append(source.choice(known) % source.choice(["A", "QUOTED", "NAMES", "COMMENT", "EXPORTED"]))
        source.shuffle(parts)
        services += f"  s{number}:\n    image: r/{'.'.join(parts)}\n"
    services += "  s150:\n    extends: s3\n  s151:\n    extends: {service: s4}\n"
    content = f'version: "2.4"\nservices:\n{services}'
    (tmp_path / "docker-compose.yml").write_text(content)
    (tmp_path / ".env").write_text(ENVIRONMENT)
    program = [str(shutil.which("docker-compose")), "config"]
    ran = subprocess.run(program, cwd=tmp_path, env={"PATH": "/usr/bin:/bin"}, capture_output=True, check=True)
    theirs = {name: service["image"] for name, service in yaml.safe_load(ran.stdout)["services"].items()}
    found = read(SOURCE, "docker-compose.yml", {"docker-compose.yml": content, ".env": ENVIRONMENT})
    ours = {usage.workload: usage.reference for usage in found.usages}
    assert theirs.keys() == ours.keys()
    for name, image in theirs.items():
        written = image.replace("$$", "$")
        assert ours[name] in {written, f"docker.io/{written}"}, (name, image)

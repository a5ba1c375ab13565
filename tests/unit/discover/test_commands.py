import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.discover.build_commands import MARK, ImageBuild, ImageUse, kaniko, read_command
from basewise.discover.shell_lines import commands

ANY = re.compile("")


def told(script: str) -> list[ImageBuild | ImageUse]:
    found = (read_command(command.words) for command in commands(script, MARK))
    return [one for one in found if one is not None]


def words(script: str) -> list[list[str]]:
    return [command.words for command in commands(script, ANY)]


@pytest.mark.parametrize(
    ("script", "image"),
    [
        ("docker run nginx:1", "nginx:1"),
        ("docker run --rm -it -v /a:/b -e A=b nginx:1 sh -c 'docker run other'", "nginx:1"),
        ("docker run -itp 80:80 --name web nginx:1", "nginx:1"),
        ("docker run -p80:80 --name=web nginx:1", "nginx:1"),
        ("docker run -a stdout nginx:1", "nginx:1"),
        ("docker run -- nginx:1", "nginx:1"),
        ("docker container run -d nginx:1", "nginx:1"),
        ("docker --context prod -D run nginx:1", "nginx:1"),
        ("sudo /usr/bin/docker create nginx:1", "nginx:1"),
        ("A=1 B=2 podman run --replace nginx:1", "nginx:1"),
        ("nerdctl pull -q nginx:1", "nginx:1"),
        ("docker pull --platform linux/arm64 nginx:1", "nginx:1"),
        ("docker image pull -a nginx", "nginx"),
        ("if ! docker pull nginx:1; then exit 1; fi", "nginx:1"),
        ("true && (docker run nginx:1 | tee log)", "nginx:1"),
        ("docker run nginx:1 > log 2>&1", "nginx:1"),
    ],
)
def test_images_that_are_run_or_pulled(script: str, image: str) -> None:
    assert told(script) == [ImageUse(image)]


@pytest.mark.parametrize(
    "script",
    [
        "echo docker run nginx:1",
        "echo 'x; docker run nginx:1'",
        "# docker run nginx:1",
        "true # docker run nginx:1",
        "docker ps",
        "docker",
        "docker run",
        "docker run --rm",
        "docker push nginx:1",
        "docker image inspect nginx:1",
        "docker compose run nginx",
        "docker login -u x registry",
        "dockerize run nginx:1",
        "docker run 'unclosed",
    ],
)
def test_other_commands_name_none(script: str) -> None:
    assert told(script) == []


def test_a_build_has_its_file_context_target_arguments_and_tags() -> None:
    script = """\
DOCKER_BUILDKIT=1 docker buildx build --push --platform linux/amd64,linux/arm64 \\
  -t acme/app:1 --tag acme/app:$TAG -f docker/Dockerfile --target prod \\
  --build-arg BASE=debian:12 --build-arg FROM_ENVIRONMENT --build-arg V=$V \\
  --build-context base=docker-image://alpine:3.20 --build-context other=./x ./app
"""
    assert told(script) == [
        ImageBuild(
            dockerfile="docker/Dockerfile",
            context="./app",
            target="prod",
            arguments={"BASE": "debian:12"},
            tags=["acme/app:1", "acme/app:$TAG"],
            images=["alpine:3.20"],
        )
    ]


@pytest.mark.parametrize(
    "script",
    [
        "docker build -t a .",
        "docker build . -t a",
        "docker image build --no-cache -t a .",
        "docker build -qt a .",
        "podman build --layers -ta .",
        "buildah bud --tls-verify=false -t a .",
        "buildah build --pull-always --tag=a .",
    ],
)
def test_every_builder_says_what_it_builds(script: str) -> None:
    assert told(script) == [ImageBuild(context=".", tags=["a"])]


def test_kaniko_takes_its_context_as_a_url_and_a_part_of_it() -> None:
    arguments = ["--context=dir:///workspace/svc", "--dockerfile", "svc/Dockerfile", "-d", "a:1", "--destination=b:1"]
    assert kaniko(arguments) == ImageBuild(dockerfile="svc/Dockerfile", context="svc", tags=["a:1", "b:1"])
    assert kaniko(["-c", "$CI_PROJECT_DIR", "--context-sub-path", "svc"]).context == "$CI_PROJECT_DIR/svc"
    assert told("/kaniko/executor -c . -d x") == [ImageBuild(context=".", tags=["x"])]


def test_what_is_filled_in_later_stays_one_word() -> None:
    assert words("docker run -v $(pwd):/a `x y` $(a b)c ${{ github.sha }} d") == [
        ["docker", "run", "-v", "$PWD:/a", "`x y`", "$(a b)c", "${{ github.sha }}", "d"]
    ]


def test_commands_know_their_line_and_their_subshell() -> None:
    script = "a\nb \\\n  c\n(d; e) && f\n"
    found = [(command.words, command.line, command.depth) for command in commands(script, ANY)]
    assert found == [(["a"], 0, 0), (["b", "c"], 1, 0), (["d"], 3, 1), (["e"], 3, 1), (["f"], 3, 0)]


@given(st.text(alphabet="docker run-vt$(){}`'\"\\;&|<>#\n \ue000", max_size=80))
def test_any_script_can_be_cut(script: str) -> None:
    for command in commands(script, ANY):
        assert command.words
        assert 0 <= command.line <= script.count("\n")
        read_command(command.words)


@given(st.lists(st.sampled_from(["docker", "build", "run", "-t", "-", "--", "-it", "--file", "--x=", "a:1", "."])))
def test_any_command_line_can_be_read(line: list[str]) -> None:
    found = read_command(line)
    assert found is None or isinstance(found, ImageBuild) or found.image in line

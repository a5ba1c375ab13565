import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.discover.build_commands import ImageBuild, ImageUse, kaniko, read_command
from basewise.discover.scripts import script_commands
from basewise.model.limits import DEFAULT_LIMITS


def told(script: str) -> list[ImageBuild | ImageUse]:
    read = (read_command(found.words) for found in script_commands(script, DEFAULT_LIMITS) if found.is_read)
    return [one for one in read if one is not None]


def words(script: str) -> list[list[str]]:
    return [found.words for found in script_commands(script, DEFAULT_LIMITS)]


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
        ["docker", "run", "-v", "$PWD:/a", "`x y`", "$(a b)c", "${{ github.sha }}", "d"],
        ["pwd"],
        ["x", "y"],
        ["a", "b"],
    ]


@pytest.mark.parametrize(
    "word",
    [
        "${{ inputs.tag || 'a\"b' }}",
        "${{ format('{0}; $(x)', github.sha) }}",
        "{{ .Tag | default `x` }}",
        "$[[ inputs.tag ]]",
        "<< parameters.tag >>",
        "<<pipeline.git.tag>>",
        "${{ a }}-${{ b & c }}#",
    ],
)
@pytest.mark.parametrize("quote", ["", '"'])
def test_what_a_ci_system_fills_in_is_one_word_whatever_it_holds(word: str, quote: str) -> None:
    assert words(f"x {quote}{word}{quote} y\nz") == [["x", word, "y"], ["z"]]


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("echo '\ndocker run no:1\n'\ndocker run nginx:1", ["nginx:1"]),
        ("cat <<EOF >>x\ndocker run no:1\nEOF\ndocker run nginx:1", ["nginx:1"]),
        ("ID=$(docker run -d nginx:1)", ["nginx:1"]),
        ('echo "`docker run nginx:1` $(docker pull redis:7)"', ["nginx:1", "redis:7"]),
        ("docker run \\\r\n  nginx:1\r\ndocker pull redis:7\r\n", ["nginx:1", "redis:7"]),
        ("docker run -e 'A=1\nB=2' nginx:1", ["nginx:1"]),
    ],
)
def test_quotes_here_documents_and_substitutions_are_those_of_a_shell(script: str, found: list[str]) -> None:
    assert told(script) == [ImageUse(image) for image in found]


@pytest.mark.parametrize("script", ["docker run 'a", 'x; docker run "a', "docker run " + "$(" * 60])
def test_a_command_that_does_not_end_is_told_from_those_that_do(script: str) -> None:
    assert not all(found.is_read for found in script_commands(script, DEFAULT_LIMITS))


def test_commands_know_their_line_and_their_subshell() -> None:
    script = "a\nb \\\n  c\n(d; e) && f\n"
    found = [(command.words, command.line, command.depth) for command in script_commands(script, DEFAULT_LIMITS)]
    assert found == [(["a"], 0, 0), (["b", "c"], 1, 0), (["d"], 3, 1), (["e"], 3, 1), (["f"], 3, 0)]


@given(st.text(alphabet="docker run-vt$(){}[]`'\"\\;&|<>#\n \U0010ff28", max_size=80))
def test_any_script_can_be_cut(script: str) -> None:
    for command in script_commands(script, DEFAULT_LIMITS):
        assert command.words
        assert 0 <= command.line <= script.count("\n")
        read_command(command.words)


@given(st.lists(st.sampled_from(["docker", "build", "run", "-t", "-", "--", "-it", "--file", "--x=", "a:1", "."])))
def test_any_command_line_can_be_read(line: list[str]) -> None:
    found = read_command(line)
    assert found is None or isinstance(found, ImageBuild) or found.image in line

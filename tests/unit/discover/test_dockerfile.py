import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.discover.dockerfile import DockerfileSource
from basewise.discover.interface import Discovered
from basewise.discover.source_file import SourceFile
from basewise.model.limits import Limits

SOURCE = DockerfileSource()
LIMITS = Limits()


def read(text: str, path: str = "app/Dockerfile", limits: Limits = LIMITS) -> Discovered:
    return SOURCE.read(SourceFile(path, text.encode(), limits))


def bases(text: str) -> list[tuple[str, str, int, bool]]:
    found = read(text)
    assert found.status.is_ok, found.status.reason
    return [(usage.reference, usage.build_stage, usage.line, usage.final) for usage in found.usages]


def test_a_multi_stage_build_names_its_builder_and_its_final_base() -> None:
    text = (
        "# syntax=docker/dockerfile:1.7\n"
        "ARG GO_VERSION=1.23\n"
        "FROM --platform=$BUILDPLATFORM golang:${GO_VERSION}-bookworm AS build\n"
        "WORKDIR /src\n"
        "COPY <<EOF /etc/motd\n"
        "FROM nowhere\n"
        "EOF\n"
        "RUN go build \\\n"
        "    # FROM a comment\n"
        "    -o /orders .\n"
        "FROM gcr.io/distroless/static-debian12@sha256:" + "a" * 64 + "\n"
        "COPY --from=build /orders /orders\n"
    )
    assert bases(text) == [
        ("docker.io/library/golang:1.23-bookworm", "build", 3, False),
        ("gcr.io/distroless/static-debian12@sha256:" + "a" * 64, "1", 11, True),
    ]


def test_a_usage_says_its_file_and_kind() -> None:
    (usage,) = read("FROM alpine:3.20\n").usages
    assert (usage.file, usage.kind, usage.workload, usage.confidence) == ("app/Dockerfile", "dockerfile", "", 1.0)


def test_the_final_stage_is_followed_through_stages_to_the_image_it_stands_on() -> None:
    text = "FROM python:3.12-slim AS Base\nFROM base AS deps\nFROM node:22 AS assets\nFROM deps\n"
    assert bases(text) == [
        ("docker.io/library/python:3.12-slim", "base", 1, True),
        ("docker.io/library/node:22", "assets", 3, False),
    ]


def test_a_stage_is_named_in_small_letters_whatever_its_own() -> None:
    (first, second) = read("FROM debian AS Base\nFROM Base\n").usages
    assert (first.reference, second.reference) == ("docker.io/library/debian", "Base")
    assert "lower case" in second.status.reason


def test_a_stage_name_stands_for_an_image_until_it_is_defined() -> None:
    assert [reference for reference, *_ in bases("FROM debian AS python\nFROM golang\nFROM python\n")] == [
        "docker.io/library/debian",
        "docker.io/library/golang",
    ]
    assert bases("FROM python\nFROM debian AS python\n")[0][0] == "docker.io/library/python"


def test_a_stage_named_by_an_argument_is_followed_too() -> None:
    text = "ARG FLAVOUR=slim\nFROM debian:12 AS full\nFROM debian:12-slim AS slim\nFROM ${FLAVOUR}\n"
    assert [(reference, final) for reference, _, _, final in bases(text)] == [
        ("docker.io/library/debian:12", False),
        ("docker.io/library/debian:12-slim", True),
    ]


def test_scratch_is_named_as_what_it_is() -> None:
    assert bases("FROM golang:1.23 AS b\nFROM scratch\nCOPY --from=b /x /x\n") == [
        ("docker.io/library/golang:1.23", "b", 1, False),
        ("scratch", "1", 2, True),
    ]


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("ARG TAG=3.12\nFROM python:$TAG\n", "docker.io/library/python:3.12"),
        ("ARG A=3 B='.12'\nARG TAG=${A}${B}\nFROM python:$TAG\n", "docker.io/library/python:3.12"),
        ("ARG REGISTRY\nFROM ${REGISTRY:-ghcr.io}/a/b:1\n", "ghcr.io/a/b:1"),
        ("ARG SLIM=1\nFROM debian:12${SLIM:+-slim}\n", "docker.io/library/debian:12-slim"),
        ("ARG P=\nFROM ${P}alpine:3.20\n", "docker.io/library/alpine:3.20"),
        ("FROM example.com/base:1-${TARGETARCH}\n", "example.com/base:1-amd64"),
        ("ARG TAG=3.12\nARG TAG\nFROM python:$TAG\n", "docker.io/library/python:3.12"),
    ],
)
def test_arguments_before_the_first_from_are_used_with_a_lower_confidence(text: str, reference: str) -> None:
    found = read(text)
    (usage,) = found.usages
    assert usage.reference == reference
    assert usage.status.is_ok
    assert usage.confidence == 0.9


@pytest.mark.parametrize(
    ("text", "written", "reason"),
    [
        ("ARG TAG\nFROM python:$TAG\n", "python:$TAG", "TAG has no value"),
        ("FROM ${IMAGE}\n", "${IMAGE}", "IMAGE has no value"),
        ("FROM a\nARG TAG=1\nFROM b:${TAG}\n", "b:${TAG}", "TAG has no value"),
        ("ARG A=$B\nFROM a:$A\n", "a:$A", "B has no value"),
        ("FROM {{ base_image }}\n", "{{ base_image }}", "template"),
        ("FROM Python:3\n", "Python:3", "lower case"),
        ("ARG E=\nFROM $E\n", "$E", "blank"),
        ("ARG V=1\nFROM a:${V:?\n", "a:${V:?", "no matching }"),
        ("FROM a:${V:?which}\n", "a:${V:?which}", "V: which"),
    ],
)
def test_an_image_that_the_file_does_not_tell_is_kept_as_written_with_the_reason(
    text: str, written: str, reason: str
) -> None:
    usage = read(text).usages[-1]
    assert usage.reference == written
    assert usage.status.status == "not_assessed"
    assert reason in usage.status.reason
    assert usage.final


def test_a_heredoc_without_end_makes_the_file_partial() -> None:
    found = read("FROM a\nRUN <<EOF\nFROM b\n")
    assert found.status.status == "partial"
    assert found.status.reason == "line 2: unterminated heredoc EOF"
    assert len(found.usages) == 1


def test_a_from_without_image_makes_the_file_partial() -> None:
    found = read("FROM --platform=linux/amd64\nFROM a\n")
    assert found.status.status == "partial"
    assert "line 1" in found.status.reason


@pytest.mark.parametrize("text", ["", "# only words\n", "RUN make\n"])
def test_a_file_without_from_is_not_assessed(text: str) -> None:
    found = read(text)
    assert (found.status.status, found.usages) == ("not_assessed", [])
    assert "no FROM" in found.status.reason


@pytest.mark.parametrize(
    "path",
    [
        "Dockerfile",
        "a/Containerfile",
        "a/Dockerfile.dev",
        "a/api.Dockerfile",
        "api.dockerfile",
        "Dockerfile-alpine",
        "Dockerfile.j2",
        "x/Dockerfile.erb",
        "api.Dockerfile.tmpl",
        "Dockerfile-linux.template",
    ],
)
def test_dockerfiles_are_claimed_by_their_name(path: str) -> None:
    assert SOURCE.claims(path)


@pytest.mark.parametrize(
    "path",
    [
        "Dockerfile.dockerignore",
        "dockerfile.py",
        "Dockerfile.md",
        "Dockerfile~",
        "MyDockerfile",
        "Dockerfile/x",
        "a.yaml",
    ],
)
def test_files_beside_dockerfiles_are_not_claimed(path: str) -> None:
    assert not SOURCE.claims(path)


@pytest.mark.parametrize("path", ["Dockerfile.j2", "Dockerfile.tmpl", "api.Dockerfile.erb"])
def test_a_template_of_a_dockerfile_is_not_assessed(path: str) -> None:
    found = read("FROM {{ x }}\n", path)
    assert found.status.status == "not_assessed"
    assert "template" in found.status.reason
    assert not found.usages


def test_a_file_above_the_limit_is_not_assessed_and_names_the_limit() -> None:
    found = read("FROM a\n", limits=Limits(dockerfile_bytes=3))
    assert found.status.reason == "larger than dockerfile_bytes = 3"


def test_arguments_that_double_without_end_are_unknown() -> None:
    text = "ARG A0=xxxxxxxxxx\n" + "".join(f"ARG A{i}=$A{i - 1}$A{i - 1}\n" for i in range(1, 60)) + "FROM a:$A59\n"
    assert read(text).usages[0].status.status == "not_assessed"


@pytest.mark.parametrize(
    "image", ["x" * 60_000, "$" + "X" * 60_000, "${X" * 20_000, "${A:-" * 12_000, "{{" + "x" * 60_000]
)
def test_neither_names_nor_reasons_grow_with_hostile_text(image: str) -> None:
    (usage,) = read(f"FROM {image}\n").usages
    assert usage.status.status == "not_assessed"
    assert len(usage.reference) + len(usage.status.reason) < 1000


def test_a_line_above_the_limit_ends_reading_and_is_named() -> None:
    found = read("FROM a:1\nRUN " + "x" * 70_000 + "\nFROM b:1\n")
    assert [usage.reference for usage in found.usages] == ["docker.io/library/a:1"]
    assert found.status.status == "partial"
    assert found.status.reason == "line 2: the line is longer than dockerfile_line_bytes = 65535"


def test_a_file_with_many_problems_names_the_first() -> None:
    found = read("FROM a\n" + "NONSENSE\n" * 1000)
    assert found.status.reason.startswith("line 2: unknown instruction: NONSENSE; line 3: ")
    assert found.status.reason.endswith("; and 995 more")


NAMES = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)


@given(st.lists(NAMES, min_size=1, max_size=8, unique=True), st.data())
def test_exactly_one_usage_is_final_and_every_image_is_named_once(images: list[str], data: st.DataObject) -> None:
    lines = [f"FROM {image}:1 AS s{number}" for number, image in enumerate(images)]
    target = data.draw(st.integers(0, len(images) - 1))
    lines.append(f"FROM s{target}")
    found = bases("\n".join(lines))
    assert [reference for reference, *_ in found] == [f"docker.io/library/{image}:1" for image in images]
    assert [number for number, (_, _, _, final) in enumerate(found) if final] == [target]


@given(st.binary(max_size=200))
def test_no_bytes_are_ever_an_exception(data: bytes) -> None:
    found = SOURCE.read(SourceFile("Dockerfile", data, LIMITS))
    assert found.usages or found.status.reason


def copied(text: str) -> list[tuple[str, int, float]]:
    found = read(text).usages
    assert all(usage.role == "build" and not usage.final for usage in found if not usage.build_stage)
    return [(usage.reference, usage.line, usage.confidence) for usage in found if not usage.build_stage]


def test_images_that_files_are_copied_from_are_named() -> None:
    text = "FROM a AS build\nFROM b\nCOPY --from=acme/assets:1 /x /x\nRUN --mount=from=golang:1.22,target=/g make\n"
    assert copied(text) == [("docker.io/acme/assets:1", 3, 1.0), ("docker.io/library/golang:1.22", 4, 1.0)]


def test_stages_numbers_and_scratch_are_no_images() -> None:
    lines = ["COPY --from=build /x /x", "COPY --from=BUILD /x /x", "COPY --from=0 /x /x", "COPY --from=later /x /x"]
    lines += [
        "RUN --mount=type=bind,from=build make",
        "RUN --mount=type=cache,target=/c make",
        "ADD https://a.test/x /x",
    ]
    assert copied("\n".join(["FROM a AS build", "FROM b", *lines, "FROM c AS later"])) == []


def test_a_plain_name_may_be_a_context_that_the_build_is_given() -> None:
    assert copied("FROM a\nCOPY --from=nginx /x /x\n") == [("docker.io/library/nginx", 2, 0.8)]


def test_a_trigger_names_an_image_only_where_it_can_be_nothing_else() -> None:
    text = "FROM a\nONBUILD COPY --from=build /x /x\nONBUILD COPY --from=acme/assets:1 /x /x\n"
    assert copied(text) == [("docker.io/acme/assets:1", 3, 1.0)]


def test_a_variable_in_the_source_of_a_copy_is_not_guessed() -> None:
    (usage,) = (usage for usage in read("ARG V=1\nFROM a\nCOPY --from=b:$V /x /x\n").usages if not usage.build_stage)
    assert usage.status.status == "not_assessed"


def test_the_place_of_a_name_is_where_it_stands() -> None:
    (usage,) = read("FROM --platform=linux/amd64 \\\n  python:3.12 AS x\n").usages
    assert (usage.line, usage.column) == (2, 3)

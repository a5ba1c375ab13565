"""Dockerfile reference, sections "FROM", "ARG", "ENV", "Scope"; BuildKit, `frontend/dockerfile/dockerfile2llb`."""

import pytest

from basewise.dockerfile import Dockerfile, Instruction, Stage, parse
from basewise.model.errors import UsageError
from basewise.model.limits import Limits

MULTI = """ARG GO=1.23
FROM --platform=$BUILDPLATFORM golang:${GO} AS Build
ARG TARGETARCH
RUN make

FROM build AS test
RUN make test
FROM scratch
COPY --from=build /x /x
"""


def last(stage: Stage) -> Instruction:
    return stage.instructions[-1]


def seen(text: str, given: dict[str, str] | None = None) -> dict[str, str]:
    """What the last instruction of the last stage sees."""
    stage = parse(text + "\nUSER x\n").stages_with(given or {})[-1]
    return dict(stage.environment_at(last(stage)))


def test_stages_have_number_name_platform_and_lines() -> None:
    stages = parse(MULTI).stages
    assert [(stage.number, stage.name, stage.platform) for stage in stages] == [
        (0, "build", "linux/amd64"),
        (1, "test", ""),
        (2, "", ""),
    ]
    assert [(stage.span.start, stage.span.end) for stage in stages] == [(2, 4), (6, 7), (8, 9)]
    assert [found.keyword for found in stages[0].instructions] == ["ARG", "RUN"]
    assert [stage.base.text for stage in stages] == ["golang:1.23", "build", "scratch"]


def test_a_stage_below_is_found_by_its_name() -> None:
    build, test, final = parse(MULTI).stages
    assert (build.below, test.below, final.below) == (None, build, None)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("FROM a AS x\nFROM x", [None, 0]),
        ("FROM x\nFROM a AS x", [None, None]),
        ("FROM a AS x\nFROM X", [None, None]),
        ("FROM a AS X\nFROM x", [None, 0]),
        ("FROM a AS x\nFROM b AS x\nFROM x", [None, None, 1]),
        ("FROM a AS x\nFROM x AS x\nFROM x", [None, 0, 1]),
        ("FROM a\nFROM 0", [None, None]),
        ("FROM a AS scratch\nFROM scratch", [None, 0]),
        ("ARG W=x\nFROM a AS x\nFROM $W", [None, 0]),
        ("FROM a AS x\nFROM x:latest", [None, None]),
    ],
)
def test_a_name_stands_for_the_last_stage_before_that_has_it(text: str, numbers: list[int | None]) -> None:
    stages = parse(text + "\n").stages
    assert [stage.below.number if stage.below else None for stage in stages] == numbers


@pytest.mark.parametrize(
    ("wanted", "number"), [(None, 2), ("build", 0), ("BUILD", 0), ("test", 1), (1, 1), ("2", 2), (0, 0)]
)
def test_the_target_is_the_last_stage_or_the_one_asked_for(wanted: str | int | None, number: int) -> None:
    assert parse(MULTI).target(wanted).number == number


@pytest.mark.parametrize("wanted", ["nothing", "3", -1, "", "9" * 5000])
def test_a_target_that_does_not_exist_is_an_error(wanted: str | int) -> None:
    with pytest.raises(UsageError, match="has no stage"):
        parse(MULTI).target(wanted)


def test_a_file_without_stage_has_no_target() -> None:
    with pytest.raises(UsageError, match="no stage to build"):
        parse("ARG A\n").target()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a\nENV A=1 B=2", {"A": "1", "B": "2"}),
        ("FROM a\nENV A 1 2", {"A": "1 2"}),
        ("FROM a\nENV A='1 $B' C=\"$A\"", {"A": "1 $B", "C": ""}),
        ("FROM a\nENV A=1\nENV A=2 B=$A", {"A": "2", "B": "1"}),
        ("FROM a\nARG A=1 B=$A", {"A": "1", "B": "1"}),
        ("FROM a\nARG A\nARG B=${A:-d}", {"B": "d"}),
        ("ARG A=1\nFROM a", {}),
        ("ARG A=1\nFROM a\nARG A", {"A": "1"}),
        ("ARG A=1\nFROM a\nARG A=2", {"A": "2"}),
        ("ARG A\nFROM a\nARG A", {}),
        ("FROM a\nARG TARGETARCH", {"TARGETARCH": "amd64"}),
        ("FROM a\nENV B=$TARGETARCH", {"B": ""}),
        ("FROM a\nARG A=1\nENV A=2", {"A": "2"}),
        ("FROM a\nENV A=2\nARG A=1", {"A": "1"}),
        ("FROM a\nENV A=2\nARG A", {"A": "2"}),
        ("FROM a\nENV A=1\nENV B=${A}x\nFROM b", {}),
        ("FROM a AS x\nENV A=1\nARG B=2\nFROM x", {"A": "1", "B": "2"}),
        ("FROM a AS x\nENV A=1\nARG A=2\nFROM x", {"A": "1"}),
        ("FROM a AS x\nENV A=1\nFROM x AS y\nARG A=2\nFROM y", {"A": "1"}),
        ("FROM a AS x\nARG A=2\nENV A=1\nFROM x\nENV B=$A", {"A": "1", "B": "1"}),
        ("FROM a\nARG BUILDKIT_SBOM_SCAN_STAGE=true", {}),
        ("FROM a\nONBUILD ENV A=1", {}),
    ],
)
def test_names_stand_for_what_a_build_has_there(text: str, expected: dict[str, str]) -> None:
    assert seen(text) == expected


@pytest.mark.parametrize(
    ("text", "given", "expected"),
    [
        ("FROM a\nARG A=1", {"A": "2"}, {"A": "2"}),
        ("FROM a\nARG A", {"A": "2"}, {"A": "2"}),
        ("FROM a\nENV A=1", {"A": "2"}, {"A": "1"}),
        ("ARG A=1\nFROM a\nARG A=3", {"A": "2"}, {"A": "2"}),
        ("FROM a\nARG A=1\nARG B=$A", {"A": "2"}, {"A": "2", "B": "2"}),
    ],
)
def test_build_arguments_replace_defaults_in_a_stage(
    text: str, given: dict[str, str], expected: dict[str, str]
) -> None:
    assert seen(text, given) == expected


def test_a_name_has_its_value_from_the_next_instruction_on() -> None:
    (stage,) = parse("FROM a\nUSER $A\nENV A=1\nUSER $A\nENV A=2\nUSER $A\n").stages
    users = [found for found in stage.instructions if found.keyword == "USER"]
    assert [stage.expanded("$A", user).text for user in users] == ["", "1", "2"]


def test_commands_are_expanded_by_their_shell() -> None:
    (stage,) = parse("FROM a\nENV A=1\nRUN echo $A\nWORKDIR $A\n").stages
    _, run, workdir = stage.instructions
    assert stage.expanded(run.words[0].text, run).text == "echo $A"
    assert stage.expanded(workdir.words[0].text, workdir).text == "1"


def test_what_the_base_image_sets_is_unknown() -> None:
    (stage,) = parse("FROM a\nENV PATH=/x:$PATH\nUSER $PATH\n").stages
    found = stage.expanded("$PATH", last(stage))
    assert (found.text, found.unknown) == ("/x:", ("PATH",))


def test_an_instruction_of_another_stage_is_refused() -> None:
    first, second = parse("FROM a\nUSER x\nFROM b\nUSER y\n").stages
    with pytest.raises(ValueError, match="line 4 is not in stage 0"):
        first.environment_at(last(second))


def names(dockerfile: Dockerfile) -> list[str]:
    return [stage.base.text for stage in dockerfile.stages]


def test_stages_are_bounded() -> None:
    dockerfile = parse("FROM a\n" * 5, Limits(dockerfile_stages=3))
    assert names(dockerfile) == ["a"] * 3
    assert [(problem.line, problem.rule) for problem in dockerfile.problems] == [(4, "too-many-stages")]


def test_a_thousand_stages_on_each_other_are_followed() -> None:
    text = "FROM a AS s0\nENV A=1\n" + "".join(f"FROM s{at} AS s{at + 1}\n" for at in range(999))
    assert seen(text) == {"A": "1"}


def test_a_circle_of_arguments_ends() -> None:
    text = "ARG A=$B\nARG B=$A\nFROM a:$A$B\nARG A=$B\nARG B=$A$A\nUSER $B\n"
    assert names(parse(text)) == ["a:"]
    assert seen(text) == {"A": "", "B": ""}


def test_arguments_that_double_without_end_are_refused() -> None:
    text = "ARG A0=xxxxxxxxxx\n" + "".join(f"ARG A{at}=$A{at - 1}$A{at - 1}\n" for at in range(1, 60)) + "FROM a:$A59\n"
    (stage,) = parse(text).stages
    assert "dockerfile_argument" in stage.base.problem or "longer than 4096 characters" in stage.base.problem
    assert len(stage.base.text) < 5000

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.dockerfile.grammar import dockerfiles

from basewise.dockerfile import InvalidEdit, Token, parse

TEXT = """# syntax=docker/dockerfile:1
ARG  BASE=python:3.12   PORT=80

FROM --platform=$BUILDPLATFORM ${BASE} \\
  # keep me
    AS build
RUN [ "pip",  "install", "x" ]
COPY --from=nginx:1 /a \\

  /b
ENV A="1 2"  B=3
"""


def test_a_base_image_is_replaced_and_nothing_else() -> None:
    dockerfile = parse(TEXT)
    word = dockerfile.stages[0].from_.words[0]
    assert str(dockerfile.replaced({word.token: "cgr.dev/x@sha256:0"})) == TEXT.replace("${BASE}", "cgr.dev/x@sha256:0")


def test_several_tokens_are_replaced_at_once_whatever_their_order() -> None:
    dockerfile = parse(TEXT)
    argument, _, run, copy, env = dockerfile.instructions
    default = argument.pairs[0].value
    value = env.pairs[1].value
    assert default is not None
    assert value is not None
    edited = dockerfile.replaced(
        {
            value.token: "4",
            copy.flags[0].token: "--from=nginx:2",
            default.token: "python:3.13",
            run.words[1].token: '"i"',
        }
    )
    expected = TEXT.replace("python:3.12", "python:3.13").replace("nginx:1", "nginx:2")
    assert str(edited) == expected.replace('"install"', '"i"').replace("B=3", "B=4")


def test_a_word_over_two_lines_is_replaced_with_what_is_between() -> None:
    dockerfile = parse("FROM al\\\n# why\npine  AS x")
    word = dockerfile.stages[0].from_.words[0]
    assert word.text == "alpine"
    assert str(dockerfile.replaced({word.token: "debian"})) == "FROM debian  AS x"


def test_a_comment_and_a_heredoc_can_be_replaced() -> None:
    dockerfile = parse("# old\nFROM a\nRUN <<E\nold\nE\n")
    changes = {token: token.text.replace("old", "new") for token in dockerfile.tokens if "old" in token.text}
    assert str(dockerfile.replaced(changes)) == "# new\nFROM a\nRUN <<E\nnew\nE\n"


def test_a_token_of_another_file_is_refused() -> None:
    with pytest.raises(InvalidEdit, match="line 1, column 6 of this text is not 'b'"):
        parse("FROM a\n").replaced({parse("FROM b\n").instructions[0].words[0].token: "c"})


def test_edits_of_the_same_place_are_refused() -> None:
    (argument,) = parse("ARG A=1\n").instructions
    with pytest.raises(InvalidEdit, match="overlap in line 1, column 5"):
        parse("ARG A=1\n").replaced({argument.words[0].token: "B", argument.pairs[0].name.token: "C"})


@given(dockerfiles(), st.data())
def test_an_edit_touches_only_its_token(text: str, data: st.DataObject) -> None:
    dockerfile = parse(text)
    if not dockerfile.tokens:
        return
    token = data.draw(st.sampled_from(dockerfile.tokens))
    edited = str(dockerfile.replaced({token: "x"}))
    assert edited == text[: token.offset] + "x" + text[token.end :]
    assert str(dockerfile) == text


def test_no_edit_is_no_change() -> None:
    nothing: dict[Token, str] = {}
    assert str(parse(TEXT).replaced(nothing)) == TEXT

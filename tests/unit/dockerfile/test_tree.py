import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from tests.unit.dockerfile.grammar import NOISE, dockerfiles

from basewise.dockerfile import Dockerfile, parse

MANY = settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
ROOT = Path(__file__).parents[3]
EXAMPLES = sorted(path for folder in ("src", "examples") for path in (ROOT / folder).rglob("*Dockerfile*"))


def shape(dockerfile: Dockerfile) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in dockerfile.tokens if token.kind != "space"]


def assert_tiled(text: str) -> None:
    """Tokens stand one behind the other, each is a piece of the text at the place that it names."""
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    at = 0
    for token in parse(text).tokens:
        assert token.offset == at
        assert token.text == text[at : token.end] != ""
        assert starts[token.line - 1] + token.column - 1 == at
        at = token.end
    assert at == len(text)


@MANY
@given(dockerfiles())
def test_what_is_parsed_prints_as_it_was(text: str) -> None:
    assert str(parse(text)) == text


@given(dockerfiles())
def test_tokens_tile_the_text(text: str) -> None:
    assert_tiled(text)


@given(NOISE)
def test_tokens_tile_any_text(text: str) -> None:
    assert_tiled(text)


@given(dockerfiles())
def test_every_word_and_flag_is_a_token(text: str) -> None:
    dockerfile = parse(text)
    tokens = set(dockerfile.tokens)
    for instruction in dockerfile.instructions:
        assert instruction.keyword_token in tokens
        assert {word.token for word in instruction.words} <= tokens
        assert {flag.token for flag in instruction.flags} <= tokens


@given(dockerfiles())
def test_a_comment_is_a_token_unless_it_stands_inside_of_one(text: str) -> None:
    dockerfile = parse(text)
    for comment in {comment for found in dockerfile.instructions for comment in found.comments}:
        around = [token for token in dockerfile.tokens if token.offset <= comment.offset < token.end]
        assert around == [comment] or around[0].offset < comment.offset


@given(dockerfiles())
def test_instructions_follow_each_other_line_by_line(text: str) -> None:
    last = 0
    for instruction in parse(text).instructions:
        assert last < instruction.span.start <= instruction.span.end <= text.count("\n") + 1
        last = instruction.span.end


@given(dockerfiles())
def test_problems_are_in_the_order_of_lines(text: str) -> None:
    problems = parse(text).problems
    assert [problem.line for problem in problems] == sorted(problem.line for problem in problems)
    assert all(problem.reason and problem.rule and problem.column > 0 for problem in problems)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: str(path.relative_to(ROOT)))
def test_examples_of_the_repository_print_as_they_are(path: Path) -> None:
    text = path.read_bytes().decode()
    assert str(parse(text)) == text
    assert parse(text).stages


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 5


def test_each_piece_of_a_file_has_its_kind() -> None:
    text = '\ufeff# escape=`\r\n# note\r\nFROM a `\r\n# in\r\nAS b\r\nCMD ["x"]\r\nRUN <<E\r\nhi\r\nE'
    assert shape(parse(text)) == [
        ("bom", "\ufeff"),
        ("directive", "# escape=`"),
        ("newline", "\r\n"),
        ("comment", "# note"),
        ("newline", "\r\n"),
        ("keyword", "FROM"),
        ("word", "a"),
        ("continuation", "`"),
        ("newline", "\r\n"),
        ("comment", "# in"),
        ("newline", "\r\n"),
        ("word", "AS"),
        ("word", "b"),
        ("newline", "\r\n"),
        ("keyword", "CMD"),
        ("punctuation", "["),
        ("word", '"x"'),
        ("punctuation", "]"),
        ("newline", "\r\n"),
        ("keyword", "RUN"),
        ("word", "<<E"),
        ("newline", "\r\n"),
        ("heredoc", "hi\r\n"),
        ("heredoc-end", "E"),
    ]

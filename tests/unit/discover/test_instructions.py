import pytest
from hypothesis import given
from hypothesis import strategies as st

from basewise.discover.instructions import instructions, words


def cut(text: str) -> list[tuple[str, str, int]]:
    return [(found.keyword, found.rest, found.line) for found in instructions(text)]


def test_comments_and_empty_lines_are_no_instructions() -> None:
    assert cut("# syntax=docker/dockerfile:1\n\n  # note\nFROM a\n\tRUN b # kept\n") == [
        ("FROM", "a", 4),
        ("RUN", "b # kept", 5),
    ]


def test_an_instruction_continues_over_comments_and_empty_lines() -> None:
    text = "FROM a\nRUN one && \\\n  # why\n\n  two \\  \n  three\nUSER x\n"
    assert cut(text) == [("FROM", "a", 1), ("RUN", "one &&   two   three", 2), ("USER", "x", 7)]


def test_an_escaped_backslash_at_the_end_continues_nothing() -> None:
    assert cut("RUN echo \\\\\nUSER x\n") == [("RUN", "echo \\\\", 1), ("USER", "x", 2)]


def test_the_escape_directive_changes_the_continuation() -> None:
    assert cut("# escape=`\nFROM a\nRUN dir c:\\\nRUN x `\n y\n") == [
        ("FROM", "a", 2),
        ("RUN", "dir c:\\", 3),
        ("RUN", "x  y", 4),
    ]


def test_a_directive_after_a_comment_is_a_comment() -> None:
    assert cut("# hello\n# escape=`\nRUN a \\\nb\n") == [("RUN", "a b", 3)]


@pytest.mark.parametrize(
    ("opening", "end"),
    [
        ("<<EOF", "EOF"),
        ('<<"EOF"', "EOF"),
        ("<<'EOF'", "EOF"),
        ("<<-EOF", "\tEOF"),
        ("3<<EOF cat", "EOF"),
        ("<<'E F'", "E F"),
        ('<<"EOF"x', "EOFx"),
    ],
)
def test_the_body_of_a_heredoc_is_no_instruction(opening: str, end: str) -> None:
    assert [line for _, _, line in cut(f"RUN {opening}\nFROM evil\n\\\n# no\n{end}\nUSER x\n")] == [1, 6]


def test_two_heredocs_follow_each_other() -> None:
    assert cut("COPY <<a <<b /dest/\nFROM x\na\nFROM y\nb\nUSER x\n")[1:] == [("USER", "x", 6)]


@pytest.mark.parametrize(
    "line", ['RUN echo "<<EOF"', "RUN echo 'a <<EOF b'", "ENV A=<<EOF", "RUN a <<<EOF", "RUN a<<EOF"]
)
def test_text_that_only_looks_like_a_heredoc_is_none(line: str) -> None:
    assert len(cut(f"{line}\nUSER x\n")) == 2


def test_a_heredoc_in_onbuild_has_a_body_too() -> None:
    assert [keyword for keyword, _, _ in cut("ONBUILD RUN <<EOF\nFROM x\nEOF\nUSER x\n")] == ["ONBUILD", "USER"]


def test_a_heredoc_without_end_is_a_problem() -> None:
    (found,) = instructions("RUN <<EOF\nFROM x\n")
    assert found.problem == "the heredoc EOF has no end"


def test_keywords_are_upper_case_and_may_be_followed_by_a_tab() -> None:
    assert cut("from\ta\tas b\n") == [("FROM", "a\tas b", 1)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a  b\tc", ["a", "b", "c"]),
        ('A=\'x y\' B="z \\" w"', ["A='x y'", 'B="z \\" w"']),
        ("a\\ b c", ["a\\ b", "c"]),
        ("", []),
    ],
)
def test_words_end_at_blanks_outside_quotes(text: str, found: list[str]) -> None:
    assert words(text) == found


@given(st.text(st.sampled_from("RUN <<E-'\"\\\n\t#=`x")))
def test_instructions_never_fail_and_come_in_the_order_of_their_lines(text: str) -> None:
    lines = [found.line for found in instructions(text)]
    assert lines == sorted(set(lines))


@given(st.lists(st.from_regex(r"[a-zA-Z0-9/.:]{1,10}", fullmatch=True), min_size=1))
def test_words_of_plain_text_are_what_was_joined(parts: list[str]) -> None:
    assert words(" ".join(parts)) == parts

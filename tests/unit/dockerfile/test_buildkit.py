"""Agreement with BuildKit's own parser, as the PyPI package `dockerfile` 3.4.0 has it: that of BuildKit v0.12.5.

Not in that version, and so left out here: blanks between `<<` and a name, the directive `check`, the backtick as escape
character of flags. It also takes a JSON array with text behind it for an exec form, which later versions read as text.
The package does not tell whether a here-document is quoted, nor those of an ONBUILD, nor what an ONBUILD ONBUILD holds.
"""

import json
import re
from typing import Any

import dockerfile as buildkit
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.unit.dockerfile.grammar import NOISE, dockerfiles

from basewise.dockerfile import Instruction, parse
from basewise.dockerfile.words import KEYWORDS

SYNTAX = {
    "directive-escape",
    "directive-repeated",
    "heredoc-unterminated",
    "json-not-strings",
    "line-too-long",
    "missing-equals",
    "missing-value",
    "no-instructions",
}
"""Rules of BuildKit's parser; the others are those of its instruction stage."""


def values(found: Instruction) -> list[str]:
    """Arguments as BuildKit lists them: ENV and LABEL as names and values."""
    if found.keyword in ("ENV", "LABEL"):
        return [word.text for pair in found.pairs for word in (pair.name, pair.value) if word]
    return [word.text for word in found.words] if found.is_known and not found.inner else [""]


def ours(found: Instruction) -> dict[str, Any]:
    inner = found.inner
    return {
        "cmd": found.written,
        "sub_cmd": inner.written if inner else None,
        "json": found.form == "exec",
        "start_line": found.span.start,
        "end_line": found.span.end,
        "flags": tuple(flag.text for flag in found.flags),
        "value": tuple(values(inner or found)),
        "heredocs": [(heredoc.name, heredoc.descriptor, heredoc.content) for heredoc in found.heredocs if not inner],
    }


def theirs(found: Any) -> dict[str, Any]:
    return {
        "cmd": found.cmd or "",
        "sub_cmd": found.sub_cmd,
        "json": found.json,
        "start_line": found.start_line,
        "end_line": found.end_line,
        "flags": found.flags,
        "value": found.value,
        "heredocs": [(heredoc.name, heredoc.file_descriptor, heredoc.content) for heredoc in found.heredocs],
    }


def has_text_behind_json(found: Instruction) -> bool:
    _, bracket, rest = found.line.partition("[")
    try:
        _, end = json.JSONDecoder().raw_decode(bracket + rest)
    except ValueError:
        return False
    return end < len(bracket + rest)


def is_read_otherwise(text: str) -> bool:
    """True for text that BuildKit v0.12.5 reads in another way than later versions, and for flags that it garbles."""
    found = parse(text)
    return (
        any(directive.name == "check" for directive in found.directives)
        or any(found.escape == "`" and each.flags for each in found.instructions)
        or any(not flag.text.isascii() for each in found.instructions for flag in each.flags)
        or any(re.search(r"<<-?\s", each.line) for each in found.instructions)
        or any(has_text_behind_json(each) for each in found.instructions)
    )


def assert_agrees(text: str) -> None:
    parsed = parse(text)
    refusals = [problem for problem in parsed.problems if problem.rule in SYNTAX]
    try:
        expected = buildkit.parse_string(text)
    except buildkit.GoParseError:
        assert refusals
        assert all(problem.line >= 1 and problem.reason for problem in refusals)
        return
    assert refusals == []
    assert [ours(found) for found in parsed.instructions] == [theirs(found) for found in expected]


@settings(max_examples=1500, deadline=None)
@given(dockerfiles())
def test_generated_files_are_read_as_buildkit_reads_them(text: str) -> None:
    assume(not is_read_otherwise(text))
    assert_agrees(text)


@pytest.mark.parametrize("held", ["ENV A= 1", "LABEL a", "ONBUILD ENV A", "ENV A=1"])
def test_a_trigger_in_a_trigger_is_parsed_to_its_end(held: str) -> None:
    assert_agrees(f"FROM x\nONBUILD ONBUILD {held}\n")


@settings(max_examples=500, deadline=None)
@given(NOISE)
def test_any_text_is_read_as_buildkit_reads_it(text: str) -> None:
    assume(not is_read_otherwise(text))
    assert_agrees(text)


@pytest.mark.parametrize("keyword", sorted(KEYWORDS))
@settings(max_examples=100, deadline=None)
@given(arguments=st.text(st.sampled_from("aAB=1 \t\\'\"[],{}$:-#"), max_size=40))
def test_arguments_of_each_instruction_are_cut_as_buildkit_cuts_them(keyword: str, arguments: str) -> None:
    text = f"FROM x\n{keyword} {arguments}\nUSER last\n"
    assume(not is_read_otherwise(text))
    assert_agrees(text)


def test_the_instructions_are_those_that_buildkit_knows() -> None:
    assert {name.lower() for name in KEYWORDS} == set(buildkit.all_cmds())


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\n" + "RUN " + "x" * (65_535 - 4) + "\n",
        "FROM a\n" + "RUN " + "x" * (65_536 - 4) + "\n",
        "FROM a\n" + "RUN " + "x" * (65_536 - 4),
        "FROM a\n" + "RUN " + "é" * 33_000,
        "FROM a\nRUN <<E\n" + "x" * 70_000 + "\nE\n",
    ],
    ids=["longest", "longer", "longer-at-end", "longer-in-bytes", "longer-in-heredoc"],
)
def test_a_line_is_as_long_as_buildkit_allows(text: str) -> None:
    assert_agrees(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "# only a comment\n",
        "\\\n",
        "\\",
        "FROM a\nRUN x \\",
        "FROM a\nRUN x \\\n",
        "FROM a\nRUN x \\\n\n\n",
        "FROM a\nCOPY <<a <<b /x\na\nb\n",
        "FROM a\nCOPY <<a <<b /x\n1\na\n2\nb",
        "FROM a\nRUN <<E\r\nx\r\nE\r\nUSER x\r\n",
        "FROM a\nRUN <<''\nx\n\nUSER x\n",
        "FROM a\nRUN ['a']\n",
        "FROM a\nRUN [1e999]\n",
        "FROM a\nRUN [" + "9" * 5000 + "]\n",
        "FROM a\nRUN [NaN]\n",
        "FROM a\nRUN " + "[" * 500 + "]" * 500 + "\n",
        'FROM a\nRUN ["\\ud800", "\\ud83d\\ude00"]\n',
        'FROM a\nRUN ["a",]\n',
        'FROM a\nRUN ["a\tb"]\n',
        "from a\nrun b\nOnBuild Run c\n",
        "#escape=`\nFROM a\nRUN x `\n  y\nENV A=`  B=2\n",
        "# escape=\\\n# escape=`\nFROM a\n",
        "# escape=x\nFROM a\n",
        "#syntax=a\n#syntax=b\nFROM a\n",
        "\n# escape=`\nFROM a `\n b\n",
        " \t\n# syntax=a\n# syntax=b\nFROM a\n",
        "# a\n# escape=`\nFROM a `\n b\n",
        " \t# escape=`\nFROM a\\b`\n c\n",
        "FROM\xa0a\n",
        "FROM\u2003a\nENV A\u2003B\nENV A=1\u2003B=2\n",
        "\x1cFROM a\nENV A=1\x1cB=2\n",
    ],
)
def test_borders_are_where_buildkit_has_them(text: str) -> None:
    assert_agrees(text)

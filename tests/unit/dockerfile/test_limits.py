"""Hostile files are read up to a limit, which is named; they take no time that grows faster than they do."""

import pytest

from basewise.dockerfile import parse
from basewise.model.limits import Limits


def test_a_line_of_50_megabytes_ends_reading_where_it_stands() -> None:
    text = "FROM a\nRUN " + "x" * 50_000_000 + "\nFROM b\n"
    dockerfile = parse(text)
    assert [(problem.line, problem.column, problem.rule) for problem in dockerfile.problems] == [
        (2, 1, "line-too-long")
    ]
    assert "dockerfile_line_bytes = 65535" in dockerfile.problems[0].reason
    assert [found.keyword for found in dockerfile.instructions] == ["FROM"]
    assert dockerfile.tokens[-1].kind == "unread"
    assert str(dockerfile) == text


@pytest.mark.parametrize("line", ["FROM a\n", "RUN x \\\n", "# comment\n", "\n"])
def test_a_million_lines_end_reading_at_the_limit(line: str) -> None:
    text = "FROM a\n" + line * 1_000_000
    dockerfile = parse(text)
    assert dockerfile.problems[-1].rule in ("too-many-lines", "file-too-large")
    assert dockerfile.tokens[-1].kind == "unread"
    assert str(dockerfile) == text


def test_a_large_file_ends_reading_at_the_limit() -> None:
    dockerfile = parse("FROM a\n" + "RUN é\n" * 10, Limits(dockerfile_bytes=20))
    assert [found.span.start for found in dockerfile.instructions] == [1, 2]
    assert [(problem.line, problem.rule) for problem in dockerfile.problems] == [(3, "file-too-large")]


LARGE = 60_000


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\n" + ("ENV " + "a=b " * 15_000 + "\n") * 4,
        "FROM a\n" + ("COPY " + "a " * 30_000 + "\n") * 4,
        "FROM a\nRUN " + "\\\n" * 90_000,
        "FROM a\nRUN x" + "\\\n# c\n" * 45_000,
        "FROM a\n" + "ONBUILD " * 8000,
        "FROM a\nRUN [" + '"a",' * 15_000 + '"b"]',
        "FROM a\nRUN [" * 15_000,
        "FROM a\nRUN " + "[" * LARGE,
        "FROM a\nRUN " + '["' + "\\\\" * 30_000 + '"]',
        "FROM a\nRUN --" + "'\"" * 30_000,
        "FROM a\nRUN " + "--a " * 15_000,
        "FROM a\nRUN " + "<<a " * 15_000,
        "FROM a\nRUN " + "${a:-" * 12_000 + " <<E\nE\n",
        "FROM " + "${a#" * 12_000,
        "ARG A=" + "ab" * 2000 + "\nFROM ${A##" + "*a?b" * 900 + "c}",
        "ARG A=" + "a" * 4000 + "\nFROM ${A//a/" + "b" * 4000 + "}",
        "FROM a AS s0\n" + "".join(f"FROM s{at} AS s{at + 1}\nENV A=${{A}}x\n" for at in range(999)),
        "FROM a\n" + "".join(f"ENV A{at}=$A{at - 1}\n" for at in range(20_000)),
        "FROM a\n#" + "\r" * LARGE + "x\nRUN \\" + "\r" * LARGE,
        "FROM a\nLABEL " + "\\" * LARGE,
        'FROM a\nLABEL a="' + "\\" * LARGE,
        "FROM a\nUSER " + " \t" * 30_000 + "x",
    ],
    ids=lambda text: text[:24] + "…" + text[-8:],
)
def test_hostile_files_are_read_to_their_end(text: str) -> None:
    dockerfile = parse(text)
    assert str(dockerfile) == text
    for instruction in dockerfile.instructions:
        assert len(instruction.words) <= len(text)
    for stage in dockerfile.stages:
        assert len(stage.base.text) <= len(text)
        assert len(stage.scope.values) <= len(text)
    assert all(len(problem.reason) < 1000 for problem in dockerfile.problems)
